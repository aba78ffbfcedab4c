internal import NodeStatus
internal import Terminal
internal import Theme

/// The overview where frames would cost too much: the timeline, the last slots, lags, outcomes, news.
struct CompactPanel: Panel {
  /// Rows of the lanes that every size keeps: what a proposal goes through.
  private static let leastLanes = 4

  let scene: Scene

  var title: String { "overview" }
  var rows: Page? { scene.state.page }

  var help: String {
    "The state of the node in a few lines, for small screens."
  }
  var hasFrame: Bool { false }

  func drawBody(in body: Rect, into grid: inout Grid) {
    // The ruler, the strip and the lags stand below 40x10 already; more room is first for outcomes.
    let lanes = Lane.grouped.prefix(
      body.height >= 14 ? Lane.grouped.count : min(Self.leastLanes, max(0, body.height - 3)))
    let parts = body.splitRows([
      .cells(1), .cells(lanes.count), .cells(1), .cells(1), .cells(1), .share(1),
    ])
    let chart = LaneChart(
      scene: scene, lanes: Array(lanes), slot: scene.slot, window: -800..<4000,
      now: scene.shownMilliseconds)
    chart.drawRuler(in: parts[0], running: scene.interval, into: &grid)
    chart.draw(in: parts[1], into: &grid)
    chart.drawCursor(in: parts[1], into: &grid)
    SlotStrip(scene: scene).draw(in: parts[2], into: &grid)
    let list = StatusList(scene: scene)
    grid.put(list.lags(width: body.width), at: parts[3].column, parts[3].row)
    guard !parts[4].isEmpty else { return }
    grid.put(list.outcomes(width: body.width), at: parts[4].column, parts[4].row)
    grid.clipped(to: parts[5]) { EventsPanel(scene: scene).drawBody(in: parts[5], into: &$0) }
  }
}
