package import ChainEvents

/// A fleet with a past: how its nodes stood at any recent moment.
///
/// Keeps a copy of the fleet every few slots and the events since; folds forward from there.
/// Copies share what did not change and leave out the logs, which the events fill again.
package struct TimeMachine: Sendable {
  /// Events kept: ten minutes of four busy nodes, at some 8 MB.
  package static let eventCapacity = 24_576

  /// Events between two copies: folding them takes a few milliseconds.
  static let checkpointInterval = 4096

  private struct Segment {
    /// The fleet before the first event, without its logs.
    var start: FleetStatus
    var events: [TimedEvent]
  }

  /// The fleet of now.
  package private(set) var live = FleetStatus()
  private var segments: [Segment] = []

  /// Creates a machine without a past.
  package init() {}

  /// Folds an event into the present and keeps it for the past.
  ///
  /// - Returns: The alarms that began or ended with it, as events.
  @discardableResult
  package mutating func update(_ event: TimedEvent) -> [TimedEvent] {
    if case .node(.alarm) = event.event { return [] }
    if case .node(.status) = event.event {
      // Its parts are large and not kept: a copy holds what they bring.
      let alarms = live.update(event)
      beginSegment()
      segments[segments.count - 1].events += alarms
      return alarms
    }
    if segments.last.map({ $0.events.count >= TimeMachine.checkpointInterval }) ?? true {
      beginSegment()
    }
    segments[segments.count - 1].events.append(event)
    let alarms = live.update(event)
    segments[segments.count - 1].events += alarms
    return alarms
  }

  private mutating func beginSegment() {
    if segments.last?.events.isEmpty == true { segments.removeLast() }
    segments.append(Segment(start: live.withoutLogs, events: []))
    // With room for the alarms of its last events, which would double it otherwise.
    segments[segments.count - 1].events.reserveCapacity(TimeMachine.checkpointInterval + 32)
    if segments.count > TimeMachine.eventCapacity / TimeMachine.checkpointInterval {
      segments.removeFirst()
    }
  }

  /// Lets time pass in the present, which tells who is silent.
  package mutating func advance(to moment: UInt64) { live.advance(to: moment) }

  /// The times that can be visited; `nil` before the first event.
  package var times: ClosedRange<UInt64>? {
    guard let first = segments.lazy.compactMap(\.events.first).first?.timeMilliseconds else {
      return nil
    }
    return first...max(first, live.timeMilliseconds)
  }

  /// The fleet as it was at a time, from the events up to and including it.
  ///
  /// Its logs begin where the past begins.
  ///
  /// - Complexity: O(n), where n is the number of events that are kept.
  package func fleet(at timeMilliseconds: UInt64) -> FleetStatus {
    guard timeMilliseconds < live.timeMilliseconds else { return live }
    let found = segments.lastIndex {
      $0.events.first.map { $0.timeMilliseconds <= timeMilliseconds } ?? false
    }
    guard let index = found ?? segments.indices.first else { return live }
    var fleet = segments[index].start
    fleet.fillLogs(from: segments[..<index].lazy.flatMap(\.events))
    for event in segments[index].events where event.timeMilliseconds <= timeMilliseconds {
      fleet.update(event)
    }
    return fleet
  }
}
