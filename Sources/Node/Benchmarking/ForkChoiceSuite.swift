private import Consensus
private import ForkChoice
private import Hashing
private import SSZ
private import StateTransition

extension BenchmarkSuite {
  /// Fork choice over 1,000 unfinalized blocks and the votes of 4,096 validators.
  ///
  /// All 1,000 post-states are kept, each with 200,000 slots of history: the memory of the process
  /// shows what they share.
  static let forkChoice = BenchmarkSuite("forkchoice") { data in
    var store = try Store(votedChainOn: State(ssz: data.bytes("big-pre.ssz")), blockCount: 1_000)
    store.updateHead()
    let block = VerifiedBlock(trusting: try store.emptyBlock(on: store.head))
    let aggregate = try VerifiedAggregate(trusting: store.vote(for: store.head, voters: 0..<4_096))
    let prepared = store
    return [
      Benchmark("head", goal: .microseconds(500), setUp: { prepared }, body: { $0.updateHead() }),
      Benchmark("safe target", setUp: { prepared }, body: { $0.updateSafeTarget() }),
      Benchmark("weights of all blocks") { prepared.blockWeights.count },
      Benchmark(
        "import of an empty block", setUp: { prepared }, body: { try $0.onBlock(block) }),
      Benchmark(
        "aggregate of 4,096 votes, until it counts", setUp: { prepared },
        body: { store in
          try store.onAggregatedAttestation(aggregate)
          let endOfSlot = Interval(.endOfSlot, of: store.time.slot + 1)
          store.onTick(to: endOfSlot, hasProposal: false)
        }),
      Benchmark("vote to sign") { prepared.produceAttestationData(slot: prepared.time.slot) },
    ]
  }
}

extension Store {
  /// A chain above `anchor` with a short fork at every tenth block, voted for all over.
  fileprivate init(votedChainOn anchor: State, blockCount: Int) throws {
    var state = anchor
    state.latestBlockHeader.bodyRoot = BlockBody().hashTreeRoot()
    let header = state.latestBlockHeader
    try self.init(
      anchor: Block(
        slot: header.slot, proposerIndex: header.proposerIndex, parentRoot: header.parentRoot,
        stateRoot: state.hashTreeRoot(), body: BlockBody()),
      state: state)
    for number in 1..<blockCount {
      let parent = tree.nodes[number.isMultiple(of: 10) ? number - 2 : number - 1]
      let slot = header.slot + UInt64(number)
      onTick(to: Interval(of: slot), hasProposal: false)
      try onBlock(VerifiedBlock(trusting: emptyBlock(on: parent.root, slot: slot)))
    }
    for first in stride(from: 0, to: 4_096, by: 64) {
      let head = tree.nodes[1 + first * 37 % (blockCount - 1)]
      let vote = try vote(for: head.root, voters: first..<(first + 64))
      insertKnown(vote.proof, for: vote.data)
    }
  }

  fileprivate func emptyBlock(on parent: Bytes32, slot: Slot? = nil) throws -> SignedBlock {
    guard let state = state(after: parent) else { throw MissingState() }
    let slot = slot ?? time.slot + 1
    let block = try state.seal(
      Block(
        slot: slot, proposerIndex: .proposer(for: slot, validatorCount: validators.count),
        parentRoot: parent, stateRoot: .zero, body: BlockBody())
    ).block
    return SignedBlock(block: block, proof: MultiMessageAggregate(proof: try ByteList512KiB()))
  }

  fileprivate func vote(
    for head: Bytes32, voters: Range<Int>
  ) throws -> SignedAggregatedAttestation {
    guard let node = tree[head] else { throw MissingState() }
    let participants = try AggregationBits(indices: voters.map { ValidatorIndex(UInt64($0)) })
    return SignedAggregatedAttestation(
      data: AttestationData(
        slot: time.slot, head: node.checkpoint, target: node.checkpoint,
        source: tree.nodes[0].checkpoint),
      proof: SingleMessageAggregate(participants: participants, proof: try ByteList512KiB()))
  }
}

private struct MissingState: Error {}
