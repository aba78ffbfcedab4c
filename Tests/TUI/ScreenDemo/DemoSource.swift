internal import ChainEvents
package import Dashboard
package import DashboardApp

/// One node that prints a line ten times a second since genesis, on a clock that may stand still.
package struct DemoSource: EventSource {
  /// The start of slot 0.
  package static let genesis: UInt64 = 1_800_000_000_000

  /// What the node says of itself first: slots 7, 23, 39 and so on are its own.
  private static let description = NodeDescription(
    network: "demo", client: "demo/1", genesisMilliseconds: genesis, validators: 16,
    ownValidators: [7], committees: 1, simulated: [], policies: "")

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
      Self.genesis
      + (fixedMilliseconds ?? 8_000 + wallMilliseconds - min(start, wallMilliseconds))
    var events: [TimedEvent] = []
    while Self.genesis + sequence * 100 <= now {
      let message = "event \(sequence)"
      events.append(
        TimedEvent(
          timeMilliseconds: Self.genesis + sequence * 100, slot: sequence / 40,
          interval: Int(sequence % 40 / 8), sequence: sequence, node: "demo",
          event: .node(
            sequence == 0
              ? .started(Self.description) : .log(.info, source: "demo", message: message))))
      sequence += 1
    }
    return EventBatch(events: events, nowMilliseconds: now)
  }

  /// Live.
  package var replay: ViewState.Replay? { nil }

  /// Live.
  package mutating func control(_ wish: ReplayWish) {}
}
