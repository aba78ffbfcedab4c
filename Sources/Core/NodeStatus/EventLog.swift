package import ChainEvents
private import Synchronization

/// The newest events, with a filter.
///
/// News and noise have a ring each: a thousand votes a slot crowd no outcome out.
package struct EventLog: Sendable {
  /// Events kept of each kind, some minutes of a calm chain; the oldest of its kind goes first.
  static let ringCapacity = 2048

  /// Events kept at most, of both kinds.
  package static let capacity = 2 * ringCapacity

  /// An event and its place among all events ever added.
  private struct Entry: Sendable {
    var number: Int
    var event: TimedEvent
  }

  /// What a person may want to read.
  private var news = ChunkedRing<Entry>(capacity: ringCapacity)
  /// Ticks, single votes, stages.
  private var noise = ChunkedRing<Entry>(capacity: ringCapacity)
  /// All events ever added.
  package private(set) var total = 0
  private let verdicts = Verdicts()

  /// Creates an empty log.
  init() {}

  /// Creates a log that has forgotten all events of another.
  init(after other: EventLog) {
    total = other.total
  }

  /// The log as if its last event had been the one of that number.
  func ending(at total: Int) -> EventLog {
    var log = self
    log.total = total
    return log
  }

  /// Events kept now.
  package var count: Int { news.count + noise.count }

  mutating func append(_ event: TimedEvent) {
    let entry = Entry(number: total, event: event)
    if event.severity == .trace { noise.append(entry) } else { news.append(entry) }
    total += 1
  }

  /// The newest events that pass, oldest first; `skip` passing ones at the end are left out.
  package func newest(
    _ maximum: Int, skipping skip: Int = 0, _ filter: EventFilter
  )
    -> [TimedEvent]
  {
    guard maximum > 0 else { return [] }
    var found: [TimedEvent] = []
    var left = skip
    visit(filter) { event in
      if left > 0 { left -= 1 } else { found.append(event) }
      return found.count < maximum
    }
    return found.reversed()
  }

  /// The number of kept events that pass and are newer than the one with a number.
  package func count(_ filter: EventFilter, after sequence: UInt64) -> Int {
    var count = 0
    visit(filter, after: sequence) { _ in
      count += 1
      return true
    }
    return count
  }

  /// The number of kept events that pass.
  package func count(_ filter: EventFilter) -> Int {
    var count = 0
    visit(filter) { _ in
      count += 1
      return true
    }
    return count
  }

  /// Hands over the events that pass, newest first, as long as the answer is yes and the numbers of
  /// all are above one.
  private func visit(
    _ filter: EventFilter, after sequence: UInt64? = nil, _ body: (TimedEvent) -> Bool
  ) {
    verdicts.judge(by: filter) { passes in
      visitAll { entry in
        if let sequence, entry.event.sequence <= sequence { return false }
        return passes(entry.number, entry.event) ? body(entry.event) : true
      }
    }
  }

  /// Hands over the entries of both rings, newest first, as long as the answer is yes.
  private func visitAll(_ body: (Entry) -> Bool) {
    var (newsIndex, noiseIndex) = (news.endIndex - 1, noise.endIndex - 1)
    while true {
      let newsEntry = newsIndex >= news.startIndex ? news[newsIndex] : nil
      let noiseEntry = noiseIndex >= noise.startIndex ? noise[noiseIndex] : nil
      let isNews = newsEntry.map { $0.number > noiseEntry?.number ?? -1 } ?? false
      guard let entry = isNews ? newsEntry : noiseEntry else { return }
      if isNews { newsIndex -= 1 } else { noiseIndex -= 1 }
      guard body(entry) else { return }
    }
  }
}

/// What the newest filter has said of events: each is looked at once and not ten times a second.
///
/// A log and its copies share it: an event has one number in all of them.
private final class Verdicts: Sendable {
  /// Verdicts kept; at more all are forgotten, and worked out again.
  private static let limit = 4 * EventLog.capacity

  private struct Known {
    var filter = EventFilter.calm
    var passes: [Int: Bool] = [:]
  }

  private let known = Mutex(Known())

  /// Runs a body with the test of a filter, by an event's number and the event.
  func judge(by filter: EventFilter, _ body: ((Int, TimedEvent) -> Bool) -> Void) {
    guard filter.readsWords else { return body { filter.passes($1) } }
    known.withLock { known in
      if known.filter != filter || known.passes.count > Self.limit {
        known = Known(filter: filter)
      }
      body { number, event in
        if let passes = known.passes[number] { return passes }
        let passes = filter.passes(event)
        known.passes[number] = passes
        return passes
      }
    }
  }
}

extension EventLog: Packable {
  static let blank = EventLog()

  /// The news alone: noise has passed by the time that anyone reads it.
  mutating func code(_ coder: inout PackCoder) {
    let entries = news.suffix(.max)
    let count = coder.count(entries.count)
    guard coder.isReading else {
      for entry in entries {
        coder.write(entry.number)
        coder.write(entry.event)
      }
      return coder.write(total)
    }
    self = EventLog()
    for _ in 0..<count {
      let entry = Entry(number: coder.read(), event: coder.read())
      guard entry.number >= total else { return coder.refuse() }
      news.append(entry)
      total = entry.number + 1
    }
    total = max(total, coder.read())
  }
}

extension TimedEvent: Packable {
  static let blank = TimedEvent(
    timeMilliseconds: 0, slot: 0, interval: 0, sequence: 0, node: "",
    event: .node(.lost(count: 0)))

  mutating func code(_ coder: inout PackCoder) {
    var line = coder.isReading ? [] : lineBytes
    coder.raw(&line)
    guard coder.isReading else { return }
    guard let event = try? TimedEvent(lineBytes: line) else { return coder.refuse() }
    self = event
  }
}

/// How much an event matters to a person who watches.
package enum Severity: Int, Comparable, CaseIterable, Sendable {
  /// The noise of a working chain: ticks, single votes, stages.
  case trace
  /// Normal news.
  case info
  /// What the chain decided: checkpoints, outcomes, own blocks.
  case event
  /// Work lost or late.
  case warning
  /// A duty failed.
  case critical

  package static func < (left: Severity, right: Severity) -> Bool {
    left.rawValue < right.rawValue
  }

  /// Three letters for a column.
  package var word: String {
    switch self {
    case .trace: "TRC"
    case .info: "INF"
    case .event: "EVT"
    case .warning: "WRN"
    case .critical: "CRT"
    }
  }
}

/// What of the log is shown, as typed after `/`.
///
/// Words are joined by "and": `level>=WRN`, `slot=18421`, `node=n0`, `-attestation`, `reorg`.
/// A bare word must appear in the name or the text of an event, or be its slot; a minus turns it
/// around. Numbers may be written with commas, as the screen does.
package struct EventFilter: Equatable, Sendable {
  /// Bytes of a filter; more is cut.
  package static let limit = 256

  private enum Term: Equatable, Sendable {
    case level(atLeast: Severity)
    case slot(UInt64)
    case node(String)
    case word(String)
    indirect case not(Term)
  }

  /// What was typed.
  package let text: String
  private let terms: [Term]

  /// A filter that hides only the noise.
  package static let calm = EventFilter("level>=INF")

  /// Reads a filter; every text is one.
  package init(_ text: String) {
    self.text = String(text.prefix(EventFilter.limit))
    terms = self.text.ungrouped.split(separator: " ").map { EventFilter.term($0) }
  }

  private static func term(_ text: Substring) -> Term {
    if text.count > 1, text.hasPrefix("-") { return .not(term(text.dropFirst())) }
    if let name = text.after("level>="),
      let level = Severity.allCases.first(where: { $0.word == name.uppercased() })
    {
      return .level(atLeast: level)
    }
    if let number = text.after("slot="), let slot = UInt64(number) { return .slot(slot) }
    if let name = text.after("node=") { return .node(String(name)) }
    return .word(text.lowercased())
  }

  /// The words that an event must have, for a screen that marks them.
  package var words: [String] {
    terms.compactMap { if case .word(let word) = $0 { word } else { nil } }
  }

  /// Whether the sentence of an event must be made to judge it.
  var readsWords: Bool { terms.contains(where: EventFilter.readsWords) }

  private static func readsWords(_ term: Term) -> Bool {
    switch term {
    case .word: true
    case .not(let term): readsWords(term)
    case .level, .slot, .node: false
    }
  }

  /// Whether the event is shown.
  package func passes(_ event: TimedEvent) -> Bool {
    terms.allSatisfy { EventFilter.holds($0, event) }
  }

  private static func holds(_ term: Term, _ event: TimedEvent) -> Bool {
    switch term {
    case .level(let level): event.severity >= level
    case .slot(let slot): event.slot == slot
    case .node(let node): event.node == node
    case .word(let word):
      event.event.name.contains(word) || "\(event.slot)" == word
        || event.sentence.lowercased().contains(word)
    case .not(let term): !holds(term, event)
    }
  }
}

extension String {
  /// The text with numbers as events have them: `slot=18,421` as `slot=18421`.
  package var ungrouped: String {
    guard contains(",") else { return self }
    let bytes = Array(utf8)
    func isDigit(_ index: Int) -> Bool {
      bytes.indices.contains(index) && UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[index]
    }
    let kept = bytes.indices.filter { index in
      bytes[index] != UInt8(ascii: ",") || !isDigit(index - 1) || isDigit(index + 4)
        || !(1...3).allSatisfy { isDigit(index + $0) }
    }
    return String(decoding: kept.map { bytes[$0] }, as: UTF8.self)
  }
}

extension Substring {
  fileprivate func after(_ prefix: String) -> Substring? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }
}
