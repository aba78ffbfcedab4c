public import ChainEvents

/// The newest events, with a filter.
public struct EventLog: Sendable {
  /// Events kept of a node: some four minutes, at 2 MB.
  public static let capacity = 4096

  private var events = ChunkedRing<TimedEvent>(capacity: capacity)
  /// Events added before the first of the ring ever was.
  private var before = 0

  /// Creates an empty log.
  init() {}

  /// Creates a log that has forgotten all events of another.
  init(after other: EventLog) {
    before = other.total
  }

  /// The log as if its last event had been the one of that number.
  func ending(at total: Int) -> EventLog {
    var log = self
    log.before = total - events.endIndex
    return log
  }

  /// Events kept now.
  public var count: Int { events.count }
  /// All events ever added.
  public var total: Int { before + events.endIndex }

  mutating func append(_ event: TimedEvent) {
    events.append(event)
  }

  /// The newest events that pass, oldest first; `skip` passing ones at the end are left out.
  public func newest(
    _ maximum: Int, skipping skip: Int = 0, _ filter: EventFilter
  )
    -> [TimedEvent]
  {
    var found: [TimedEvent] = []
    var left = skip
    for index in events.indices.reversed() {
      guard found.count < maximum else { break }
      let event = events[index]
      guard filter.passes(event) else { continue }
      if left > 0 { left -= 1 } else { found.append(event) }
    }
    return found.reversed()
  }

  /// The number of kept events that pass and are newer than the one with a number.
  public func count(_ filter: EventFilter, after sequence: UInt64) -> Int {
    var count = 0
    for index in events.indices.reversed() {
      if events[index].sequence <= sequence { break }
      if filter.passes(events[index]) { count += 1 }
    }
    return count
  }

  /// The number of kept events that pass.
  public func count(_ filter: EventFilter) -> Int {
    events.indices.reduce(0) { $0 + (filter.passes(events[$1]) ? 1 : 0) }
  }
}

/// How much an event matters to a person who watches.
public enum Severity: Int, Comparable, CaseIterable, Sendable {
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

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public static func < (left: Severity, right: Severity) -> Bool {
    left.rawValue < right.rawValue
  }

  /// Three letters for a column.
  public var word: String {
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
/// A bare word must appear in the name or the text of an event; a minus turns it around.
public struct EventFilter: Equatable, Sendable {
  /// Bytes of a filter; more is cut.
  public static let limit = 256

  private enum Term: Equatable, Sendable {
    case level(atLeast: Severity)
    case slot(UInt64)
    case node(String)
    case word(String)
    indirect case not(Term)
  }

  /// What was typed.
  public let text: String
  private let terms: [Term]

  /// A filter that hides only the noise.
  public static let calm = EventFilter("level>=INF")

  /// Reads a filter; every text is one.
  public init(_ text: String) {
    self.text = String(text.prefix(EventFilter.limit))
    terms = self.text.split(separator: " ").map { EventFilter.term($0) }
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

  /// Whether the event is shown.
  public func passes(_ event: TimedEvent) -> Bool {
    terms.allSatisfy { EventFilter.holds($0, event) }
  }

  private static func holds(_ term: Term, _ event: TimedEvent) -> Bool {
    switch term {
    case .level(let level): event.severity >= level
    case .slot(let slot): event.slot == slot
    case .node(let node): event.node == node
    case .word(let word):
      event.event.name.contains(word) || event.sentence.lowercased().contains(word)
    case .not(let term): !holds(term, event)
    }
  }
}

extension Substring {
  fileprivate func after(_ prefix: String) -> Substring? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }
}
