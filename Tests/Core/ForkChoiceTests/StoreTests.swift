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

  @Test
  func `of two votes in one slot the first in the pool counts, and a block puts its own first`()
    throws
  {
    var chain = try TestChain(validatorCount: 4)
    let genesis = chain.store.head
    let left = try chain.extend(genesis, slot: 1)
    let right = try chain.extend(genesis, slot: 2)
    let forLeft = try chain.vote(for: left, slot: 2, target: genesis)
    let forRight = try chain.vote(for: right, slot: 2, target: genesis)
    for vote in [forLeft, forRight] {
      try chain.gossip(try TestChain.aggregate(vote, voters: [0, 1]))
    }
    chain.store.onTick(to: Interval(.endOfSlot, of: 2), hasProposal: false)
    #expect(chain.store.head == left)
    let next = try chain.extend(right, slot: 3, votes: [(forRight, [0])])
    #expect(chain.store.head == next)
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
