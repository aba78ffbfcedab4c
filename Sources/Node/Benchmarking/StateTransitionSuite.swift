private import Consensus
private import Hashing
private import SSZ
private import StateTransition

extension BenchmarkSuite {
  /// The state transition on a state of 4,096 validators and 200,000 slots of history.
  static let stateTransition = BenchmarkSuite("stf") { data in
    let pre = try State(ssz: data.bytes("big-pre.ssz"))
    let full = try Block(ssz: data.bytes("big-block-full8.ssz"))
    let pending = try Block(ssz: data.bytes("big-block-pending8.ssz"))
    let empty = try Block(ssz: data.bytes("big-block-empty.ssz"))
    let advanced = try pre.processSlots(to: empty.slot)
    let unfinalized = try pre.withoutFinality()
    let emptyOnUnfinalized = try unfinalized.emptyBlock()
    // A node has hashed what it imports on: start like one.
    _ = pre.hashTreeRoot()
    _ = unfinalized.hashTreeRoot()
    return [
      Benchmark(
        "root after one more block", goal: .microseconds(500),
        setUp: { try advanced.processBlock(empty) }, body: { $0.hashTreeRoot() }),
      Benchmark("empty block") { try pre.stateTransition(empty) },
      Benchmark("block with 8 votes that justify", goal: .milliseconds(3)) {
        try pre.stateTransition(full)
      },
      Benchmark("block with 8 votes that stay pending") { try pre.stateTransition(pending) },
      Benchmark("empty block after 200,000 slots without finality", goal: .milliseconds(5)) {
        try unfinalized.stateTransition(emptyOnUnfinalized)
      },
    ]
  }
}

extension State {
  /// This state if genesis were still the last finalized block: all slots are tracked, and every
  /// justifiable one has votes of a third of the validators.
  fileprivate func withoutFinality() throws -> State {
    var state = self
    state.latestFinalized = Checkpoint(root: historicalBlockHashes[0], slot: 0)
    state.latestJustified = state.latestFinalized
    state.justifiedSlots = try JustifiedSlots(Bits(count: historicalBlockHashes.count - 1))
    var targets: [Bytes32] = []
    var slot = Slot(0).nextJustifiable(after: 0)
    while slot.rawValue < UInt64(historicalBlockHashes.count) {
      targets.append(historicalBlockHashes[Int(slot.rawValue)])
      slot = slot.nextJustifiable(after: 0)
    }
    targets = Set(targets.filter { $0 != .zero }).sorted()
    let votes = Bits((0..<validators.count).map { $0.isMultiple(of: 3) })
    state.justificationsRoots = try JustificationRoots(targets)
    state.justificationsValidators = try JustificationValidators(
      Bits(joining: targets.map { _ in votes }))
    return state
  }

  /// A valid block without votes in the next slot.
  fileprivate func emptyBlock() throws -> Block {
    let advanced = try processSlots(to: slot + 1)
    return try seal(
      Block(
        slot: slot + 1, proposerIndex: .proposer(for: slot + 1, validatorCount: validators.count),
        parentRoot: advanced.latestBlockHeader.hashTreeRoot(), stateRoot: .zero,
        body: BlockBody())
    ).block
  }
}
