internal import ChainEvents
package import Dashboard
package import DashboardApp

/// Ten events a second since genesis, on a clock that may stand still.
package struct DemoSource: EventSource {
  private let fixedMilliseconds: UInt64?
  private var offset: UInt64?
  private var sequence: UInt64 = 0

  /// Creates a source; with a fixed clock everything is always the same.
  package init(fixedMilliseconds: UInt64? = nil) {
    self.fixedMilliseconds = fixedMilliseconds
  }

  /// Events up to now, whose clock starts two slots after genesis.
  package mutating func advance(to wallMilliseconds: UInt64) -> EventBatch {
    let start = offset ?? wallMilliseconds
    offset = start
    let now =
      DemoModel.genesis
      + (fixedMilliseconds ?? 8_000 + wallMilliseconds - min(start, wallMilliseconds))
    var events: [TimedEvent] = []
    while DemoModel.genesis + sequence * 100 <= now {
      let time = DemoModel.genesis + sequence * 100
      events.append(
        TimedEvent(
          timeMilliseconds: time, slot: sequence / 40, interval: Int(sequence % 40 / 8),
          sequence: sequence, node: "demo",
          event: .node(.log(.info, source: "demo", message: "event \(sequence)"))))
      sequence += 1
    }
    return EventBatch(events: events, nowMilliseconds: now)
  }

  /// Live.
  package var replay: ViewState.Replay? { nil }

  /// Live.
  package mutating func control(_ wish: ReplayWish) {}
}
