internal import Chain
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ

/// Rules 2, 8 and 10: blocks leave in their slot, and each is followed by one true statement of
/// how many of the known voters it carries.
struct PublicationCheck: Sendable {
  private var published: Set<Bytes32> = []
  private var covered: Set<Bytes32> = []
  /// Blocks that have only one of publication and coverage.
  private var unpaired: Set<Bytes32> = []
  /// The voters that were pending when interval 4 of a slot began, before it promoted them.
  private var pendingVoters: [UInt64: Int] = [:]

  mutating func check(_ call: EngineCall) -> Finding? {
    noteVoters(call)
    var finding: Finding?
    for effect in call.effects where finding == nil {
      switch effect {
      case .publishBlock(let block): finding = publish(block, call)
      case .emit(.proposal(.coverage(let slot, let block, let included, let known, _))):
        finding = cover(slot, block, call) ?? checkKnown(slot, included: included, known: known)
      case .emit, .work, .sign, .publishAttestations, .publishAggregate, .abandon,
        .requestBlocks, .judge, .persist, .stopped:
        break
      }
    }
    return finding ?? checkPairs()
  }

  // MARK: Rule 2

  private mutating func publish(_ signed: SignedBlock, _ call: EngineCall) -> Finding? {
    let root = signed.block.hashTreeRoot()
    if published.insert(root).inserted { unpaired.formSymmetricDifference([root]) }
    let slot = signed.block.slot
    guard call.wall >= call.clock.start(in: slot) else {
      return (.publishedInItsSlot, "the block of slot \(slot) left before the slot")
    }
    guard call.wall < call.clock.start(in: slot + 1) else {
      return (.publishedInItsSlot, "the block of slot \(slot) left after the slot")
    }
    return nil
  }

  // MARK: Rule 8

  private mutating func cover(_ slot: UInt64, _ root: Bytes32, _ call: EngineCall) -> Finding? {
    guard call.after.store?.tree.contains(root) == true else {
      return (.coverageToldOnce, "coverage of slot \(slot) told before the import")
    }
    guard covered.insert(root).inserted else {
      return (.coverageToldOnce, "coverage of slot \(slot) told twice")
    }
    unpaired.formSymmetricDifference([root])
    return nil
  }

  private func checkPairs() -> Finding? {
    guard let root = unpaired.min() else { return nil }
    return (.coverageToldOnce, "block \(root.short) has only one of publication and coverage")
  }

  // MARK: Rule 10

  /// Counts the pending voters ourselves when interval 4 begins; after a longer way it is the
  /// newest interval 4 that promoted.
  private mutating func noteVoters(_ call: EngineCall) {
    let time = call.after.time
    let slot = time.name == .endOfSlot ? time.slot : time.slot.saturatingSubtract(1)
    let endOfSlot = Interval(.endOfSlot, of: slot)
    guard call.before.time < endOfSlot, endOfSlot <= time, let store = call.before.store
    else { return }
    var voters = Bits()
    for proof in store.newPayloads.entries.flatMap(\.proofs) {
      voters.formUnion(proof.participants.bits)
    }
    pendingVoters = pendingVoters.filter { $0.key + 2 > slot.rawValue }
    pendingVoters[slot.rawValue] = voters.setCount
  }

  private func checkKnown(_ slot: UInt64, included: Int, known: Int) -> Finding? {
    guard slot > 0, let pending = pendingVoters[slot - 1] else { return nil }
    let expected = max(pending, included)
    guard known != expected else { return nil }
    return (
      .coverageBeforePromotion, "slot \(slot) tells \(known) known voters, \(expected) were pending"
    )
  }
}
