import ChainEvents
import Simulation
import Testing

struct RunStatisticsTests {
  private func outcome(_ outcome: ProposalOutcome) -> ChainEvent {
    .proposal(.outcome(ProposalResult(slot: 1, validator: 1, outcome: outcome)))
  }

  @Test func `outcomes are counted by kind and reason`() {
    var statistics = RunStatistics()
    for event in [
      outcome(.hit(publishOffsetMilliseconds: 2)), outcome(.hit(publishOffsetMilliseconds: 9)),
      outcome(.fallback(.notReady, publishOffsetMilliseconds: 300)),
      outcome(.forfeited(.headMoved)), outcome(.missed(.overrun)), outcome(.missed(.overrun)),
      .clock(.missedInterval(slot: 1, interval: 3, latenessMilliseconds: 9, busyWith: nil)),
      .clock(.guardSkip(slot: 1, interval: 0)),
    ] {
      statistics.count(event)
    }
    let report = SimulationReport(statistics, runs: 1)
    #expect(report.proposals == 6)
    #expect(report.hits == 2)
    #expect(report.fallbacks == ["not_ready": 1])
    #expect(report.forfeits == ["head_moved": 1])
    #expect(report.misses == ["overrun": 2])
    #expect(report.missedIntervals == [0, 0, 0, 1, 0])
    #expect(report.guardSkips == 1)
    #expect([report.publishOffset.p50, report.publishOffset.worst] == [9, 300])
  }

  @Test func `quantiles are values that were counted`() {
    var tally = Tally()
    for number in 1...100 { tally.count(number) }
    #expect(tally.quantile(perMille: 500) == 50)
    #expect(tally.quantile(perMille: 990) == 99)
    #expect(tally.quantile(perMille: 1000) == 100)
    #expect(Tally().quantile(perMille: 500) == nil)
    #expect([0, 1, 37, 100, 101].map { tally.count(atMost: $0) } == [0, 1, 37, 100, 100])
  }
}
