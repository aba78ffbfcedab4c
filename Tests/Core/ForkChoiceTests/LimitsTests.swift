import Consensus
import Hashing
import SSZ
import Testing

@testable import ForkChoice

struct LimitsTests {
  private func data(slot: UInt64, head: UInt8 = 0) -> AttestationData {
    let checkpoint = Checkpoint(root: SHA256.hash([head]), slot: 1)
    return AttestationData(
      slot: Slot(slot), head: checkpoint, target: checkpoint, source: checkpoint)
  }

  private func proof(_ bytes: [UInt8]) throws -> SingleMessageAggregate {
    SingleMessageAggregate(
      participants: try AggregationBits(indices: [0]), proof: try ByteList512KiB(bytes))
  }

  @Test func `a full pool drops the vote with the oldest slot and counts it`() throws {
    var limits = PayloadPool.Limits()
    limits.votes = 2
    var pool = PayloadPool(limits: limits)
    for slot in [5, 3, 4] as [UInt64] { pool.insert(try proof([]), for: data(slot: slot)) }
    #expect(pool.entries.map(\.data.slot) == [5, 4])
    #expect(pool.insert(try proof([]), for: data(slot: 1)) == false)
    #expect(pool.entries.map(\.data.slot) == [5, 4])
    #expect(pool.evictedVoteCount == 2)
  }

  @Test func `proofs are bounded for each vote and in bytes`() throws {
    var limits = PayloadPool.Limits()
    limits.proofsPerVote = 2
    limits.proofBytes = 10
    var pool = PayloadPool(limits: limits)
    #expect(pool.insert(try proof([1]), for: data(slot: 1)))
    #expect(!pool.insert(try proof([1]), for: data(slot: 1)))
    #expect(pool.insert(try proof([2]), for: data(slot: 1)))
    #expect(!pool.insert(try proof([3]), for: data(slot: 1)))
    #expect(pool.insert(try proof([UInt8](repeating: 4, count: 9)), for: data(slot: 2)))
    #expect(pool.entries.map(\.data.slot) == [2])
    #expect(pool.proofByteCount == 9)
    #expect(pool.refusedProofCount == 1)
    #expect(pool.evictedVoteCount == 1)
  }

  @Test func `votes moved to the front come first in the order given`() throws {
    var pool = PayloadPool()
    for head in 0..<4 as Range<UInt8> { pool.insert(try proof([]), for: data(slot: 1, head: head)) }
    let votes = [3, 1, 9].map { data(slot: 1, head: $0) }
    pool.moveToFront(votes)
    #expect(pool.entries.map(\.data) == votes + [0, 2].map { data(slot: 1, head: $0) })
    #expect(pool[votes[2]] == [])
    pool.moveToFront([data(slot: 1, head: 2)])
    #expect(pool.entries.first?.data == data(slot: 1, head: 2))
  }

  @Test func `states beyond the limit go, earliest block first, and their children are unknown`()
    throws
  {
    var limits = Store.Limits()
    limits.states = 3
    var chain = try TestChain(validatorCount: 3, limits: limits)
    var roots = [chain.store.head]
    for slot in 1...5 as ClosedRange<UInt64> {
      roots.append(try chain.extend(chain.store.head, slot: Slot(slot)))
    }
    let hasState = roots.map { chain.store.state(after: $0) != nil }
    #expect(hasState == [false, false, false, true, true, true])
    #expect(chain.store.evictedStateCount == 3)
    var orphan = try chain.block(on: chain.store.head, slot: 6)
    orphan.block.parentRoot = roots[0]
    #expect(throws: Rejection.unknownParentBlock(root: roots[0])) {
      try chain.store.signatureCheck(of: orphan)
    }
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
