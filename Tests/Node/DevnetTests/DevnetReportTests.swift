import ChainEvents
import Devnet
import Hashing
import NodeStatus
import Simulation
import Testing

struct DevnetReportTests {
  @Test func `counts follow the events`() {
    var report = DevnetReport()
    let events: [ChainEvent] = [
      .forkChoice(.head(slot: 9, block: .zero, state: .zero)),
      .forkChoice(.finalized(slot: 6, block: .zero, state: .zero)),
      .clock(.tick(latenessMilliseconds: 4)),
      .clock(.missedInterval(slot: 9, interval: 2, latenessMilliseconds: 900, busyWith: nil)),
      .clock(.guardSkip(slot: 9, interval: 0)),
      outcome(6, .hit(publishOffsetMilliseconds: 3)),
      outcome(7, .fallback(.headMoved, publishOffsetMilliseconds: 240)),
      outcome(8, .missed(.overrun)),
      outcome(9, .missed(.shutdown)),
      .node(.log(.error, source: "chain", message: "broken")),
      .node(.log(.warning, source: "chain", message: "odd")),
      .node(.lost(count: 5)),
    ]
    for (offset, event) in events.enumerated() { report.update(timed(event, at: offset)) }
    let counters = report.counters
    #expect(
      counters.outcomes.map { "\($0.count) \($0.name)" } == [
        "1 fallback: head_moved", "1 hit", "1 missed: overrun",
      ])
    #expect(counters.proposals == 3)
    #expect((counters.missedIntervalCount, counters.guardSkips) == (1, 1))
    #expect(report.table.contains("events lost, not counted"))
    #expect(report.publishOffsets.maximum == 240)
    #expect(report.headLag.maximum == 1)
    #expect(report.finalityLag.maximum == 3)
    #expect(report.finalizedSlot == 6)
    #expect(report.errors == ["node0 chain: broken"])
  }

  @Test func `the line of a slot says how its proposal ended, and what nobody told`() {
    var report = DevnetReport()
    #expect(report.line(slot: 5) == "slot 5 · no proposal · head - · finalized - · lag -")
    report.update(timed(outcome(4, .hit(publishOffsetMilliseconds: 7)), at: 0))
    report.update(timed(.forkChoice(.head(slot: 9, block: .zero, state: .zero)), at: 1))
    report.update(timed(.forkChoice(.finalized(slot: 6, block: .zero, state: .zero)), at: 2))
    #expect(
      report.line(slot: 4) == "slot 4 · validator 1 hit at +7 ms · head 9 · finalized 6 · lag 3")
  }
}

private func outcome(_ slot: UInt64, _ outcome: ProposalOutcome) -> ChainEvent {
  .proposal(.outcome(ProposalResult(slot: slot, validator: 1, outcome: outcome)))
}

/// An event of slot 10, interval 1, on a chain that began at 0.
private func timed(_ event: ChainEvent, at offset: Int = 0) -> TimedEvent {
  TimedEvent(
    timeMilliseconds: 40_800 + UInt64(offset), slot: 10, interval: 1, sequence: 0, node: "node0",
    event: event)
}
