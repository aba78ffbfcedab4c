internal import BlockBuilding
internal import Chain
internal import ChainEvents
internal import ChainHost
internal import ChainWork
internal import Consensus
internal import ForkChoice
private import Foundation
internal import Hashing
internal import SSZ
private import Synchronization

/// The rest of a full network, as one node hears it: a store of its own, and messages in real time.
///
/// In every slot the other validators' votes come from 64 peers within 600 ms of interval 1, their
/// aggregates at interval 2, the block of the slot 900 ms after its start unless it is the node's own,
/// and news of every peer.
final class LoadNetwork: ChainNetwork {
  static let peerCount = 64

  /// When blocks of others reach the node, counted from the start of their slot.
  static let blockMilliseconds: UInt64 = 900

  /// The time in which the votes of a slot come.
  private static let voteMilliseconds: UInt64 = 600

  /// Aggregates of a slot: one of everybody, the others of a part each.
  private static let aggregateCount = 16

  private struct State {
    var store: Store
    /// When our blocks left, counted from the start of their slot.
    var publications: [Int64] = []
    /// When the last of our votes of each slot left, counted from interval 1.
    var lastVotes: [Slot: Int64] = [:]
  }

  private let clock: SlotClock
  private let calls: CallClock
  private let mailbox: ChainMailbox
  private let own: Set<ValidatorIndex>
  private let state: Mutex<State>

  init(
    _ store: Store, clock: SlotClock, calls: CallClock, mailbox: ChainMailbox,
    own: Set<ValidatorIndex>
  ) {
    self.clock = clock
    self.calls = calls
    self.mailbox = mailbox
    self.own = own
    state = Mutex(State(store: store))
  }

  // MARK: What the node sends

  func publish(_ block: SignedBlock) {
    let slot = block.block.slot
    let offset = offset(from: clock.start(in: slot))
    state.withLock { state in
      state.publications.append(offset)
      advance(&state.store, to: Interval(of: slot))
      _ = try? state.store.onBlock(VerifiedBlock(trusting: block), hasChild: true)
    }
    mailbox.post(.published(root: block.block.hashTreeRoot()))
  }

  func publish(_ attestations: [SignedAttestation]) {
    guard let slot = attestations.first?.data.slot else { return }
    let offset = offset(from: clock.start(of: .attestationProduction, in: slot))
    state.withLock { $0.lastVotes[slot] = offset }
  }

  func publish(_ aggregate: SignedAggregatedAttestation) {
    take(aggregate)
  }

  func request(_ blocks: [BlockRequest]) {}

  func judge(_ gossip: UInt64, _ verdict: Verdict) {}

  /// When our blocks left, and when the last of our votes of each slot did.
  var sent: (blocks: [Int64], lastVotes: [Int64]) {
    state.withLock { ($0.publications, $0.lastVotes.values.sorted()) }
  }

  private func offset(from time: UnixMilliseconds) -> Int64 {
    Int64(calls.now.rawValue) - Int64(time.rawValue)
  }

  // MARK: What the node hears

  /// Plays one slot after the other on the calling thread.
  func run(_ slots: ClosedRange<UInt64>) {
    for number in slots {
      let slot = Slot(number)
      wait(until: clock.start(in: slot) + 100)
      for peer in 0..<LoadNetwork.peerCount {
        let head = state.withLock { $0.store.headNode.slot }
        mailbox.post(.peer(name(peer), head: head))
      }
      let data = vote(in: slot)
      sendVotes(data, slot)
      sendBlock(of: slot)
      sendVotes(data, slot, from: 1)
      sendAggregates(data, slot)
    }
  }

  private func vote(in slot: Slot) -> AttestationData {
    let start = clock.start(of: .attestationProduction, in: slot)
    wait(until: start)
    return state.withLock { state in
      advance(&state.store, to: Interval(.attestationProduction, of: slot))
      return state.store.produceAttestationData(slot: slot)
    }
  }

  /// Sends the first or the second part of the votes: the block comes in between.
  private func sendVotes(_ data: AttestationData, _ slot: Slot, from part: Int = 0) {
    let start = clock.start(of: .attestationProduction, in: slot)
    let others = others
    let chunk = 64
    let first = LoadNetwork.blockMilliseconds - 800
    for begin in stride(from: 0, to: others.count, by: chunk) {
      let time = UInt64(begin) * LoadNetwork.voteMilliseconds / UInt64(others.count)
      guard (time >= first) == (part == 1) else { continue }
      wait(until: start + time)
      for voter in others[begin..<min(begin + chunk, others.count)] {
        let vote = SignedAttestation(
          validatorIndex: voter, data: data, signature: Mock.signature)
        mailbox.post(
          .attestation(vote, origin(Int(voter.rawValue) % LoadNetwork.peerCount)))
      }
    }
  }

  private func sendBlock(of slot: Slot) {
    let proposer = ValidatorIndex(slot.rawValue % UInt64(validatorCount))
    guard !own.contains(proposer) else { return }
    let block = state.withLock { state -> SignedBlock? in
      guard
        let view = try? ProposalView(of: state.store, slot: slot, proposerIndex: proposer),
        let selection = try? view.select(SelectionRules(maximumAttestationData: 8)),
        let candidate = try? selection.uncompacted.seal()
      else { return nil }
      return SignedBlock(
        block: candidate.block, proof: MultiMessageAggregate(proof: Mock.proof))
    }
    guard let block else { return }
    wait(until: clock.start(in: slot) + LoadNetwork.blockMilliseconds)
    mailbox.post(.block(block, origin(Int(slot.rawValue) % LoadNetwork.peerCount)))
    state.withLock { _ = try? $0.store.onBlock(VerifiedBlock(trusting: block), hasChild: true) }
  }

  private func sendAggregates(_ data: AttestationData, _ slot: Slot) {
    wait(until: clock.start(of: .aggregation, in: slot))
    let others = others
    let share = others.count / (LoadNetwork.aggregateCount - 1)
    for number in 0..<LoadNetwork.aggregateCount {
      let isLast = number == LoadNetwork.aggregateCount - 1
      let voters = isLast ? others[...] : others[number * share..<(number + 1) * share]
      guard let participants = try? AggregationBits(indices: Array(voters)) else { continue }
      let aggregate = SignedAggregatedAttestation(
        data: data,
        proof: SingleMessageAggregate(participants: participants, proof: Mock.proof))
      mailbox.post(.aggregate(aggregate, origin(number)))
      if isLast { take(aggregate) }
    }
    wait(until: clock.start(of: .endOfSlot, in: slot))
    state.withLock { advance(&$0.store, to: Interval(.endOfSlot, of: slot)) }
  }

  private func take(_ aggregate: SignedAggregatedAttestation) {
    state.withLock { state in
      _ = try? state.store.onAggregatedAttestation(VerifiedAggregate(trusting: aggregate))
    }
  }

  private func advance(_ store: inout Store, to interval: Interval) {
    let finalized = store.latestFinalized
    store.onTick(to: max(store.time, interval), hasProposal: interval.name == .blockPublication)
    if store.latestFinalized != finalized { store.pruneFinalized() }
  }

  private var validatorCount: Int { state.withLock { $0.store.validators.count } }

  private var others: [ValidatorIndex] {
    (0..<UInt64(validatorCount)).map { ValidatorIndex($0) }.filter { !own.contains($0) }
  }

  private func name(_ peer: Int) -> String { "peer \(peer)" }

  private func origin(_ peer: Int) -> MessageOrigin { MessageOrigin(peer: name(peer)) }

  private func wait(until time: UnixMilliseconds) {
    let now = calls.now
    if now < time { Thread.sleep(forTimeInterval: Double(time.milliseconds(since: now)) / 1000) }
  }
}
