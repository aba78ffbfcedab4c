import ChainEvents
import NodeStatus
import Testing

struct EventLogTests {
  private func event(_ number: UInt64, _ words: String) -> TimedEvent {
    TimedEvent(
      timeMilliseconds: 1_000 + number, slot: number, interval: 0, sequence: number, node: "n0",
      event: .node(.log(.info, source: "test", message: words)))
  }

  @Test func `a filter by words finds the same however often it is asked, and what is new`() {
    var fleet = FleetStatus()
    for number in 0..<20 as Range<UInt64> {
      fleet.update(event(number, number % 5 == 0 ? "A rare word" : "a common one"))
    }
    func found(_ text: String) -> [UInt64] {
      fleet.nodes[0].log.newest(.max, EventFilter(text)).map(\.sequence)
    }
    for _ in 0..<3 { #expect(found("rare") == [0, 5, 10, 15]) }
    #expect(found("rare slot=5") == [5])
    #expect(found("-rare slot=6") == [6])
    let before = fleet
    fleet.update(event(20, "rare again"))
    #expect(found("rare") == [0, 5, 10, 15, 20])
    #expect(fleet.nodes[0].log.count(EventFilter("rare"), after: 10) == 2)
    // A copy of before shares what is known, and has only what it had.
    #expect(before.nodes[0].log.count(EventFilter("rare")) == 4)
  }
}
