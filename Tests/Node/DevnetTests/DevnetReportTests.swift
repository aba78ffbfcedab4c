import ChainEvents
import Devnet
import Hashing
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
      outcome(.hit(publishOffsetMilliseconds: 3)),
      outcome(.fallback(.headMoved, publishOffsetMilliseconds: 240)),
      outcome(.missed(.overrun)),
      outcome(.missed(.shutdown)),
      .node(.log(.error, source: "chain", message: "broken")),
      .node(.log(.warning, source: "chain", message: "odd")),
      .node(.lost(count: 5)),
    ]
    for event in events { report.update(timed(event)) }
    #expect(report.outcomes == ["hit": 1, "fallback: head_moved": 1, "missed: overrun": 1])
    #expect(report.proposals == 3)
    #expect((report.missedIntervals, report.guardSkips, report.lostEvents) == (1, 1, 5))
    #expect(report.publishOffsets.maximum == 240)
    #expect(report.headLag.maximum == 1)
    #expect(report.finalityLag.maximum == 3)
    #expect(report.finalizedSlot == 6)
    #expect(report.errors == ["node0 chain: broken"])
  }

  @Test func `the line of a slot says how its proposal ended`() {
    let result = ProposalResult(
      slot: 4, validator: 2, outcome: .hit(publishOffsetMilliseconds: 7), root: nil, votes: nil,
      bytes: nil)
    #expect(
      DevnetReport().line(slot: 4, results: [result])
        == "slot 4 · validator 2 hit at +7 ms · head 0 · finalized 0 · lag 0")
    #expect(
      DevnetReport().line(slot: 5, results: [])
        == "slot 5 · no proposal · head 0 · finalized 0 · lag 0")
  }

  @Test func `events of several nodes come by time, and those of one node as it emitted them`() {
    let first = [timed(.node(.lost(count: 1)), at: 5), timed(.node(.lost(count: 2)), at: 3)]
    let second = [timed(.node(.lost(count: 3)), at: 4)]
    #expect(EventOrder.merged([first, second]) == [second[0]] + first)
    #expect(EventOrder.merged([[], first]) == first)
    #expect(EventOrder.merged([]) == [])
  }
}

private func outcome(_ outcome: ProposalOutcome) -> ChainEvent {
  .proposal(
    .outcome(
      ProposalResult(
        slot: 9, validator: 1, outcome: outcome, root: nil, votes: nil, bytes: nil)))
}

private func timed(_ event: ChainEvent, at time: UInt64 = 0) -> TimedEvent {
  TimedEvent(
    timeMilliseconds: time, slot: 10, interval: 1, sequence: 0, node: "node0", event: event)
}
