import BlockBuilding
import ChainEvents
import ChainTestSupport
import Consensus
import ForkChoice
import Testing

@testable import ChainWork

struct WorkLanesTests {
  private let store: Store
  private let view: ProposalView

  init() throws {
    store = try Fixture.genesisStore(validators: 4)
    view = try ProposalView(of: store, slot: 1, proposerIndex: 1)
  }

  /// A proof for our own block, by its slot.
  private func proposal(_ slot: Slot) throws -> ChainJob {
    .compact(Build(slot: slot, attempt: 1), try view.select(SelectionRules()))
  }

  private func selection(_ slot: Slot) -> ChainJob {
    .select(Build(slot: slot, attempt: 1), view, SelectionRules())
  }

  /// A proof of votes, by its slot.
  private func aggregation(_ slot: Slot) throws -> ChainJob {
    var store = store
    let data = store.produceAttestationData(slot: 0)
    try store.onAttestation(
      VerifiedAttestation(
        trusting: SignedAttestation(
          validatorIndex: 0, data: data, signature: Fixture.signature(1))), isAggregator: true)
    let job = try #require(store.rankedAggregationJobs(currentSlot: 0, limit: 1).first)
    return .aggregate(slot, job)
  }

  private func votes() -> ChainJob { .verifyVotes([]) }

  private func reading(_ milliseconds: UInt64) -> ClockReading {
    ClockReading(wall: 1_000_000, monotonicMilliseconds: milliseconds)
  }

  private func slots(_ works: [Work]) -> [Slot] { works.compactMap(\.job.shownSlot) }

  @Test func `the prover serves proposals before aggregations, oldest first`() throws {
    var lanes = WorkLanes()
    _ = lanes.submit(try aggregation(1))
    let first = lanes.start(at: reading(0))
    for job in [try aggregation(2), try aggregation(3), try proposal(4)] { _ = lanes.submit(job) }
    var order = slots(first)
    while let ticket = lanes.running.keys.first {
      _ = lanes.end(ticket, at: reading(1), isDone: true)
      order += slots(lanes.start(at: reading(1)))
    }
    #expect(order == [1, 4, 2, 3])
  }

  @Test func `lanes do not wait for each other, and each runs one job`() throws {
    var lanes = WorkLanes()
    for job in [try aggregation(1), selection(2), votes(), selection(3)] { _ = lanes.submit(job) }
    let (first, second) = (lanes.start(at: reading(0)), lanes.start(at: reading(0)))
    #expect(first.map(\.lane) == [.builder, .prover, .votes])
    #expect(second.isEmpty)
  }

  @Test func `a cancelled job never starts, a running one ends by itself`() throws {
    var lanes = WorkLanes()
    _ = lanes.submit(selection(1))
    let running = lanes.start(at: reading(0))
    _ = lanes.submit(selection(2))
    let cancelled = lanes.cancel { _ in true }
    let ended = lanes.end(running[0].ticket, at: reading(3), isDone: true)
    let next = lanes.start(at: reading(4))
    #expect(cancelled == 1)
    #expect(ended?.milliseconds == 3)
    #expect(next.isEmpty)
  }

  @Test func `an answer counts once, and only what was made is learned from`() throws {
    var lanes = WorkLanes()
    _ = lanes.submit(selection(1))
    let ticket = lanes.start(at: reading(0))[0].ticket
    let ends = [false, true].map { lanes.end(ticket, at: reading(5), isDone: $0)?.milliseconds }
    #expect(ends == [5, nil])
    #expect(lanes.costs.sampleCount(.select) == 0)
  }

  @Test func `a lane that is full refuses`() {
    var lanes = WorkLanes()
    let taken = (0...WorkLanes.waitingLimit).map { _ in lanes.submit(votes()) }
    #expect(taken.dropLast().allSatisfy { $0 })
    #expect(taken.last == false)
  }

  @Test func `the prover has less time for a job than its lane`() {
    #expect(WorkLane.allCases.map(\.limitMilliseconds) == [4_000, 16_000, 8_000, 4_000])
    #expect(WorkLane.allCases.map(\.proverMilliseconds) == [3_500, 14_000, 7_000, 3_500])
  }

  @Test func `a job past its deadline is given up, and its lane takes the next`() {
    var lanes = WorkLanes()
    _ = lanes.submit(selection(1))
    let hung = lanes.start(at: reading(100))
    _ = lanes.submit(selection(2))
    let limit = WorkLane.builder.limitMilliseconds
    #expect(lanes.nextDeadline(at: reading(100)) == UnixMilliseconds(1_000_000 + limit))
    let early = lanes.giveUp(at: reading(99 + limit))
    let late = lanes.giveUp(at: reading(100 + limit))
    let next = lanes.start(at: reading(100 + limit))
    let answer = lanes.end(hung[0].ticket, at: reading(9999), isDone: true)
    #expect(early.isEmpty)
    #expect(late.map(\.ticket) == hung.map(\.ticket))
    #expect(slots(next) == [2])
    #expect(answer == nil)
  }
}
