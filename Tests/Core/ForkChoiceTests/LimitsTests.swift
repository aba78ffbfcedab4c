import Consensus
import Hashing
import SSZ
import Testing
import XMSS

@testable import ForkChoice

struct LimitsTests {
  private func data(slot: UInt64, head: UInt8 = 0) -> AttestationData {
    let checkpoint = Checkpoint(root: SHA256.hash([head]), slot: 1)
    return AttestationData(
      slot: Slot(slot), head: checkpoint, target: checkpoint, source: checkpoint)
  }

  private func proof(
    _ bytes: [UInt8] = [], voters: [UInt64] = [0], padding: Int = 0
  ) throws -> SingleMessageAggregate {
    var bits = try AggregationBits(indices: voters.map { ValidatorIndex($0) }).bits
    bits.resize(to: bits.count + padding)
    return SingleMessageAggregate(
      participants: try AggregationBits(bits), proof: try ByteList512KiB(bytes))
  }

  @Test func `a full pool drops the vote with fewest voters, the older among equals`() throws {
    var limits = PayloadPool.Limits()
    limits.votes = 3
    var pool = PayloadPool(limits: limits)
    pool.insert(try proof(voters: [0, 1]), for: data(slot: 3))
    for slot in [5, 4, 2] as [UInt64] { pool.insert(try proof(), for: data(slot: slot)) }
    #expect(pool.entries.map(\.data.slot) == [3, 5, 4])
    #expect(pool.insert(try proof(), for: data(slot: 1)) == false)
    #expect(pool.entries.map(\.data.slot) == [3, 5, 4])
    #expect(pool.evictedVoteCount == 2)
  }

  @Test func `without finality old votes make room for new ones that still grow`() throws {
    var limits = PayloadPool.Limits()
    limits.votes = 4
    var pool = PayloadPool(limits: limits)
    for slot in 1...4 as ClosedRange<UInt64> {
      pool.insert(try proof(voters: [0, 1, 2, 3]), for: data(slot: slot))
    }
    // Four quarters of a registry whose old votes have half of it.
    for voter in 0..<4 as Range<UInt64> {
      #expect(pool.insert(try proof(voters: [voter]), for: data(slot: 100)))
    }
    #expect(pool.voters(for: data(slot: 100)).setCount == 4)
    #expect(pool.entries.map(\.data.slot) == [2, 3, 4, 100])
  }

  @Test func `padding makes no new proof and a proof that shows no new voter is none`() throws {
    var pool = PayloadPool()
    for padding in 0..<40 {
      let padded = try proof(padding: padding)
      #expect(pool.insert(padded, for: data(slot: 1)) == (padding == 0))
    }
    #expect(pool.insert(try proof(voters: [0, 1, 2]), for: data(slot: 1)))
    #expect(!pool.insert(try proof([7], voters: [1, 2]), for: data(slot: 1)))
    #expect(pool.insert(try proof(voters: [3]), for: data(slot: 1)))
    // No new voter, but one proof for all of them.
    #expect(pool.insert(try proof(voters: [0, 1, 2, 3]), for: data(slot: 1)))
    #expect(pool[data(slot: 1)]?.map(\.participants.bits.count) == [1, 3, 4, 4])
    #expect(pool.refusedProofCount == 40)
  }

  @Test func `at the limit the proof that adds least goes`() throws {
    var limits = PayloadPool.Limits()
    limits.proofsPerVote = 2
    var pool = PayloadPool(limits: limits)
    for voters in [[0], [1, 2], [3, 4, 5]] as [[UInt64]] {
      #expect(pool.insert(try proof(voters: voters), for: data(slot: 1)))
    }
    #expect(pool[data(slot: 1)]?.map(\.participants.bits.setIndices) == [[1, 2], [3, 4, 5]])
    #expect(!pool.insert(try proof(voters: [6]), for: data(slot: 1)))
    #expect(pool.voters(for: data(slot: 1)).setIndices == [1, 2, 3, 4, 5])
    #expect(pool.refusedProofCount == 2)
  }

  @Test func `the bytes of all proofs are bounded`() throws {
    var limits = PayloadPool.Limits()
    limits.proofBytes = 10
    var pool = PayloadPool(limits: limits)
    #expect(pool.insert(try proof([1, 2]), for: data(slot: 1)))
    let large = try proof([UInt8](repeating: 4, count: 9), voters: [0, 1])
    #expect(pool.insert(large, for: data(slot: 2)) == true)
    #expect(pool.entries.map(\.data.slot) == [2])
    #expect(pool.proofByteCount == 9)
    #expect(pool.evictedVoteCount == 1)
  }

  /// The encoding of a signature that signs nothing.
  private func emptySignature() throws -> Signature {
    var bytes = [UInt8](repeating: 0, count: Scheme.test.signatureByteCount)
    bytes[0] = 36
    bytes[32] = UInt8(truncatingIfNeeded: 40 + 8 * 32)
    bytes[33] = UInt8((40 + 8 * 32) >> 8)
    bytes[36] = 4
    return try Signature(ssz: bytes, scheme: .test)
  }

  @Test func `one validator has two votes of a slot in a pool, whatever it signs`() throws {
    var pool = PayloadPool()
    var signatures = SignaturePool()
    let signature = try emptySignature()
    for head in 0..<100 as Range<UInt8> {
      let alone = try proof()
      #expect(pool.insert(alone, for: data(slot: 9, head: head)) == (head < 2))
      #expect(
        signatures.insert(signature, of: 0, for: data(slot: 9, head: head)) == (head < 2))
    }
    // Together with others it does not keep them out.
    #expect(pool.insert(try proof(voters: [0, 1]), for: data(slot: 9, head: 200)))
    #expect(signatures.insert(signature, of: 1, for: data(slot: 9, head: 200)) == true)
    #expect(pool.insert(try proof(), for: data(slot: 10)))
    #expect(pool.count == 4)
    #expect(signatures.count == 3)
  }

  @Test func `a flood of one validator moves neither head nor safe target of the others`() throws {
    var chain = try TestChain(validatorCount: 4)
    let genesis = chain.store.head
    for slot in 1...12 as ClosedRange<UInt64> {
      try chain.extend(chain.store.head, slot: Slot(slot))
    }
    let tip = chain.store.head
    let vote = try chain.vote(for: tip, slot: 12, target: genesis)
    let nodes = chain.store.tree.nodes
    for head in nodes {
      for target in chain.store.tree.chain(from: head.root) {
        let stray = try chain.vote(for: head.root, slot: 12, target: target.root)
        try chain.gossip(try TestChain.aggregate(stray, voters: [3]))
      }
    }
    try chain.gossip(try TestChain.aggregate(vote, voters: [0, 1, 2]))
    #expect(chain.store.newPayloads.count <= 3)
    chain.store.onTick(to: Interval(.safeTargetUpdate, of: 12), hasProposal: false)
    #expect(chain.store.safeTarget == tip)
    chain.store.onTick(to: Interval(.endOfSlot, of: 12), hasProposal: false)
    #expect(chain.store.head == tip)
    #expect(chain.store.blockWeights.last.map { $0.weight >= 3 } == true)
  }

  @Test func `votes moved to the front come first in the order given`() throws {
    var pool = PayloadPool()
    for head in 0..<4 as Range<UInt8> {
      pool.insert(try proof(voters: [UInt64(head)]), for: data(slot: 1, head: head))
    }
    let votes = [3, 1, 9].map { data(slot: 1, head: $0) }
    pool.moveToFront(votes)
    #expect(pool.entries.map(\.data) == votes + [0, 2].map { data(slot: 1, head: $0) })
    #expect(pool[votes[2]] == [])
    pool.moveToFront([data(slot: 1, head: 2)])
    #expect(pool.entries.first?.data == data(slot: 1, head: 2))
  }

  @Test func `states beyond the limit are made again when they are asked for`() throws {
    var limits = Store.Limits()
    limits.states = 8
    var chain = try TestChain(validatorCount: 3, limits: limits)
    var unlimited = try TestChain(validatorCount: 3)
    var roots = [chain.store.head]
    for slot in 1...200 as ClosedRange<UInt64> {
      let root = try chain.extend(chain.store.head, slot: Slot(slot))
      let same = try unlimited.extend(unlimited.store.head, slot: Slot(slot))
      #expect(same == root)
      roots.append(root)
    }
    #expect(chain.store.tree.nodes.filter { $0.state != nil }.count <= 8)
    #expect(chain.store.tree[chain.store.latestFinalized.root]?.state != nil)
    #expect(chain.store.headNode.state != nil)
    for root in roots {
      #expect(chain.store.state(after: root) == unlimited.store.state(after: root))
    }
    let fork = try chain.extend(roots[77], slot: 201)
    #expect(chain.store.tree.parent(of: fork)?.root == roots[77])
  }

  @Test func `a third block of a slot is refused until a block builds on it`() throws {
    var chain = try TestChain(validatorCount: 3)
    let genesis = chain.store.head
    let first = try chain.extend(genesis, slot: 1)
    chain.store.onTick(to: Interval(of: 2), hasProposal: false)
    let blocks = try [genesis, first, genesis].enumerated().map { number, parent in
      let vote = try chain.vote(for: genesis, slot: Slot(UInt64(number)))
      return try chain.block(on: parent, slot: 2, votes: [(vote, [0])])
    }
    for block in blocks.prefix(2) { try chain.store.onBlock(VerifiedBlock(trusting: block)) }
    let third = VerifiedBlock(trusting: blocks[2])
    #expect(throws: Rejection.tooManyBlocksInSlot(2, limit: 2)) {
      try chain.store.signatureCheck(of: blocks[2])
    }
    #expect(throws: Rejection.tooManyBlocksInSlot(2, limit: 2)) { try chain.store.onBlock(third) }
    #expect(try chain.store.onBlock(third, hasChild: true))
  }

  @Test func `pruning keeps the finalized block, its margin and its descendants`() throws {
    var chain = try TestChain(validatorCount: 3)
    var roots = [chain.store.head]
    let fork = try chain.extend(roots[0], slot: 1)
    for slot in 2...9 as ClosedRange<UInt64> {
      let parent = roots[roots.count - 1]
      let vote = try chain.vote(for: parent, slot: Slot(slot - 1))
      let votes = slot > 2 ? [(vote, [0, 1, 2] as [UInt64])] : []
      roots.append(try chain.extend(parent, slot: Slot(slot), votes: votes))
    }
    let finalized = chain.store.latestFinalized
    #expect(finalized.slot == 7)
    let before = chain.store
    #expect(
      chain.store.pruneFinalized(keeping: 3).map(\.root) == [roots[0], fork, roots[1], roots[2]])
    #expect(chain.store.tree.nodes.map(\.root) == Array(roots[3...]))
    #expect(chain.store.head == before.head)
    #expect(chain.store.blockWeights.map(\.root) == before.blockWeights.map(\.root))
    #expect(chain.store.attestationTarget == before.attestationTarget)
    #expect(chain.store.pruneFinalized(keeping: 3).isEmpty)
    try chain.extend(chain.store.head, slot: 10)
  }
}
