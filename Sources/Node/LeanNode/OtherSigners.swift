internal import ChainEvents
internal import Consensus
private import Synchronization

/// A signature of one of our keys that we did not make: another machine signs with the key.
struct OtherSigner: Hashable, Sendable {
  let validator: UInt64
  let role: KeyRole
  /// The slot that was signed.
  let slot: UInt64
  /// The peer that sent it; absent where it came inside a block.
  let peer: String?

  /// What an operator reads.
  var description: String {
    "another machine signs with the \(role.rawValue) key of validator \(validator): "
      + "slot \(slot)\(peer.map { " from \($0)" } ?? ""). Its duties here are off: "
      + "two signers give a key away; stop one of them, then start this node again"
  }
}

/// Finds signatures of our keys that we did not make among what was found valid.
///
/// What was signed up to the slot of our start may be of an earlier life of this node; the journal
/// keeps us silent for two slots then, in which another signer is heard before we sign.
struct OtherSignerWatch: Sendable {
  /// Slots whose own votes are remembered: votes of older slots are not taken any more.
  static let rememberedSlots: UInt64 = 64

  private let validators: Set<UInt64>
  /// The last slot that an earlier life may have signed; `nil` before genesis.
  private let startSlot: UInt64?
  private var ownVotes: [UInt64: Vote] = [:]
  private(set) var found: Set<SignedKey> = []

  /// A key by its validator and role.
  struct SignedKey: Hashable, Sendable {
    let validator: UInt64
    let role: KeyRole
  }

  init(validators: some Sequence<UInt64>, startSlot: UInt64?) {
    self.validators = Set(validators)
    self.startSlot = startSlot
  }

  /// Looks at an event; says what is new, once for each key.
  mutating func see(_ event: ChainEvent) -> [OtherSigner] {
    guard case .forkChoice(let event) = event else { return [] }
    switch event {
    case .block(let block):
      guard !block.isOurs, let proposer = block.proposer else { return [] }
      return note([proposer], .proposal, block.slot, nil)
    case .attestation(let received):
      let slot = received.vote.slot
      guard let peer = received.from else {
        remember(received.vote)
        return []
      }
      guard received.verdict == .accepted, received.vote != ownVotes[slot] else { return [] }
      return note([received.validator], .attestation, slot, peer)
    case .aggregate(let received):
      let slot = received.vote.slot
      guard received.verdict == .accepted, let peer = received.from,
        received.vote != ownVotes[slot]
      else { return [] }
      return note(received.participants.members, .attestation, slot, peer)
    case .blockGossip, .blockPending, .blockRejected, .head, .reorg, .justified, .finalized,
      .safeTarget, .justification:
      return []
    }
  }

  private mutating func remember(_ vote: Vote) {
    ownVotes[vote.slot] = vote
    guard ownVotes.count > Self.rememberedSlots, let oldest = ownVotes.keys.min() else { return }
    ownVotes[oldest] = nil
  }

  private mutating func note(
    _ signers: some Sequence<UInt64>, _ role: KeyRole, _ slot: UInt64, _ peer: String?
  ) -> [OtherSigner] {
    // What is older than the votes that we remember may be our own.
    guard startSlot.map({ slot > $0 }) ?? true,
      role == .proposal || slot + Self.rememberedSlots > (ownVotes.keys.max() ?? 0)
    else { return [] }
    return signers.filter {
      validators.contains($0)
        && found.insert(SignedKey(validator: $0, role: role)).inserted
    }.map { OtherSigner(validator: $0, role: role, slot: slot, peer: peer) }
  }
}

/// The watch of a running node: it is up to date at each signature.
final class OtherSigners: Sendable {
  /// Events kept between two signatures, which are a slot apart: more than a full registry's.
  private static let capacity = 16_384

  private let watch: Mutex<OtherSignerWatch>
  private let subscription: EventSubscription?
  private let events: EventBus
  private let report: @Sendable (OtherSigner) -> Void

  /// Begins to watch; `report` hears of each key once.
  init(
    _ watch: OtherSignerWatch, _ events: EventBus,
    report: @escaping @Sendable (OtherSigner) -> Void
  ) {
    self.watch = Mutex(watch)
    self.events = events
    self.report = report
    subscription = events.subscribe(capacity: Self.capacity)
  }

  deinit {
    if let subscription { events.unsubscribe(subscription) }
  }

  /// Takes in what has been heard, and says which keys must not sign.
  func update() -> Set<OtherSignerWatch.SignedKey> {
    let (found, all) = watch.withLock { watch in
      let heard = subscription?.drain() ?? []
      return (heard.flatMap { watch.see($0.event) }, watch.found)
    }
    for signer in found { report(signer) }
    return all
  }
}
