internal import ChainEvents
package import Dashboard
package import DashboardApp
internal import DashboardDemo

/// The made-up devnet as if it were live, with forty slots behind it when the screen opens.
package struct DevnetSource: EventSource {
  /// Slots that are made up in advance: the last quarter of an hour is what is left to watch.
  private static let slots: ClosedRange<UInt64> = 18_300...18_560
  private static let startSlot: UInt64 = 18_340

  private var waiting: ArraySlice<TimedEvent>
  private var opened: UInt64?

  /// Creates a source that has told nothing.
  package init() {
    waiting = DemoDevnet().events(DevnetSource.slots)[...]
  }

  /// Events up to now, whose clock starts with the slot after those behind.
  package mutating func advance(to wallMilliseconds: UInt64) -> EventBatch {
    let start = opened ?? wallMilliseconds
    opened = start
    let now =
      DemoDevnet.start(of: DevnetSource.startSlot) + wallMilliseconds
      - min(start, wallMilliseconds)
    let due = waiting.prefix { $0.timeMilliseconds <= now }
    waiting = waiting.dropFirst(due.count)
    return EventBatch(events: Array(due), nowMilliseconds: now)
  }

  /// Live.
  package var replay: ViewState.Replay? { nil }

  /// Live.
  package mutating func control(_ wish: ReplayWish) {}
}
