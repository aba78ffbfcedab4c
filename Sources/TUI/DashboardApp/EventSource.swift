package import ChainEvents
package import Dashboard

/// Where the events of a screen come from, and what time it is there.
///
/// A node in this process, a recording, a node elsewhere.
package protocol EventSource: Sendable {
  /// Takes what has happened until a moment of the wall clock; never waits.
  mutating func advance(to wallMilliseconds: UInt64) -> EventBatch

  /// What the screen shows of a replay; `nil` for a source that is live.
  var replay: ViewState.Replay? { get }

  /// Follows a wish of the person who watches a replay.
  mutating func control(_ wish: ReplayWish)
}

/// What a person can wish of a replay.
package enum ReplayWish: Hashable, Sendable {
  /// Stop, or go on.
  case pause(Bool)
  /// Go slower or faster, by this factor.
  case speed(Double)
  /// Go on at once to a moment of the recording, in milliseconds since 1970.
  case skip(to: UInt64)
}

/// What one look at a source gives.
package struct EventBatch: Equatable, Sendable {
  /// Events, oldest first.
  package var events: [TimedEvent]
  /// The time where the events come from, in milliseconds since 1970.
  package var nowMilliseconds: UInt64

  /// Creates a batch.
  package init(events: [TimedEvent], nowMilliseconds: UInt64) {
    self.events = events
    self.nowMilliseconds = nowMilliseconds
  }
}

/// The events of a node in this process.
package struct BusSource: EventSource {
  private let subscription: EventSubscription

  /// Creates a source from a reader's part of the bus, which stays bounded while nobody looks.
  package init(_ subscription: EventSubscription) {
    self.subscription = subscription
  }

  /// Takes what waits; the time is the wall clock's.
  package mutating func advance(to wallMilliseconds: UInt64) -> EventBatch {
    EventBatch(events: subscription.drain(), nowMilliseconds: wallMilliseconds)
  }

  /// A node is no recording.
  package var replay: ViewState.Replay? { nil }

  /// A node cannot be paused by looking at it.
  package mutating func control(_ wish: ReplayWish) {}
}
