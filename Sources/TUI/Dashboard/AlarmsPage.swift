internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// What is wrong and what was, in full, with what to do.
struct AlarmsPage: PageContent {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  func panels(_ layout: PageLayout) -> [PageLayout.Placed] {
    layout.rows(
      [(StandingAlarmsPanel(scene), .share(1)), (EndedAlarmsPanel(scene), .share(1))],
      dropBelow: 16)
  }
}

/// The alarms that stand, those of the node that is looked at first.
struct StandingAlarmsPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var page: Page? { .alarms }
  var title: String { "alarms \(scene.node.alarms.alarms.count)" }
  var note: [Span] {
    scene.node.alarms.alarms.isEmpty ? [] : [scene.span("A acknowledges", .dim)]
  }

  var help: String {
    "What is wrong now, the gravest first: since when, what a person can do, and which fault put in on"
      + " purpose explains it. An alarm ends when its condition was false for two slots."
  }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let others = scene.dashboard.nodes.filter { $0.name != scene.node.name }
    let all = ([scene.node] + others).flatMap { node in
      node.alarms.alarms.map { (node: node, alarm: $0) }
    }
    if scene.node.alarms.alarms.isEmpty {
      grid.put("all is well", at: body.column, body.row, scene.theme[.ok])
    }
    var row = body.row + (scene.node.alarms.alarms.isEmpty ? 1 : 0)
    for (node, alarm) in all where row < body.endRow {
      let isKnown = node.name == scene.node.name && scene.isAcknowledged(alarm)
      row = AlarmLines(
        scene: scene, alarm: alarm, node: node, isDim: isKnown,
        time: scene.span(
          "since slot \(Words.number(alarm.since)), \(scene.wallTime(of: alarm.since))"
            + (isKnown ? ", acknowledged" : ""), .dim)
      ).draw(in: body, row, into: &grid)
    }
  }
}

/// The alarms that have ended, the newest first.
struct EndedAlarmsPanel: Panel {
  let scene: Scene

  init(_ scene: Scene) {
    self.scene = scene
  }

  var title: String { "over" }
  var note: [Span] { [scene.span("newest first", .dim)] }

  var help: String { "The last 32 alarms of this node that have ended, with the slots they stood." }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let ended = scene.node.alarms.ended.reversed()
    if ended.isEmpty { grid.put("none yet", at: body.column, body.row, scene.theme[.dim]) }
    var row = body.row
    for over in ended where row < body.endRow {
      let slots = "slots \(Words.number(over.alarm.since)) to \(Words.number(over.slot))"
      row = AlarmLines(
        scene: scene, alarm: over.alarm, node: scene.node, isDim: true,
        time: scene.span("\(slots), until \(scene.wallTime(of: over.slot))", .dim)
      ).draw(in: body, row, into: &grid)
    }
  }
}

/// One alarm in full: its text and its time, and the advice below.
private struct AlarmLines {
  let scene: Scene
  let alarm: Alarm
  let node: NodeStatus
  let isDim: Bool
  let time: Span

  /// Draws the lines; answers with the row below.
  func draw(in body: Rect, _ first: Int, into grid: inout Grid) -> Int {
    let severity = alarm.level.severity
    let name = node.name == scene.node.name ? "" : "\(node.name) "
    let lead = severity.word.count + 1
    var row = first
    grid.put(severity.word, at: body.column, row, scene.theme[severity.role])
    for line in DisplayWidth.wrapped(name + alarm.text, to: max(8, body.width - lead)) {
      grid.put(
        line, at: body.column + lead, row, scene.theme[isDim ? .dim : severity.role],
        width: body.width - lead)
      row += 1
    }
    for line in DisplayWidth.wrapped(alarm.advice, to: max(8, body.width - lead)) {
      grid.put(
        line, at: body.column + lead, row, scene.theme[isDim ? .dim : .text],
        width: body.width - lead)
      row += 1
    }
    grid.put([time], at: body.column + lead, row, width: body.width - lead)
    return row + 1
  }
}

extension Scene {
  /// Whether a person has acknowledged an alarm of the node at its level.
  func isAcknowledged(_ alarm: Alarm) -> Bool {
    let call = AlarmCall(node: node.name, alarm)
    return state.acknowledged.contains { $0.covers(call) }
  }

  /// The time of day at which a slot begins, in UTC.
  func wallTime(of slot: UInt64) -> String {
    let start = node.genesisMilliseconds &+ slot &* EventStamp.slotMilliseconds
    return "\(Words.duration(start % 86_400_000)) UTC"
  }
}
