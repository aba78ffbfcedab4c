internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// The screen for terminals too small for panels: a line for each state, most urgent first.
struct StatusList {
  let scene: Scene

  func draw(in rect: Rect, into grid: inout Grid) {
    for (offset, line) in lines(width: rect.width).prefix(rect.height).enumerated() {
      grid.put(line, at: rect.column, rect.row + offset, width: rect.width)
    }
    let strip = Rect(
      column: rect.column, row: rect.row + 2, width: rect.width, height: 1)
    if rect.height > 3 {
      grid.clipped(to: rect) { SlotStrip(scene: scene).draw(in: strip, into: &$0) }
    }
    let used = lines(width: rect.width).count
    let events = scene.node.log.newest(max(0, rect.height - used), .calm)
    for (offset, event) in events.enumerated() {
      EventLine(scene: scene, event: event).draw(in: rect, rect.row + used + offset, into: &grid)
    }
  }

  private func lines(width: Int) -> [[Span]] {
    let node = scene.node
    var lines: [[Span]] = [summary, alarm, [], lags(width: width), outcomes(width: width)]
    if let next = node.nextProposal(from: scene.slot + 1) {
      lines.append([
        scene.span("next ours ", .dim), scene.span(Words.number(next.slot), .accent),
        scene.span(" v\(next.validator) in \(next.slot - scene.slot)"),
      ])
    }
    return lines
  }

  /// How far the checkpoints are behind, and the peers.
  func lags(width: Int) -> [Span] {
    let node = scene.node
    let isLong = width >= 48
    return [
      scene.span("lag head ", .dim),
      scene.span(Words.lag(node.headLag), scene.role(.headLag, node.headLag)),
      scene.span(isLong ? "  justified " : "  just ", .dim),
      scene.span(Words.lag(node.justifiedLag), scene.role(.justifiedLag, node.justifiedLag)),
      scene.span(isLong ? "  finalized " : "  final ", .dim),
      scene.span(Words.lag(node.finalizedLag), scene.role(.finalizedLag, node.finalizedLag)),
      scene.span("  peers ", .dim),
      scene.span(node.hasNetwork ? "\(node.peers.peers.count)" : "-"),
    ]
  }

  /// How our proposals ended.
  func outcomes(width: Int) -> [Span] {
    let counters = scene.node.counters
    let isLong = width >= 56
    let counts: [(long: String, short: String, count: Int, role: Role)] = [
      ("hits", "hit", counters.hits, .hit), ("late", "late", counters.lates, .fallback),
      ("fallbacks", "fall", counters.fallbackCount, .fallback),
      ("forfeited", "forf", counters.forfeitCount, .forfeited),
      ("missed", "miss", counters.missCount, .missed),
    ]
    return counts.flatMap { outcome in
      [
        scene.span((isLong ? outcome.long : outcome.short) + " ", .dim),
        scene.span("\(outcome.count)  ", outcome.count > 0 ? outcome.role : .dim),
      ]
    }
  }

  /// What one line can say: slot, interval, state, the worst news.
  var summary: [Span] {
    let node = scene.node
    let (state, role): (String, Role) =
      if let alarm = node.alarms.alarms.first {
        ("▲\(node.alarms.alarms.count) ", alarm.level.severity.role)
      } else if node.stopped != nil {
        ("stopped ", .warning)
      } else {
        switch node.isJustifying {
        case nil: ("not told ", .dim)
        case false?: ("stalls ", .warning)
        case true?: ("ok ", .ok)
        }
      }
    return [
      scene.span("s\(Words.number(scene.slot)) i\(scene.interval) ", .title),
      scene.span(state, role),
      scene.span(
        "lag "
          + [node.headLag, node.justifiedLag, node.finalizedLag].map(Words.lag)
          .joined(separator: "/") + " ", .text),
      scene.span(node.description?.simulated.isEmpty == false ? "SIM " : "", .warning),
      scene.span(node.name, .dim),
    ]
  }

  private var alarm: [Span] {
    if let travel = scene.state.travel {
      let behind = travel.liveMilliseconds &- travel.shownMilliseconds
      return [scene.span("frozen, \(Words.countdown(behind)) behind", .warning)]
    }
    if let silence = scene.silence {
      return [scene.span("no events for \(Words.countdown(silence))", .critical)]
    }
    if let alarm = scene.node.alarms.alarms.first {
      return [scene.span("▲ \(Words.grouped(alarm.text))", alarm.level.severity.role)]
    }
    let simulated = scene.node.description?.simulated ?? []
    guard !simulated.isEmpty else { return [scene.calm] }
    return [
      scene.span("simulated: ", .dim), scene.span(simulated.joined(separator: ", "), .warning),
    ]
  }
}
