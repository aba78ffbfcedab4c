/// Time of the simulated world in milliseconds since its start; node clocks differ from it.
package struct VirtualTime: Hashable, Comparable, Sendable {
  /// Milliseconds since the world began.
  package let milliseconds: Int

  /// Creates a moment; it must not lie before the world began.
  package init(milliseconds: Int) {
    precondition(milliseconds >= 0, "time \(milliseconds) lies before the world began")
    self.milliseconds = milliseconds
  }

  /// The start of the world.
  package static let zero = VirtualTime(milliseconds: 0)

  /// The moment some milliseconds later.
  package func advanced(by milliseconds: Int) -> VirtualTime {
    VirtualTime(milliseconds: self.milliseconds + milliseconds)
  }

  package static func < (left: VirtualTime, right: VirtualTime) -> Bool {
    left.milliseconds < right.milliseconds
  }
}

/// What happens next in virtual time: earliest first, and first scheduled first among equals.
///
/// Nothing but the time and the order of scheduling decides, so a run repeats exactly.
package struct EventQueue<Event> {
  fileprivate struct Entry {
    let time: VirtualTime
    let sequence: UInt64
    let event: Event

    func precedes(_ other: Entry) -> Bool {
      (time.milliseconds, sequence) < (other.time.milliseconds, other.sequence)
    }
  }

  /// The time of the event taken last.
  package private(set) var now = VirtualTime.zero

  /// A binary heap: each entry precedes the entries at twice its index plus one and plus two.
  private var heap: [Entry] = []
  private var scheduled: UInt64 = 0

  /// Creates an empty queue at the start of the world.
  package init() {}

  /// The number of events that wait.
  package var count: Int { heap.count }

  /// The time of the next event.
  package var nextTime: VirtualTime? { heap.first?.time }

  /// Adds an event; a moment that has passed means now.
  ///
  /// - Complexity: O(log n) in the number of waiting events.
  package mutating func schedule(_ event: Event, at time: VirtualTime) {
    heap.append(Entry(time: max(time, now), sequence: scheduled, event: event))
    scheduled += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes the next event and moves time to it; `nil` when none waits.
  ///
  /// - Complexity: O(log n) in the number of waiting events.
  package mutating func next() -> Event? {
    guard !heap.isEmpty else { return nil }
    heap.swapAt(0, heap.count - 1)
    let first = heap.removeLast()
    now = first.time
    sinkRoot()
    return first.event
  }

  private mutating func sinkRoot() {
    var parent = 0
    while true {
      var earliest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].precedes(heap[earliest]) {
        earliest = child
      }
      if earliest == parent { return }
      heap.swapAt(parent, earliest)
      parent = earliest
    }
  }
}

extension EventQueue.Entry: Sendable where Event: Sendable {}
extension EventQueue: Sendable where Event: Sendable {}
