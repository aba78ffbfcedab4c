private import Synchronization

/// The channel from the parts of one node to its readers: bounded, best-effort, never blocking.
///
/// Each reader has a ring of its own, so a slow screen takes nothing from a recording.
package final class EventBus: Sendable {
  /// Readers of one bus: screens, recorders, remote clients.
  package static let subscriptionLimit = 64

  private struct State {
    var stamp: EventStamp
    var subscriptions: [EventSubscription] = []
  }

  private let state: Mutex<State>

  /// Creates the bus of a node.
  package init(stamp: EventStamp) {
    state = Mutex(State(stamp: stamp))
  }

  /// Stamps an event and hands it to every reader.
  package func emit(_ event: ChainEvent, at timeMilliseconds: UInt64) {
    state.withLock { state in
      let event = state.stamp.stamp(event, at: timeMilliseconds)
      for subscription in state.subscriptions { subscription.add(event) }
    }
  }

  /// Adds a reader, which sees the events from now on; `nil` when there are too many.
  ///
  /// - Parameters:
  ///   - capacity: Events kept while the reader is busy elsewhere.
  ///   - wake: Called after each event on the emitter's thread; must not block or emit.
  /// - Returns: The events of this reader.
  package func subscribe(
    capacity: Int = EventSubscription.defaultCapacity, wake: @escaping @Sendable () -> Void = {}
  ) -> EventSubscription? {
    state.withLock { state in
      guard state.subscriptions.count < EventBus.subscriptionLimit else { return nil }
      let subscription = EventSubscription(capacity: capacity, wake: wake)
      state.subscriptions.append(subscription)
      return subscription
    }
  }

  /// Removes a reader.
  package func unsubscribe(_ subscription: EventSubscription) {
    state.withLock { state in state.subscriptions.removeAll { $0 === subscription } }
  }
}

/// The events that wait for one reader.
///
/// When the ring is full the oldest event makes room: the newest are kept, losses are counted and
/// come first in the next batch, as ``NodeEvent/lost(count:)``.
package final class EventSubscription: Sendable {
  /// Events kept for a reader: some ten seconds of a busy node.
  package static let defaultCapacity = 4096

  private struct State {
    var ring: [TimedEvent] = []
    /// Where the oldest event is once the ring is full.
    var oldest = 0
    var lost: UInt64 = 0
  }

  private let capacity: Int
  private let wake: @Sendable () -> Void
  private let state = Mutex(State())

  init(capacity: Int, wake: @escaping @Sendable () -> Void) {
    precondition(capacity > 0, "the capacity \(capacity) of a subscription is not positive")
    self.capacity = capacity
    self.wake = wake
  }

  func add(_ event: TimedEvent) {
    state.withLock { state in
      if state.ring.count < capacity {
        state.ring.append(event)
      } else {
        state.ring[state.oldest] = event
        state.oldest = (state.oldest + 1) % capacity
        state.lost += 1
      }
    }
    wake()
  }

  /// Takes everything that waits, oldest first.
  package func drain() -> [TimedEvent] {
    let taken = state.withLock { state in
      let taken = state
      state = State()
      return taken
    }
    let events = Array(taken.ring[taken.oldest...] + taken.ring[..<taken.oldest])
    guard taken.lost > 0, let next = events.first else { return events }
    let notice = TimedEvent(
      timeMilliseconds: next.timeMilliseconds, slot: next.slot, interval: next.interval,
      sequence: next.sequence - 1, node: next.node, event: .node(.lost(count: taken.lost)))
    return [notice] + events
  }
}
