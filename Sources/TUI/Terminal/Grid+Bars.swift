extension Grid {
  /// Draws a horizontal bar between two positions measured in columns, fractions included.
  ///
  /// Its right end is exact to an eighth of a cell and its left end to a half; a bar that grows in
  /// time only ever adds ink. A bar with any length shows at least an eighth of a cell.
  package mutating func bar(from start: Double, to end: Double, row: Int, _ style: Style) {
    guard start < end else { return }
    let start = Grid.onGrid(start)
    let end = Grid.onGrid(end)
    let first = Int(start.rounded(.down))
    let last = Int(end.rounded(.down))
    let lead = start - Double(first)
    let endEighths = Int((end - Double(last)) * 8)
    if first == last {
      let glyph = lead >= 0.5 ? "▐" : Grid.leftEighths[max(endEighths, 1)]
      put(Cell(glyph, style), at: first, row)
      return
    }
    put(Cell(lead >= 0.5 ? "▐" : "█", style), at: first, row)
    fill(Rect(column: first + 1, row: row, width: last - first - 1, height: 1), "█", style)
    if endEighths > 0 { put(Cell(Grid.leftEighths[endEighths], style), at: last, row) }
  }

  /// Draws the newest of `values` as columns of eighths that stand on the last row of `rect`.
  ///
  /// A value of zero shows a line at the foot, `nan` leaves its place empty: no news is not zero.
  /// The value `top` fills the whole height.
  package mutating func sparkline(
    _ values: [Double], in rect: Rect, top: Double, style: (Double) -> Style
  ) {
    guard !rect.isEmpty else { return }
    let shown = values.suffix(rect.width)
    clipped(to: rect) { grid in
      for (offset, value) in shown.enumerated() where !value.isNaN {
        let share = Grid.share(value, of: top)
        let eighths = max(1, Int((share * Double(rect.height * 8)).rounded()))
        let column = rect.endColumn - shown.count + offset
        grid.pillar(eighths, at: column, foot: rect.endRow - 1, style(value))
      }
    }
  }

  private mutating func pillar(_ eighths: Int, at column: Int, foot: Int, _ style: Style) {
    for level in 0..<eighths / 8 { put(Cell("█", style), at: column, foot - level) }
    guard eighths % 8 > 0 else { return }
    put(Cell(Grid.lowerEighths[eighths % 8], style), at: column, foot - eighths / 8)
  }

  private static let leftEighths: [Unicode.Scalar] = ["█", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
  private static let lowerEighths: [Unicode.Scalar] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇"]

  /// A position moved into the range of rectangles.
  private static func onGrid(_ position: Double) -> Double {
    min(max(position, -Double(Rect.limit)), Double(Rect.limit))
  }

  /// `part / whole` moved into 0 to 1; 0 where that is no number.
  private static func share(_ part: Double, of whole: Double) -> Double {
    let share = part / whole
    return share.isNaN ? 0 : min(max(share, 0), 1)
  }
}
