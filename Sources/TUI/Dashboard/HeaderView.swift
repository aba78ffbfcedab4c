internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// The lines above and below every page: are we fine, what comes next, which keys there are.
struct HeaderView {
  let scene: Scene

  private var node: NodeStatus { scene.node }

  /// A part of the first line; where room ends, the part of the highest rank becomes short, or
  /// vanishes.
  private struct Part {
    var rank: Int
    var long: [Span]
    var short: [Span]?
    /// The rank of the short form, which is worth more than the words it saves.
    var shortRank: Int

    init(_ rank: Int, _ long: [Span], short: [Span]? = nil, shortRank: Int = 0) {
      self.rank = rank
      self.long = long
      self.short = short
      self.shortRank = shortRank
    }
  }

  /// Draws the first line; what matters least yields first.
  func drawHeader(row: Int, width: Int, into grid: inout Grid) {
    let right = mode
    let room = width - 2 - Self.width(right)
    var parts = parts
    func total() -> Int { parts.reduce(0) { $0 + Self.width($1.long) + 2 } }
    while total() > room, parts.count > 1,
      let worst = parts.indices.max(by: { parts[$0].rank < parts[$1].rank })
    {
      if let short = parts[worst].short {
        parts[worst].long = short
        parts[worst].short = nil
        parts[worst].rank = parts[worst].shortRank
      } else {
        parts.remove(at: worst)
      }
    }
    var column = 1
    for part in parts { column = grid.put(part.long, at: column, row, width: width - column) + 2 }
    grid.put(right, endingAt: width - 1, row)
  }

  /// Columns below which the last words of the second line are left out.
  private static let leastRoom = 16

  private static func width(_ spans: some Sequence<Span>) -> Int {
    spans.reduce(0) { $0 + DisplayWidth.of($1.text) }
  }

  private var parts: [Part] {
    let network = node.description?.network ?? node.name
    var parts = [
      Part(
        9, [scene.span("swiftlet", .title), scene.span(" \(network)", .accent)],
        short: [scene.span(network, .accent)], shortRank: 6),
      Part(1, [health]),
      Part(
        0,
        [
          scene.span("slot ", .dim), scene.span(Words.number(scene.slot), .title),
          scene.span(" i\(scene.interval)", .accent),
          scene.span(" " + Words.seconds(scene.milliseconds), .text),
        ]),
    ]
    if let names = node.description?.simulated, !names.isEmpty {
      parts.append(
        Part(
          5, [scene.span("SIMULATED", .warning)], short: [scene.span("SIM", .warning)],
          shortRank: 2))
    }
    if let next = node.nextProposal(from: scene.slot + 1) {
      let time = Words.padded(Words.countdown(scene.milliseconds(until: next.slot)), 6)
      parts.append(
        Part(
          4, [scene.span("next ours ", .dim), scene.span(time)],
          short: [scene.span("next ", .dim), scene.span(time)], shortRank: 3))
    }
    if let key = shortestKey { parts.append(Part(3, key)) }
    if let clock = node.clock {
      let role = scene.role(.clock, clock.offset)
      let time = Words.padded(Words.signedMilliseconds(clock.offset), 6)
      let age = scene.age(of: clock.toldAt).map { [scene.span("  "), $0] } ?? []
      parts.append(Part(8, [scene.span("clock ", .dim), scene.span(time, role)] + age))
    }
    if node.hasNetwork {
      let count = Words.padded("\(node.peers.peers.count)", 2)
      parts.append(Part(7, [scene.span("peers ", .dim), scene.span(count)]))
    }
    let up = scene.now > node.firstTimeMilliseconds ? scene.now - node.firstTimeMilliseconds : 0
    parts.append(Part(10, [scene.span("seen ", .dim), scene.span(Words.duration(up))]))
    return parts
  }

  /// The key that ends first, once that is near.
  private var shortestKey: [Span]? {
    let keys = node.validators.compactMap(\.shortestKey)
    guard let key = keys.min(by: { $0.endSlot < $1.endSlot }) else { return nil }
    guard KeyWords.role(scene, key) != .text else { return nil }
    let left = key.leavesLeft(after: scene.slot)
    return [scene.span("key ", .dim), scene.span(KeyWords.days(left), KeyWords.role(scene, key))]
  }

  private var health: Span {
    if isDead { return scene.span("DEAD", .critical) }
    if node.stopped != nil { return scene.span("STOPPED", .critical) }
    if scene.silence != nil { return scene.span("SILENT", .critical) }
    if node.isSyncing { return scene.span("SYNCING", .warning) }
    if node.gate?.isOpen == false { return scene.span("GATE CLOSED", .warning) }
    switch node.sync?.state {
    case .synced?: return scene.span("SYNCED", .ok)
    case .stalled?: return scene.span("STALLED", .warning)
    case .idle?: return scene.span("NO PEERS", .warning)
    case .syncing?, nil:
      guard let lag = node.headLag else { return scene.span("NOT TOLD", .dim) }
      return lag <= 2 ? scene.span("AT HEAD", .ok) : scene.span("BEHIND", .warning)
    }
  }

  private var mode: [Span] {
    var words: [Span] = []
    let alarms = standingAlarms.count
    if alarms > 0 {
      let level = standingAlarms.first?.level ?? .warning
      words += [
        scene.span(
          " \(level == .critical ? "CRIT" : "WARN") \(alarms) ",
          level == .critical ? .alarm : .warning), scene.span(" ", .dim),
      ]
    }
    let acknowledged = node.alarms.alarms.count - alarms
    if acknowledged > 0 { words.append(scene.span("ack \(acknowledged)  ", .dim)) }
    if scene.state.recordingPath != nil { words.append(scene.span("REC ", .critical)) }
    // A replay never acts.
    if scene.state.isReadOnly, scene.state.replay == nil {
      words.append(scene.span("read-only ", .dim))
    }
    if scene.state.travel != nil { return words + [scene.span("FROZEN", .warning)] }
    if let replay = scene.state.replay {
      return words + [
        replay.speed > 0 ? scene.span("replay", .accent) : scene.span("PAUSED", .warning)
      ]
    }
    return words + [scene.span("live", .ok)]
  }

  /// Alarms that nobody has acknowledged since they began.
  private var standingAlarms: [Alarm] {
    node.alarms.alarms.filter { !scene.isAcknowledged($0) }
  }

  /// Draws the second line: the gravest news, or what comes next and what is simulated.
  func drawBanner(row: Int, width: Int, into grid: inout Grid) {
    let aside = isUrgent && width >= 100 ? Array(simulated.dropLast()) : []
    let reserved = aside.isEmpty ? 0 : Self.width(aside) + 2
    let fleet = FleetLine(scene: scene).isShown(at: grid.size) ? [] : fleet
    let words = banner(width: width) + (isUrgent ? [] : fleet)
    let room = width - 2 - reserved
    // The advice of an alarm stands on its page too: a word or two of it would tell nothing.
    let isCut = Self.width(words) > room && words.count > 1
    let isLittle = isCut && room - Self.width(words.dropLast()) < Self.leastRoom
    grid.put(isLittle ? words.dropLast() : words, at: 1, row, width: room)
    grid.put(aside, endingAt: width - 1, row)
  }

  /// Whether the banner has no place for what is simulated.
  private var isUrgent: Bool {
    node.stopped != nil || scene.state.travel != nil || scene.silence != nil || isBehind
      || !standingAlarms.isEmpty
  }

  /// Whether the node catches up, or may do no duties.
  private var isBehind: Bool { node.isSyncing || node.gate?.isOpen == false }

  /// Whether a person has killed the node of a devnet.
  private var isDead: Bool { node.fault(.kill) != nil }

  private func banner(width: Int) -> [Span] {
    if let travel = scene.state.travel { return frozen(travel) }
    if isDead {
      let time = scene.silence.map { ", no event for \(Words.countdown($0))" } ?? ""
      return [
        scene.span("\(node.name) was killed\(time)", .critical),
        scene.span("   \(scene.key(.act(.fault(.kill)))) starts it again   ", .text),
      ]
    }
    if let reason = node.stopped {
      return replay + [scene.span("the node stopped: \(reason)", .critical)]
    }
    if let silence = scene.silence {
      return [
        scene.span("no events for \(Words.countdown(silence))", .critical),
        scene.span(": the screen stands still on purpose   ", .dim),
      ] + faults
    }
    let alarm = standingAlarms.first
    if isBehind, alarm?.level != .critical { return replay + catchingUp(width: width) }
    if let alarm {
      let role: Role = alarm.level == .critical ? .alarm : .warning
      return replay + [
        scene.span("▲ \(Words.grouped(alarm.text))", role),
        scene.span("  \(Words.grouped(alarm.advice))\(wayOut(alarm))", .text),
      ]
    }
    if scene.state.replay != nil {
      return replay + [
        scene.span(
          "\(scene.key(.freeze)) stop  \(travelKeys)  \(scene.key(.slower)) \(scene.key(.faster)) speed   ",
          .dim)
      ]
        + simulated
    }
    return simulated + faults
  }

  /// The key that ends the fault behind an alarm.
  private func wayOut(_ alarm: Alarm) -> String {
    guard let cause = alarm.cause, let key = scene.state.keymap.key(for: .act(.fault(cause)))
    else { return "" }
    return "; \(key.name) ends that"
  }

  /// The recording, its speed and how far it is.
  private var replay: [Span] {
    guard let replay = scene.state.replay else { return [] }
    let percent = Int(min(max(replay.progress, 0), 1) * 100)
    let speed = replay.speed > 0 ? "x" + Words.factor(replay.speed) : "stopped"
    return [
      scene.span(replay.file, .accent),
      scene.span("  \(percent < 100 ? speed : "at its end")  \(percent) %   ", .text),
    ]
  }

  /// The keys that go back and on in time.
  private var travelKeys: String {
    "\(scene.key(.backSlot)) \(scene.key(.forwardSlot)) slot  \(scene.key(.backInterval))"
      + " \(scene.key(.forwardInterval)) interval"
  }

  private func frozen(_ travel: ViewState.Travel) -> [Span] {
    let behind =
      travel.liveMilliseconds > travel.shownMilliseconds
      ? travel.liveMilliseconds - travel.shownMilliseconds : 0
    let slots = behind / EventStamp.slotMilliseconds
    return [
      scene.span("frozen", .warning),
      scene.span(behind > 0 ? ", \(Words.countdown(behind)) behind" : "", .warning),
      scene.span(slots > 0 ? " (\(slots) slot\(slots == 1 ? "" : "s"))" : "", .dim),
      scene.span(
        "   \(travelKeys)  \(scene.key(.goLive)) \(scene.state.replay == nil ? "live" : "plays on")",
        .dim),
    ]
  }

  /// How far the sync is, or why there are no duties.
  private func catchingUp(width: Int) -> [Span] {
    let idle = node.validators.count
    let reason = node.gate.flatMap { $0.isOpen ? nil : $0.reason }
    let gate =
      reason.map {
        [
          scene.span("gate closed: \(Words.grouped($0))", .warning),
          scene.span("; \(idle) validator\(idle == 1 ? "" : "s") idle   ", .text),
        ]
      } ?? []
    guard let sync = node.sync, node.isSyncing, sync.target > 0 else { return gate }
    var words = [
      scene.span("head \(Words.number(sync.head)) of \(Words.number(sync.target))  "),
      scene.span(
        Words.meter(Int(clamping: sync.head), of: Int(clamping: sync.target), width: 10), .accent),
      scene.span("  \(Words.share(Int(clamping: sync.head), of: Int(clamping: sync.target)))"),
    ]
    if let rate = slotsPerSecond(sync.head), rate > 0 {
      let seconds = Double(sync.target - min(sync.head, sync.target)) / rate
      let left = UInt64(min(seconds * 1000, Double(EventBounds.number)))
      let speed = width >= 140 ? "  \(Int(rate.rounded())) slots/s" : ""
      words.append(scene.span("\(speed)  \(Words.countdown(left)) left", .dim))
    }
    return words + [scene.span("  ", .dim)] + gate
  }

  private func slotsPerSecond(_ head: UInt64) -> Double? {
    guard let began = node.syncBegan, head > began.head,
      scene.now >= began.timeMilliseconds + 1000
    else { return nil }
    return Double(head - began.head) * 1000 / Double(scene.now - began.timeMilliseconds)
  }

  private var simulated: [Span] {
    guard let names = node.description?.simulated, !names.isEmpty else { return [] }
    return [
      scene.span("simulated: ", .dim), scene.span(names.joined(separator: ", "), .warning),
      scene.span("   ", .dim),
    ]
  }

  private var faults: [Span] {
    guard !node.faults.isEmpty else { return [] }
    return [
      scene.span("chaos: ", .dim),
      scene.span(node.faults.map(\.words).joined(separator: ", "), .critical),
      scene.span("   ", .dim),
    ]
  }

  /// All nodes of this screen, each with its head, when there are several.
  private var fleet: [Span] {
    let nodes = scene.dashboard.nodes
    guard nodes.count > 1 else { return [] }
    return nodes.flatMap { other in
      let isShown = other.name == node.name
      let lag = FleetLine(scene: scene).headLag(of: other)
      let isBehind = lag ?? 0 > 2 || other.stopped != nil
      return [
        scene.span(isShown ? "▸" : " ", .key), scene.span(other.name, isShown ? .title : .dim),
        scene.span(
          isBehind || lag == nil ? " -\(Words.lag(lag)) " : " ✓ ",
          isBehind ? .warning : lag == nil ? .dim : .ok),
      ]
    }
  }

  /// Draws the keys that work on the rows of a page, and where there is room the pages.
  func drawFooter(row: Int, width: Int, on page: Page?, into grid: inout Grid) {
    for place in Self.footer(scene.state, on: page, width: width) {
      let isHere = place.isTab && place.command == .show(scene.state.page)
      grid.put(
        [
          scene.span(place.key, isHere ? .selected : .key),
          scene.span(" \(place.word)", isHere ? .selected : .dim),
        ], at: place.column, row)
    }
  }

  /// A key at the foot of the screen and where it stands.
  struct FooterPlace {
    let key: String
    let word: String
    let command: Command
    let column: Int
    /// Whether it is the name of a page.
    var isTab = false

    var columns: Range<Int> { column..<column + key.count + word.count + 1 }
  }

  /// The keys with their columns; a wide screen names each page at its right.
  static func footer(_ state: ViewState, on page: Page?, width: Int) -> [FooterPlace] {
    var column = 1
    let entries = state.keymap.footer(on: page ?? state.page, columns: width - 1)
      .filter { page != nil || !$0.command.concernsRows }
    var places = entries.map { entry in
      defer { column += entry.width }
      return FooterPlace(
        key: entry.key, word: entry.word, command: entry.command, column: column)
    }
    let tabs = Page.allCases.map { (key: state.keymap.name(.show($0)), page: $0) }
    let tabsWidth = tabs.reduce(0) { $0 + $1.key.count + $1.page.rawValue.count + 3 }
    guard column + tabsWidth - places[0].columns.count <= width else { return places }
    let shift = places.count > 1 ? places[1].column - places[0].column : 0
    places = places.dropFirst().map {
      FooterPlace(key: $0.key, word: $0.word, command: $0.command, column: $0.column - shift)
    }
    var tab = width - tabsWidth + 1
    for (key, page) in tabs {
      places.append(
        FooterPlace(
          key: key, word: page.rawValue, command: .show(page), column: tab, isTab: true))
      tab += key.count + page.rawValue.count + 3
    }
    return places
  }
}
