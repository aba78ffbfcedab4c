internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// What is wrong and what was, in full, with what to do.
struct AlarmsPage: PageContent {
  let scene: Scene

  func panels(_ layout: PageLayout) -> [PageLayout.Placed] {
    layout.rows(
      [
        (StandingAlarmsPanel(scene: scene), .share(1)), (EndedAlarmsPanel(scene: scene), .share(1)),
      ],
      dropBelow: 16)
  }
}

/// The alarms that stand, those of the node that is looked at first.
struct StandingAlarmsPanel: TextPanel {
  let scene: Scene

  var page: Page? { .alarms }
  var title: String { "alarms \(scene.node.alarms.alarms.count)" }
  var note: [Span] {
    scene.node.alarms.alarms.isEmpty
      ? [] : [scene.span("\(scene.key(.acknowledge)) acknowledges", .dim)]
  }

  var help: String {
    "What is wrong now, the gravest first: since when, what a person can do, and which fault put in on"
      + " purpose explains it. An alarm ends when its condition was false for two slots."
  }

  func lines(width: Int) -> [[Span]] {
    let others = scene.dashboard.nodes.filter { $0.name != scene.node.name }
    let all = ([scene.node] + others).flatMap { node in
      node.alarms.alarms.map { (node: node, alarm: $0) }
    }
    let calm = scene.node.alarms.alarms.isEmpty ? [[scene.calm]] : []
    return calm
      + all.flatMap { node, alarm in
        let isKnown = node.name == scene.node.name && scene.isAcknowledged(alarm)
        let time =
          "since slot \(Words.number(alarm.since)), \(scene.wallTime(of: alarm.since))"
          + (isKnown ? ", acknowledged" : "")
        return AlarmLines(scene: scene, alarm: alarm, node: node, isDim: isKnown, time: time)
          .lines(width)
      }
  }
}

/// The alarms that have ended, the newest first.
struct EndedAlarmsPanel: TextPanel {
  let scene: Scene

  var title: String { "over" }
  var note: [Span] { [scene.span("newest first", .dim)] }

  var help: String { "The last 32 alarms of this node that have ended, with the slots they stood." }

  func lines(width: Int) -> [[Span]] {
    let ended = scene.node.alarms.ended.reversed()
    guard !ended.isEmpty else { return [[scene.span("none yet", .dim)]] }
    return ended.flatMap { over in
      let slots = "slots \(Words.number(over.alarm.since)) to \(Words.number(over.slot))"
      return AlarmLines(
        scene: scene, alarm: over.alarm, node: scene.node, isDim: true,
        time: "\(slots), until \(scene.wallTime(of: over.slot))"
      ).lines(width)
    }
  }
}

/// One alarm in full: its text, its advice and its time.
private struct AlarmLines {
  let scene: Scene
  let alarm: Alarm
  let node: NodeStatus
  let isDim: Bool
  let time: String

  func lines(_ width: Int) -> [[Span]] {
    let severity = alarm.level.severity
    let name = node.name == scene.node.name ? "" : "\(node.name) "
    let lead = severity.word.count + 1
    let parts = [
      (name + alarm.text, isDim ? Role.dim : severity.role), (alarm.advice, isDim ? .dim : .text),
      (time, .dim),
    ]
    return parts.flatMap { text, role in
      DisplayWidth.wrapped(Words.grouped(text), to: max(8, width - lead))
        .map { scene.span($0, role) }
    }
    .enumerated().map { index, line in
      [
        index == 0
          ? scene.span("\(severity.word) ", severity.role)
          : scene.span(String(repeating: " ", count: lead)), line,
      ]
    }
  }
}

extension Scene {
  /// Whether a person has acknowledged an alarm of the node at its level.
  func isAcknowledged(_ alarm: Alarm) -> Bool {
    let call = AlarmCall(node: node.name, alarm)
    return state.acknowledged.contains { $0.covers(call) }
  }

  /// What is said where there is no alarm: nothing good of what was not told.
  var calm: Span {
    if node.stopped != nil { return span("no alarm; the node has stopped", .warning) }
    if let silence {
      return span("no alarm yet; no events for \(Words.countdown(silence))", .warning)
    }
    return switch node.isJustifying {
    case true?: span("all is well", .ok)
    case false?: span("no alarm yet, but justification stalls", .warning)
    case nil: span("no alarm; finality is not told yet", .dim)
    }
  }

  /// The time of day at which a slot begins, in UTC.
  func wallTime(of slot: UInt64) -> String {
    let start = node.genesisMilliseconds &+ slot &* EventStamp.slotMilliseconds
    return "\(Words.duration(start % 86_400_000)) UTC"
  }
}
