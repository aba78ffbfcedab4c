import Aggregation
import Consensus
import Hashing
import SSZ
import Testing
import XMSS

@testable import ForkChoice

struct StoreTests {
  @Test func `an anchor block that names another state is refused`() throws {
    let chain = try TestChain(validatorCount: 3)
    let state = try #require(chain.store.state(after: chain.store.head))
    var block = chain.genesis
    block.stateRoot = .zero
    #expect(
      throws: Rejection.anchorStateRootMismatch(block: .zero, computed: chain.genesis.stateRoot)
    ) { try Store(anchor: block, state: state) }
  }

  @Test func `a known block is taken again without effect`() throws {
    var chain = try TestChain(validatorCount: 3)
    let block = try chain.block(on: chain.store.head, slot: 1)
    #expect(try chain.store.onBlock(VerifiedBlock(trusting: block)))
    let before = chain.store
    #expect(try !chain.store.onBlock(VerifiedBlock(trusting: block)))
    #expect(try chain.store.signatureCheck(of: block) == nil)
    #expect(chain.store == before)
  }

  @Test func `a block is refused for its parent before its votes and for these before its proof`()
    throws
  {
    let chain = try TestChain(validatorCount: 3)
    let vote = try chain.vote(for: chain.store.head, slot: 0)
    var block = try chain.block(
      on: chain.store.head, slot: 1, votes: [(vote, [0]), (vote, [1])])
    #expect(throws: Rejection.duplicateAttestationData(slot: 0)) {
      try chain.store.signatureCheck(of: block)
    }
    block.block.parentRoot = SHA256.hash([1])
    #expect(throws: Rejection.unknownParentBlock(root: block.block.parentRoot)) {
      try chain.store.signatureCheck(of: block)
    }
  }

  @Test func `the proof of a block must show its votes in order and then its proposer`() throws {
    let chain = try TestChain(validatorCount: 3)
    let first = try chain.vote(for: chain.store.head, slot: 0)
    let second = try chain.vote(for: chain.store.head, slot: 1)
    let block = try chain.block(
      on: chain.store.head, slot: 1, votes: [(second, [0, 2]), (first, [1])])
    let check = try #require(try chain.store.signatureCheck(of: block))
    let components = try check.components()
    let root = block.block.hashTreeRoot()
    #expect(components.map(\.message) == [second.hashTreeRoot(), first.hashTreeRoot(), root])
    #expect(components.map(\.slot) == [1, 0, 1])
    #expect(components.map(\.publicKeys.count) == [2, 1, 1])
    #expect(try check.verified(by: TestChain.backend).root == root)
    #expect(throws: Rejection.invalidBlockProof) {
      try check.verified(by: XMSSListBackend(scheme: .test))
    }
  }

  @Test func `indices outside the registry are refused before the proof is looked at`() throws {
    let chain = try TestChain(validatorCount: 3)
    let vote = try chain.vote(for: chain.store.head, slot: 0)
    var block = try chain.block(on: chain.store.head, slot: 1)
    block.block.proposerIndex = 3
    #expect(throws: Rejection.proposerIndexOutOfRange(3, validatorCount: 3)) {
      try chain.store.signatureCheck(of: block)?.verified(by: TestChain.backend)
    }
    let foreign = AggregatedAttestation(
      aggregationBits: try AggregationBits(indices: [7]), data: vote)
    block.block.body = BlockBody(attestations: try AggregatedAttestations([foreign]))
    #expect(throws: Rejection.validatorIndexOutOfRange(7, validatorCount: 3)) {
      try chain.store.signatureCheck(of: block)?.verified(by: TestChain.backend)
    }
    let nobody = AggregatedAttestation(
      aggregationBits: try AggregationBits(Bits(count: 2)), data: vote)
    block.block.body = BlockBody(attestations: try AggregatedAttestations([nobody]))
    #expect(throws: Rejection.emptyAggregationBits) {
      try chain.store.signatureCheck(of: block)?.verified(by: TestChain.backend)
    }
    #expect(throws: Rejection.validatorNotInState(9, validatorCount: 3)) {
      try chain.store.signatureCheck(of: TestChain.aggregate(vote, voters: [0, 9]))
    }
  }

  @Test(arguments: [false, true])
  func `of two votes in one slot the one with the larger root counts, whatever came first`(
    leftFirst: Bool
  ) throws {
    var chain = try TestChain(validatorCount: 4)
    let genesis = chain.store.head
    let left = try chain.extend(genesis, slot: 1)
    let right = try chain.extend(genesis, slot: 2)
    let votes = [
      try chain.vote(for: left, slot: 2, target: genesis),
      try chain.vote(for: right, slot: 2, target: genesis),
    ]
    for vote in leftFirst ? votes : votes.reversed() {
      try chain.gossip(try TestChain.aggregate(vote, voters: [0, 1, 2]))
    }
    let larger = try #require(votes.max { $0.hashTreeRoot() < $1.hashTreeRoot() })
    chain.store.onTick(to: Interval(.safeTargetUpdate, of: 2), hasProposal: false)
    #expect(chain.store.safeTarget == larger.head.root)
    chain.store.onTick(to: Interval(.endOfSlot, of: 2), hasProposal: false)
    #expect(chain.store.head == larger.head.root)
    #expect(
      chain.store.blockWeights.map(\.weight)
        == [left, right].map { $0 == larger.head.root ? 3 : 0 })
  }

  @Test func `a block more than one slot ahead of the clock is refused, one slot ahead is not`()
    throws
  {
    var chain = try TestChain(validatorCount: 4)
    let early = try chain.block(on: chain.store.head, slot: 1)
    let tooEarly = try chain.block(on: chain.store.head, slot: 2)
    #expect(throws: Rejection.blockTooFarInFuture(slot: 2, time: 0)) {
      try chain.store.signatureCheck(of: tooEarly)
    }
    #expect(try chain.store.onBlock(VerifiedBlock(trusting: early)))
    var distant = tooEarly
    distant.block.slot = Slot(1 << 18 + 1)
    #expect(throws: Rejection.blockSlotGapTooLarge(block: Slot(1 << 18 + 1), parent: 0)) {
      try chain.store.signatureCheck(of: distant)
    }
  }

  @Test func `a vote for a head off the finalized chain does not come back`() throws {
    var chain = try TestChain(validatorCount: 4)
    let genesis = chain.store.head
    var parent = try chain.extend(genesis, slot: 1)
    let fork = try chain.extend(genesis, slot: 2)
    for slot in 3...5 as ClosedRange<UInt64> {
      let vote = try chain.vote(for: parent, slot: Slot(slot - 1))
      parent = try chain.extend(parent, slot: Slot(slot), votes: [(vote, [0, 1, 2])])
    }
    let finalized = chain.store.latestFinalized
    #expect(finalized.slot == 3)
    let stray = try chain.vote(for: fork, slot: 5, target: fork)
    #expect(
      throws: Rejection.headNotDescendantOfFinalized(head: fork, finalized: finalized)
    ) { try chain.store.validate(stray) }
  }

  @Test func `a snapshot does not change with the store`() throws {
    var chain = try TestChain(validatorCount: 4)
    let snapshot = chain.store
    try chain.extend(chain.store.head, slot: 1)
    #expect(snapshot != chain.store)
    #expect(snapshot.tree.nodes.count == 1)
    #expect(snapshot.time == 0)
  }
}
