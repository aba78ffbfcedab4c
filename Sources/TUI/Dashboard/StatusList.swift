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
    let counters = node.counters
    var lines: [[Span]] = [summary]
    lines.append(alarm)
    lines.append([])
    lines.append([
      scene.span("lag head ", .dim),
      scene.span(Words.lag(node.headLag), node.headLag ?? 0 > 1 ? .warning : .text),
      scene.span(" justified ", .dim), scene.span(Words.lag(node.justifiedLag)),
      scene.span(" finalized ", .dim),
      scene.span(Words.lag(node.finalizedLag), node.finalizedLag ?? 0 > 6 ? .warning : .text),
      scene.span(" peers ", .dim), scene.span(node.hasNetwork ? "\(node.peers.peers.count)" : "-"),
    ])
    lines.append([
      scene.span("hits ", .dim), scene.span("\(counters.hits)", .hit),
      scene.span(" late ", .dim), scene.span("\(counters.lates)", .fallback),
      scene.span(" fallbacks ", .dim), scene.span("\(counters.fallbackCount)", .fallback),
      scene.span(" forfeited ", .dim), scene.span("\(counters.forfeitCount)", .forfeited),
      scene.span(" missed ", .dim), scene.span("\(counters.missCount)", .missed),
    ])
    if let next = node.nextProposal(from: scene.slot + 1) {
      lines.append([
        scene.span("next ours ", .dim), scene.span(Words.number(next.slot), .accent),
        scene.span(" v\(next.validator) in \(next.slot - scene.slot)"),
      ])
    }
    return lines
  }

  /// What one line can say: slot, interval, state, the worst news.
  var summary: [Span] {
    let node = scene.node
    let role: Role =
      node.alarms.alarms.first?.level.severity.role ?? (node.head == nil ? .dim : .ok)
    return [
      scene.span("s\(scene.slot) i\(scene.interval) ", .title),
      scene.span(
        !node.alarms.alarms.isEmpty
          ? "▲\(node.alarms.alarms.count) " : node.head == nil ? "not told " : "ok ", role),
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
      return [scene.span("▲ \(alarm.text)", alarm.level.severity.role)]
    }
    let simulated = scene.node.description?.simulated ?? []
    guard !simulated.isEmpty else {
      return scene.node.head == nil
        ? [scene.span("the head is not told yet", .dim)] : [scene.span("all is well", .ok)]
    }
    return [
      scene.span("simulated: ", .dim), scene.span(simulated.joined(separator: ", "), .warning),
    ]
  }
}
