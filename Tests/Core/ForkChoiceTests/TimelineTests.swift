import Consensus
import SSZ
import Testing

@testable import ForkChoice

struct TimelineTests {
  /// A store with a fork, and a proof that is still new.
  private func chainWithNewProof() throws -> TestChain {
    var chain = try TestChain(validatorCount: 3)
    let genesis = chain.store.head
    let left = try chain.extend(genesis, slot: 1)
    let right = try chain.extend(genesis, slot: 2)
    let lighter = min(left, right)
    let vote = try chain.vote(for: lighter, slot: 2, target: genesis)
    try chain.gossip(try TestChain.aggregate(vote, voters: [0, 1]))
    return chain
  }

  @Test func `new proofs count from the end of the slot, or from its start with a proposal`() throws
  {
    var chain = try chainWithNewProof()
    let before = chain.store.head
    chain.store.onTick(to: Interval(.safeTargetUpdate, of: 2), hasProposal: true)
    #expect(chain.store.head == before)
    #expect(chain.store.newPayloads.count == 1)
    chain.store.onTick(to: Interval(.endOfSlot, of: 2), hasProposal: false)
    #expect(chain.store.head != before)
    #expect(chain.store.newPayloads.isEmpty)
    #expect(chain.store.knownPayloads.count == 1)
  }

  @Test func `the safe target follows two thirds of the new votes`() throws {
    var chain = try chainWithNewProof()
    let genesis = chain.store.safeTarget
    let other = chain.store.tree.nodes.map(\.root).filter { $0 != genesis }.min()
    chain.store.onTick(to: Interval(.safeTargetUpdate, of: 2), hasProposal: false)
    #expect(chain.store.safeTarget == other)
    chain.store.onTick(to: Interval(.safeTargetUpdate, of: 3), hasProposal: false)
    #expect(chain.store.safeTarget == genesis)
  }

  @Test(arguments: [1, 4, 5, 6, 23, 200] as [UInt64], [true, false])
  func `a long tick ends where single ticks end`(intervals: UInt64, hasProposal: Bool) throws {
    var together = try chainWithNewProof()
    var apart = together
    let target = together.store.time + intervals
    together.store.onTick(to: target, hasProposal: hasProposal)
    for interval in (target.rawValue - intervals + 1)...target.rawValue {
      let isLast = interval == target.rawValue
      apart.store.onTick(to: Interval(interval), hasProposal: hasProposal && isLast)
    }
    #expect(together.store == apart.store)
  }

  @Test func `the end of time is reached at once and never passed`() throws {
    var chain = try chainWithNewProof()
    let end = Interval(UInt64.max)
    chain.store.onTick(to: end, hasProposal: true)
    #expect(chain.store.time == end)
    chain.store.onTick(to: 3, hasProposal: true)
    #expect(chain.store.time == end)
  }

  @Test func `an aggregator merges what overlaps and drops what it covers`() throws {
    var chain = try chainWithNewProof()
    let data = try #require(chain.store.newPayloads.entries.first?.data)
    try chain.gossip(try TestChain.aggregate(data, voters: [1, 2]))
    var jobs: [Bits] = []
    let aggregates = chain.store.onTick(to: Interval(.aggregation, of: 2), hasProposal: false) {
      jobs.append($0.participants)
      return SingleMessageAggregate(
        participants: AggregationBits(unchecked: $0.participants),
        proof: ByteList512KiB(unchecked: [1]))
    }
    #expect(jobs == [Bits([true, true, true])])
    #expect(aggregates.map(\.data) == [data])
    #expect(chain.store.newPayloads[data] == aggregates.map(\.proof))
  }
}
