import ChainEvents
import ChainWork
import Consensus
import Testing

@testable import Proposing

struct ProposalPolicyTests {
  private let times = ProposalTimes(slot: 10, clock: SlotClock(genesisTime: 1000))

  private func affordable(
    mergeFixed: UInt64, perComponent: UInt64, from time: Int64
  ) -> Int {
    let samples = [1, 5, 9].map {
      CostSample(
        stage: .merge, size: WorkSize(components: $0),
        milliseconds: mergeFixed + perComponent * UInt64($0))
    }
    return CostEstimator(samples).affordableAttestations(
      from: UnixMilliseconds(UInt64(PipelineRun.slotStart + time)), times: times,
      policy: ProposalPolicy(), expected: ExpectedBlock())
  }

  /// When `auto` starts, counted from the start of the slot.
  private func start(merge: UInt64, firstAggregate: Int64?) -> Int64 {
    var run = PipelineRun(
      costs: [
        CostSample(stage: .merge, size: WorkSize(components: 2), milliseconds: merge)
      ])
    run.surroundings.firstAggregate = firstAggregate.map {
      UnixMilliseconds(UInt64(PipelineRun.slotStart + $0))
    }
    return run.pipeline.startTime(run.surroundings).signedMilliseconds(
      since: UnixMilliseconds(UInt64(PipelineRun.slotStart)))
  }

  @Test func `a prover that folds the proposer in has no wrap stage, and none is planned for`() {
    let costs = [
      CostSample(stage: .sign, size: WorkSize(), milliseconds: 100),
      CostSample(stage: .wrap, size: WorkSize(signatures: 1), milliseconds: 700),
      CostSample(
        stage: .merge, size: WorkSize(signatures: 1, components: 1), milliseconds: 1_000),
      CostSample(
        stage: .merge, size: WorkSize(signatures: 1, components: 2), milliseconds: 1_500),
    ]
    #expect(CostEstimator(costs, foldsProposer: true).commit(attestations: 1) == 1_100)
    #expect(CostEstimator(costs, foldsProposer: true).commit(attestations: 2) == 1_600)
    var run = PipelineRun(costs: costs, foldsProposer: true)
    run.durations = [.sign: 100, .merge: 1_000]
    run.run(to: 1_000)
    #expect(
      run.drawing.joined(separator: " ")
        == "-1230:select/2 -1220:seal -1150:sign -1050:merge 0:publish 0:hit+0")
  }

  @Test func `a cheap prover affords every vote`() {
    #expect(affordable(mergeFixed: 100, perComponent: 10, from: -800) == 8)
  }

  @Test func `votes that would make the block miss the attestations go into the next block`() {
    #expect(affordable(mergeFixed: 500, perComponent: 250, from: -800) == 2)
  }

  @Test func `when no block can be in time it still carries votes, or nothing ever justifies`() {
    #expect(affordable(mergeFixed: 2000, perComponent: 200, from: -800) == 7)
    #expect(affordable(mergeFixed: 3700, perComponent: 200, from: -800) == 3)
    #expect(affordable(mergeFixed: 9000, perComponent: 0, from: -800) == 0)
  }

  @Test func `auto starts early for a slow prover, but not before the votes of the slot`() {
    #expect(start(merge: 100, firstAggregate: nil) == -800)
    #expect(start(merge: 1000, firstAggregate: nil) == -1210)
    #expect(start(merge: 2000, firstAggregate: nil) == -1600)
    #expect(start(merge: 2000, firstAggregate: -2300) == -2210)
    #expect(start(merge: 2000, firstAggregate: -900) == -1600)
  }

  @Test func `auto starts at interval 4 when no start brings the block to peers in time`() {
    #expect(start(merge: 2240, firstAggregate: nil) == -1600)
    #expect(start(merge: 2241, firstAggregate: nil) == -800)
    #expect(start(merge: 2241, firstAggregate: -1700) == -1700)
    #expect(start(merge: 3000, firstAggregate: -2300) == -800)
  }

  @Test func `a doubted prediction is forgotten by halves until a block is tried again`() {
    let merge = CostSample(stage: .merge, size: WorkSize(components: 2), milliseconds: 9000)
    var costs = CostEstimator(Array(repeating: merge, count: 32))
    var doubts = 0
    while costs.likelyCommit(attestations: 1) > 4000 {
      costs.doubtCommit()
      doubts += 1
    }
    #expect(doubts == 6)
  }
}
