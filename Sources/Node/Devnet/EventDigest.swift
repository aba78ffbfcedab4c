package import ChainEvents

/// What the events of nodes come to while time passes: counts, lines to say, and what a recording
/// holds.
package struct EventDigest: Sendable {
  /// What is said of events and slots.
  package struct Lines: Sendable {
    /// The line of an event; `nil` for one that is not told.
    package var event: @Sendable (TimedEvent) -> String? = { _ in nil }

    /// The line of a slot that is over.
    package var slot: @Sendable (DevnetReport, UInt64) -> String? = { $0.line(slot: $1) }

    /// Whether alarms that begin and end are told.
    package var tellsAlarms = true

    /// Creates the lines of a devnet: one a slot.
    package init() {}
  }

  /// What one look has brought.
  package struct News: Equatable, Sendable {
    /// The events, each followed by the alarms that began or ended with it.
    package var events: [TimedEvent] = []
    /// The lines to say.
    package var lines: [String] = []
  }

  /// Slots of a gap that each have a line; of more than these a sum is told.
  static let slotLimit: UInt64 = 64

  /// The counts so far.
  package private(set) var report = DevnetReport()
  private let lines: Lines
  /// The first slot that no line was said of.
  private var nextSlot: UInt64

  /// Begins at a slot, of which no line is said before it is over.
  package init(from slot: UInt64, lines: Lines = Lines()) {
    self.lines = lines
    nextSlot = max(1, slot)
  }

  /// Folds what came until a moment; the moment itself tells who is silent.
  package mutating func update(
    _ events: [TimedEvent], at milliseconds: UInt64, slot wallSlot: UInt64
  ) -> News {
    var news = News(lines: events.compactMap(lines.event))
    var alarms: [TimedEvent] = []
    for event in events {
      let changes = report.update(event)
      news.events += [event] + changes
      alarms += changes
    }
    let silences = report.advance(to: milliseconds)
    news.events += silences
    if wallSlot > nextSlot + Self.slotLimit {
      let passed = wallSlot - nextSlot - Self.slotLimit
      news.lines.append(
        "\(passed) slots passed without a word: the clock went ahead, or all nodes slept")
      nextSlot += passed
    }
    while nextSlot < wallSlot {
      if let line = lines.slot(report, nextSlot) { news.lines.append(line) }
      nextSlot += 1
    }
    if lines.tellsAlarms { news.lines += (alarms + silences).compactMap(DevnetReport.line) }
    return news
  }
}

/// The order of events of several nodes: as each emitted them, the earliest of the nodes first.
package enum EventOrder {
  /// Merges streams of events; a clock that was stepped back reorders nothing within its stream.
  package static func merged(_ streams: [[TimedEvent]]) -> [TimedEvent] {
    var rests = streams.filter { !$0.isEmpty }.map { $0[...] }
    guard rests.count > 1 else { return Array(rests.first ?? []) }
    var merged: [TimedEvent] = []
    merged.reserveCapacity(rests.reduce(0) { $0 + $1.count })
    while let index = indexOfEarliest(rests) { merged.append(rests[index].removeFirst()) }
    return merged
  }

  private static func indexOfEarliest(_ rests: [ArraySlice<TimedEvent>]) -> Int? {
    var earliest: (index: Int, time: UInt64)?
    for (index, rest) in rests.enumerated() {
      guard let time = rest.first?.timeMilliseconds else { continue }
      if time < earliest?.time ?? .max { earliest = (index, time) }
    }
    return earliest?.index
  }
}
