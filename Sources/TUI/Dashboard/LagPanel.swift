internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// How far the checkpoints are behind, now and over the last slots.
struct LagPanel: Panel {
  let scene: Scene

  var page: Page? { .doctor }
  var title: String { "lag in slots" }

  var help: String {
    "How many slots the head is behind the clock, and the checkpoints behind the head, now"
      + " and over the last slots."
  }

  var note: [Span] {
    if scene.node.stopped != nil { return [scene.span("as it stopped", .dim)] }
    // The doctor's finding, so that no other panel can say otherwise.
    return switch (scene.node.isJustifying, scene.node.finalizedLag) {
    case (false?, _): [scene.span("finality stalls", .critical)]
    case (true?, let lag?):
      lag > NodeStatus.finalityAlarmLag
        ? [scene.span("finality stalls", .critical)] : [scene.span("finality ok", .ok)]
    case (nil, _), (_, nil): [scene.span("not told", .dim)]
    }
  }

  func height(width: Int) -> Int { 5 }

  func drawBody(in body: Rect, into grid: inout Grid) {
    let node = scene.node
    let history = node.slots.suffix(max(0, body.width - 20), through: scene.slot)
    let rows: [(name: String, value: UInt64?, Threshold, (SlotRecord) -> UInt16?)] = [
      ("head", node.headLag, .headLag, { $0.lags.head }),
      ("justified", node.justifiedLag, .justifiedLag, { $0.lags.justified }),
      ("finalized", node.finalizedLag, .finalizedLag, { $0.lags.finalized }),
      ("safe target", node.safeTargetLag, .safeTargetLag, { $0.lags.safeTarget }),
    ]
    for (offset, row) in rows.enumerated() {
      let (name, value, threshold, lag) = row
      let calm = Double(scene.state.thresholds[threshold].warning - 1)
      draw(
        name, Words.lag(value), scene.role(threshold, value),
        history.map { lag($0).map(Double.init) ?? .nan }, top: 2 * calm, row: body.row + offset,
        body, into: &grid
      ) { scene.role(threshold, Int64($0), calm: .spark) }
    }
    let imports = history.map { $0.block?.importTime.map { Double($0) } ?? .nan }
    let newest = Words.told(history.last { $0.block?.importTime != nil }?.block?.importTime)
    draw(
      "import ms", newest, .text, imports, top: 80, row: body.row + rows.count, body, into: &grid
    ) { $0 > 800 ? .critical : $0 > 200 ? .warning : .spark }
  }

  private func draw(
    _ name: String, _ value: String, _ role: Role, _ values: [Double], top: Double, row: Int,
    _ body: Rect, into grid: inout Grid, _ spark: (Double) -> Role
  ) {
    grid.put(name, at: body.column, row, scene.theme[.dim])
    grid.put(value, endingAt: body.column + 17, row, scene.theme[role])
    let line = Rect(column: body.column + 19, row: row, width: body.width - 19, height: 1)
    let top = scene.top(of: values, atLeast: top)
    grid.sparkline(values, in: line, top: top) { scene.theme[spark($0)] }
  }
}
