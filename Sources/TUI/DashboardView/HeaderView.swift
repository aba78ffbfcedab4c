internal import ChainEvents
internal import Dashboard
internal import DashboardControls
internal import Terminal
internal import Theme

/// The lines above and below every page: are we fine, what comes next, which keys there are.
struct HeaderView {
  let scene: Scene

  private var node: NodeModel { scene.node }

  /// Draws the first line; what matters least yields first.
  func drawHeader(row: Int, width: Int, into grid: inout Grid) {
    let right = mode
    let rightWidth = right.reduce(0) { $0 + DisplayWidth.of($1.text) }
    var parts = segments
    func total() -> Int {
      parts.reduce(1) { $0 + $1.spans.reduce(2) { $0 + DisplayWidth.of($1.text) } }
    }
    while total() + rightWidth > width, parts.count > 1,
      let worst = parts.indices.max(by: { parts[$0].rank < parts[$1].rank })
    {
      parts.remove(at: worst)
    }
    var column = 1
    for part in parts { column = grid.put(part.spans, at: column, row, width: width - column) + 2 }
    grid.put(right, endingAt: width - 1, row)
  }

  private var segments: [(rank: Int, spans: [Span])] {
    let network = node.description?.network ?? node.name
    let slot = [
      scene.span("slot ", .dim), scene.span(Words.number(scene.slot), .title),
      scene.span(" i\(scene.interval)", .accent),
      scene.span(" " + Words.seconds(scene.milliseconds), .text),
    ]
    var parts: [(rank: Int, spans: [Span])] = [
      (3, [scene.span("swiftlet", .title), scene.span(" \(network)", .accent)]),
      (1, [health]), (0, slot),
    ]
    if let names = node.description?.simulated, !names.isEmpty {
      parts.append((2, [scene.span("SIMULATED", .warning)]))
    }
    if let next = node.nextProposal(from: scene.slot + 1) {
      let distance = (next.slot - scene.slot) * 4000 - UInt64(scene.milliseconds)
      parts.append(
        (4, [scene.span("next ours ", .dim), scene.span(Words.countdown(distance), .text)]))
    }
    if let clock = node.clock {
      let role: Role =
        clock.offset.magnitude > 400 ? .critical : clock.offset.magnitude > 100 ? .warning : .text
      parts.append(
        (
          6,
          [
            scene.span("clock ", .dim),
            scene.span("\(Words.signedMilliseconds(clock.offset))", role),
          ]
        ))
    }
    if node.hasNetwork {
      parts.append(
        (5, [scene.span("peers ", .dim), scene.span("\(node.peers.peers.count)", .text)]))
    }
    let up = scene.now > node.firstTimeMilliseconds ? scene.now - node.firstTimeMilliseconds : 0
    parts.append((7, [scene.span("seen ", .dim), scene.span(Words.duration(up), .text)]))
    return parts
  }

  private var health: Span {
    if node.stopped != nil { return scene.span("STOPPED", .critical) }
    if scene.silence != nil { return scene.span("SILENT", .critical) }
    if node.gate?.isOpen == false { return scene.span("GATE CLOSED", .warning) }
    switch node.sync?.state {
    case .synced?: return scene.span("SYNCED", .ok)
    case .syncing?: return scene.span("SYNCING", .warning)
    case .stalled?: return scene.span("STALLED", .warning)
    case .idle?: return scene.span("NO PEERS", .warning)
    case nil where node.head == nil: return scene.span("STARTING", .dim)
    case nil: return node.headLag <= 2 ? scene.span("AT HEAD", .ok) : scene.span("BEHIND", .warning)
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
    if scene.state.recordingPath != nil { words.append(scene.span("REC ", .critical)) }
    if scene.state.isReadOnly { words.append(scene.span("read-only ", .dim)) }
    if scene.state.travel != nil { return words + [scene.span("FROZEN", .warning)] }
    if scene.state.replay != nil { return words + [scene.span("replay", .accent)] }
    return words + [scene.span("live", .ok)]
  }

  /// Alarms that nobody has acknowledged since they began.
  private var standingAlarms: [Alarm] {
    guard let acknowledged = scene.state.acknowledgedMilliseconds else {
      return node.alarms.alarms
    }
    return node.alarms.alarms.filter { alarm in
      node.genesisMilliseconds &+ alarm.since &* EventStamp.slotMilliseconds > acknowledged
    }
  }

  /// Draws the second line: the gravest news, or what comes next and what is simulated.
  func drawBanner(row: Int, width: Int, into grid: inout Grid) {
    let aside = isUrgent && width >= 100 ? simulated.dropLast() : []
    let reserved = aside.isEmpty ? 0 : aside.reduce(2) { $0 + DisplayWidth.of($1.text) }
    let fleet = FleetLine(scene: scene).isShown(at: grid.size) ? [] : fleet
    grid.put(banner + (isUrgent ? [] : fleet), at: 1, row, width: width - 2 - reserved)
    grid.put(Array(aside), endingAt: width - 1, row)
  }

  /// Whether the banner has no place for what is simulated.
  private var isUrgent: Bool {
    node.stopped != nil || scene.state.travel != nil || scene.silence != nil
      || !standingAlarms.isEmpty
  }

  private var banner: [Span] {
    if let reason = node.stopped { return [scene.span("the node stopped: \(reason)", .critical)] }
    if let travel = scene.state.travel {
      let behind =
        travel.liveMilliseconds > travel.shownMilliseconds
        ? travel.liveMilliseconds - travel.shownMilliseconds : 0
      return [
        scene.span("frozen, \(Words.countdown(behind)) behind", .warning),
        scene.span(" (\(behind / 4000) slots)   [ ] slot  { } interval  home live", .dim),
      ]
    }
    if let silence = scene.silence {
      return [
        scene.span("no events for \(Words.countdown(silence))", .critical),
        scene.span(": the screen stands still on purpose   ", .dim),
      ] + faults
    }
    if let alarm = standingAlarms.first {
      let role: Role = alarm.level == .critical ? .alarm : .warning
      return [scene.span("▲ \(alarm.text)", role), scene.span("  \(alarm.advice)", .text)]
    }
    if let replay = scene.state.replay {
      return [
        scene.span(replay.file, .accent),
        scene.span("  x\(replay.speed)  \(Int(min(max(replay.progress, 0), 1) * 100)) %", .text),
        scene.span("   space stop  < > speed   ", .dim),
      ] + simulated
    }
    return simulated + faults
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
      let isBehind = other.headLag > 2 || other.stopped != nil
      return [
        scene.span(isShown ? "▸" : " ", .key), scene.span(other.name, isShown ? .title : .dim),
        scene.span(isBehind ? " -\(other.headLag) " : " ✓ ", isBehind ? .warning : .ok),
      ]
    }
  }

  /// Draws the keys of the page.
  func drawFooter(row: Int, width: Int, into grid: inout Grid) {
    if scene.state.filter.isEditing {
      grid.put(
        [
          scene.span("/", .key), scene.span(scene.state.filter.text, .text),
          scene.span("▏", .cursor),
        ], at: 1, row, width: width - 1)
      return
    }
    var column = 1
    for entry in Keymap.footer(on: scene.state.page, columns: width - 1) {
      column =
        grid.put(
          [scene.span(entry.key, .key), scene.span(" \(entry.word)", .dim)], at: column, row) + 2
    }
  }
}
