internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// What every panel draws from: one node at one moment, the wishes of the person, the looks.
///
/// A class, because every panel holds it and a copy of the values would cost more than the drawing.
final class Scene: Sendable {
  /// Milliseconds without an event after which the screen stands still and says so.
  static let silenceMilliseconds: UInt64 = 2000

  /// Milliseconds after which what is told every few seconds is marked with its age.
  static let staleMilliseconds: UInt64 = 30_000

  let dashboard: FleetStatus
  let node: NodeStatus
  let state: ViewState
  let theme: Theme
  /// The moment that is drawn; it stops when the node is silent.
  let now: UInt64
  /// How long the node has been silent, once that is too long and it has not stopped in order.
  let silence: UInt64?
  /// The moment that was asked for.
  private let moment: UInt64
  /// The wall slot at that moment, and the milliseconds in it.
  let slot: UInt64
  let milliseconds: Int32

  init?(_ dashboard: FleetStatus, _ state: ViewState, now: UInt64, theme: Theme) {
    guard !dashboard.nodes.isEmpty else { return nil }
    let count = dashboard.nodes.count
    let node = dashboard.nodes[(state.node % count + count) % count]
    let last = node.timeMilliseconds
    let gap = now > last ? now - last : 0
    self.dashboard = dashboard
    self.node = node
    self.state = state
    self.theme = theme
    moment = now
    silence = gap > Scene.silenceMilliseconds && node.stopped == nil ? gap : nil
    self.now = gap > Scene.silenceMilliseconds ? last &+ Scene.silenceMilliseconds : now
    let sinceGenesis =
      self.now > node.genesisMilliseconds ? self.now - node.genesisMilliseconds : 0
    slot = sinceGenesis / EventStamp.slotMilliseconds
    milliseconds = Int32(sinceGenesis % EventStamp.slotMilliseconds)
  }

  /// How old all that a node has told is, once that is too long, as `6 s old`.
  func age(of node: NodeStatus) -> Span? {
    aged(moment - min(moment, node.timeMilliseconds), atLeast: Scene.silenceMilliseconds)
  }

  /// How old a value is that is told every few seconds, where it was told too long before the rest.
  func age(of told: UInt64) -> Span? {
    aged(now - min(now, told), atLeast: Scene.staleMilliseconds)
  }

  private func aged(_ age: UInt64, atLeast least: UInt64) -> Span? {
    guard age > least else { return nil }
    let words = age < 60_000 ? "\(age / 1000) s" : Words.countdown(age)
    return span("\(words) old", .warning)
  }

  /// Milliseconds from the moment that is drawn to the start of a slot; 0 when it has begun.
  func milliseconds(until slot: UInt64) -> UInt64 {
    let start = node.genesisMilliseconds &+ slot &* EventStamp.slotMilliseconds
    return start > now ? start - now : 0
  }

  /// The selected row of a page, within a range in which sums cannot overflow.
  func selection(on page: Page) -> Int { min(max(0, state.selections[page] ?? 0), 1 << 20) }

  /// The interval at the moment that is drawn.
  var interval: Int { Int(milliseconds) / Int(EventStamp.intervalMilliseconds) }

  /// The slot that the timeline and the autopsy show.
  var shownSlot: UInt64 { page.shownSlot }

  /// The moment inside the shown slot: now, or its end when it is over.
  var shownMilliseconds: Int32 {
    let start = node.genesisMilliseconds &+ shownSlot &* EventStamp.slotMilliseconds
    let passed = Int32(near: Int64(bitPattern: now &- start))
    let length = Int32(EventStamp.slotMilliseconds)
    return min(max(passed, -length), length)
  }

  /// The top of a sparkline, a little above its largest value so that lines do not touch.
  func top(of values: [Double], atLeast least: Double = 1) -> Double {
    max(values.filter { !$0.isNaN }.max() ?? 0, least) * 8 / 7
  }

  /// A piece of text in the look of a role.
  func span(_ text: String, _ role: Role = .text) -> Span {
    Span(text, theme[role])
  }

  /// The name of the key for a command.
  func key(_ command: Command) -> String { state.keymap.name(command) }

  /// How a figure is drawn; `calm` below its threshold, dim when nobody has told it.
  func role(_ threshold: Threshold, _ value: (some BinaryInteger)?, calm: Role = .text) -> Role {
    state.thresholds.role(threshold, value, calm: calm)
  }

  /// The validator's name as the screen writes it.
  func proposerName(_ validator: UInt64?) -> String {
    guard let validator else { return "-" }
    let isOurs = node.validators.contains { $0.index == validator }
    return isOurs ? "v\(validator) ours" : "v\(validator)"
  }
}

extension SlotVerdict {
  /// The glyph of the strip.
  var glyph: Unicode.Scalar {
    switch self {
    case .hit: "●"
    case .late: "◑"
    case .fallback: "○"
    case .forfeited: "◐"
    case .missed: "✕"
    case .foreign: "·"
    case .empty: "╌"
    case .pending: " "
    }
  }

  var role: Role {
    switch self {
    case .hit: .hit
    case .late, .fallback: .fallback
    case .forfeited: .forfeited
    case .missed: .missed
    case .foreign: .foreign
    case .empty, .pending: .empty
    }
  }

  /// How the glyph looks in the strip: the gravest outcome has a ground of its own, which no other
  /// glyph has.
  var glyphRole: Role { self == .missed ? .alarm : role }

  /// The word of legends.
  var word: String {
    switch self {
    case .hit: "hit"
    case .late: "late"
    case .fallback: "fallback"
    case .forfeited: "forfeited"
    case .missed: "missed"
    case .foreign: "foreign"
    case .empty: "empty"
    case .pending: "pending"
    }
  }
}

extension ProposalOutcome {
  var verdict: SlotVerdict {
    switch self {
    case .hit: .hit
    case .late: .late
    case .fallback: .fallback
    case .forfeited: .forfeited
    case .missed: .missed
    }
  }
}

extension Severity {
  var role: Role {
    switch self {
    case .trace: .dim
    case .info: .text
    case .event: .ok
    case .warning: .warning
    case .critical: .critical
    }
  }
}
