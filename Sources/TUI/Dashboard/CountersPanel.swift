internal import ChainEvents
internal import NodeStatus
internal import Terminal
internal import Theme

/// How our proposals ended, in numbers and bars.
struct CountersPanel: Panel {
  let scene: Scene
  private let counters: Counters

  init(scene: Scene) {
    self.scene = scene
    // Once a frame: after a reset every proposal since then is counted.
    counters = CountersPanel.counters(scene)
  }

  var page: Page? { .prebuild }
  var title: String {
    scene.state.countersSinceMilliseconds == nil ? "proposals" : "proposals since reset"
  }

  var help: String {
    "How our proposals ended; the first five rows add up to all of them."
  }

  var note: [Span] {
    guard let permille = counters.hitPermille else { return [] }
    return [
      scene.span(Words.percent(permille: permille), permille >= 800 ? .ok : .warning),
      scene.span(" hits", .dim),
    ]
  }

  private static func counters(_ scene: Scene) -> Counters {
    guard let since = scene.state.countersSinceMilliseconds else { return scene.node.counters }
    let genesis = scene.node.genesisMilliseconds
    return scene.node.counters(from: since > genesis ? (since - genesis) / 4000 : 0)
  }

  private var rows: [(name: String, count: Int, role: Role)] {
    [
      ("hits", counters.hits, .hit), ("late", counters.lates, .fallback),
      ("fallbacks", counters.fallbackCount, .fallback),
      ("forfeited", counters.forfeitCount, .forfeited), ("missed", counters.missCount, .missed),
      ("orphaned", counters.orphans, .stale), ("few votes", counters.thinBlocks, .warning),
      ("missed ticks", counters.missedIntervalCount, .warning),
      ("stale", counters.staleCount, .stale), ("refreshes", counters.refreshCount, .accent),
    ]
  }

  func height(width: Int) -> Int {
    let columns = max(1, width / Self.pairWidth)
    return (rows.count + columns - 1) / columns
  }

  /// Columns of a name with its count.
  private static let pairWidth = 18

  func drawBody(in body: Rect, into grid: inout Grid) {
    let rest = (rows.count - Self.outcomes + 1) / 2
    guard body.height >= Self.outcomes + rest else { return drawPairs(rows, in: body, into: &grid) }
    drawBars(in: body, into: &grid)
    let below = Rect(
      column: body.column, row: body.row + Self.outcomes, width: body.width,
      height: body.height - Self.outcomes)
    drawPairs(Array(rows.dropFirst(Self.outcomes)), in: below, into: &grid)
  }

  /// The first rows are how proposals ended and add up to all of them.
  private static let outcomes = 5

  /// The outcomes in one row each, with bars.
  private func drawBars(in body: Rect, into grid: inout Grid) {
    let outcomes = rows.prefix(Self.outcomes)
    let top = Double(max(outcomes.map(\.count).max() ?? 0, 1))
    for (offset, row) in outcomes.enumerated() {
      let line = body.row + offset
      grid.put(row.name, at: body.column, line, scene.theme[.dim])
      putCount(row, endingAt: body.column + 18, line, into: &grid)
      grid.put(
        Words.share(row.count, of: counters.proposals), endingAt: body.column + 26, line,
        scene.theme[.dim])
      let start = Double(body.column + 27)
      let length = Double(max(0, body.width - 27)) * Double(row.count) / top
      grid.bar(from: start, to: start + length, row: line, scene.theme[row.role])
    }
  }

  /// Names and counts in two or more columns, what matters most first.
  private func drawPairs(
    _ rows: [(name: String, count: Int, role: Role)], in body: Rect, into grid: inout Grid
  ) {
    let columns = max(1, min(rows.count, body.width / Self.pairWidth))
    let height = max(1, min(body.height, (rows.count + columns - 1) / columns))
    let width = body.width / columns
    for (index, row) in rows.prefix(columns * height).enumerated() {
      let column = body.column + index / height * width
      let line = body.row + index % height
      grid.put(row.name, at: column, line, scene.theme[.dim], width: width - 6)
      putCount(row, endingAt: column + width - 2, line, into: &grid)
    }
  }

  private func putCount(
    _ row: (name: String, count: Int, role: Role), endingAt column: Int, _ line: Int,
    into grid: inout Grid
  ) {
    grid.put(
      Words.number(row.count), endingAt: column, line, scene.theme[row.count > 0 ? row.role : .dim])
  }
}
