private import Aggregation
internal import Consensus
internal import ForkChoice
private import Hashing
private import SSZ
internal import XMSS

/// Runs the steps of a vector on one store.
struct ForkChoiceReplay {
  private(set) var store: Store
  private var labels = Labels()
  private let scheme: Scheme?
  private let proofs: Vector.ProofSetting?

  /// Begins with a store.
  ///
  /// - Parameters:
  ///   - store: The store.
  ///   - genesis: Its anchor.
  ///   - scheme: The scheme of signatures; `nil` to tell it from their lengths.
  ///   - proofs: What proofs are; `nil` to tell real ones from their first bytes.
  init(_ store: Store, genesis: Block, scheme: Scheme?, proofs: Vector.ProofSetting?) {
    self.store = store
    self.scheme = scheme
    self.proofs = proofs
    labels.add(genesis.hashTreeRoot(), as: "genesis")
  }

  mutating func run(_ step: ForkChoiceStep) throws {
    let earlierHead = store.head
    do {
      try perform(step)
      guard step.isValid else {
        throw Mismatch(
          expected: "rejection \(step.rejectionReason ?? "for any reason")", actual: "accepted")
      }
    } catch let rejection as Rejection {
      let isExpected = step.rejectionReason.map { $0 == rejection.reason.rawValue } ?? true
      guard !step.isValid, isExpected else {
        throw Mismatch(
          expected: step.isValid ? "accepted" : "rejection \(step.rejectionReason ?? "")",
          actual: "\(rejection)")
      }
    }
    var block: Block?
    if case .block(let labelled, _) = step.event {
      labels.add(labelled)
      block = labelled.block
    }
    if let snapshot = step.snapshot { try StoreSnapshot(store).check(against: snapshot) }
    try step.checks?.check(
      store, StoreChecks.Context(labels: labels, block: block, earlierHead: earlierHead))
  }

  /// Does what a step says, without checks.
  ///
  /// - Throws: A ``Rejection``, or an error of a signature or a proof.
  mutating func perform(_ step: ForkChoiceStep) throws {
    switch step.event {
    case .tick(.interval(let interval), let hasProposal):
      tick(to: interval, hasProposal: hasProposal)
    case .tick(.unixSeconds(let seconds), let hasProposal):
      let clock = SlotClock(genesisTime: store.config.genesisTime)
      tick(
        to: clock.interval(at: SlotClock(genesisTime: seconds).genesis), hasProposal: hasProposal)
    case .block(let labelled, let ticksToSlot):
      try takeGeneratedProofs(of: labelled.block, step)
      if ticksToSlot { tick(to: Interval(of: labelled.block.slot), hasProposal: true) }
      // How many blocks of one slot are kept is our own affair.
      try store.onBlock(VerifiedBlock(trusting: labelled.block.withoutProof), hasChild: true)
    case .attestation(let undecoded, let isAggregator):
      let scheme = scheme ?? undecoded.scheme
      let check = try store.signatureCheck(of: undecoded.decoded(scheme))
      try store.onAttestation(try check.verified(scheme: scheme), isAggregator: isAggregator)
    case .aggregate(let aggregate):
      let check = try store.signatureCheck(of: aggregate)
      let isReal = proofs.map { $0 != .mocked } ?? aggregate.proof.isXMSSList
      let verified =
        isReal
        ? try check.verified(by: XMSSListBackend(scheme: scheme ?? .test))
        : VerifiedAggregate(trusting: aggregate)
      try store.onAggregatedAttestation(verified)
    case .nothing:
      break
    }
  }

  private mutating func takeGeneratedProofs(of block: Block, _ step: ForkChoiceStep) throws {
    // Without a record of the pools nothing is known of what the generator signed.
    guard let snapshot = step.snapshot else { return }
    let generation = try BlockGeneration(
      of: block, on: store, recorded: snapshot.knownAggregatedPayloads, isValid: step.isValid)
    if step.isValid { try generation.checkRebuilding(block) }
    store = generation.store
  }

  private mutating func tick(to interval: Interval, hasProposal: Bool) {
    store.onTick(to: interval, hasProposal: hasProposal) { $0.mockedProof }
  }
}

extension Block {
  fileprivate var withoutProof: SignedBlock {
    SignedBlock(block: self, proof: MultiMessageAggregate(proof: ByteList512KiB(unchecked: [])))
  }
}

extension SingleMessageAggregate {
  /// Whether the proof is a real one of the backend that vectors are made with, by its first bytes.
  fileprivate var isXMSSList: Bool { proof.bytes.starts(with: "XMSS".utf8) }
}
