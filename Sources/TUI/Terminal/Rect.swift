/// The extent of a grid in cells.
package struct Size: Hashable, Sendable {
  /// The largest number of columns or rows that a grid takes; real terminals stay far below.
  package static let limit = 1_000

  /// Cells across.
  package let columns: Int
  /// Cells down.
  package let rows: Int

  /// Creates a size; each side is clamped to `0...Size.limit`.
  package init(columns: Int, rows: Int) {
    self.columns = min(max(columns, 0), Size.limit)
    self.rows = min(max(rows, 0), Size.limit)
  }

  /// Creates a size from text like `120x36`; `nil` for any other form and for a side of zero.
  package init?(_ text: String) {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let columns = sides[0], let rows = sides[1],
      (1...Size.limit).contains(columns), (1...Size.limit).contains(rows)
    else { return nil }
    self.init(columns: columns, rows: rows)
  }
}

/// A rectangle of cells, possibly empty, possibly partly or wholly off the screen.
///
/// Coordinates are clamped to a range in which sums cannot overflow, so no layout of any numbers traps.
package struct Rect: Hashable, Sendable {
  /// Largest magnitude of a coordinate.
  static let limit = 1_000_000

  /// The leftmost column.
  package let column: Int
  /// The topmost row.
  package let row: Int
  /// Columns covered, at least zero.
  package let width: Int
  /// Rows covered, at least zero.
  package let height: Int

  /// Creates a rectangle; a negative extent becomes zero.
  package init(column: Int, row: Int, width: Int, height: Int) {
    self.column = Rect.clamp(column)
    self.row = Rect.clamp(row)
    self.width = max(0, Rect.clamp(width))
    self.height = max(0, Rect.clamp(height))
  }

  /// The rectangle of a whole grid of `size`.
  package init(_ size: Size) {
    self.init(column: 0, row: 0, width: size.columns, height: size.rows)
  }

  /// The column after the last.
  package var endColumn: Int { column + width }
  /// The row after the last.
  package var endRow: Int { row + height }
  /// The columns covered.
  package var columns: Range<Int> { column..<endColumn }
  /// The rows covered.
  package var rows: Range<Int> { row..<endRow }
  /// Whether no cell is covered.
  package var isEmpty: Bool { width == 0 || height == 0 }

  /// Whether the cell is covered.
  package func contains(column: Int, row: Int) -> Bool {
    columns.contains(column) && rows.contains(row)
  }

  /// What both rectangles cover.
  package func intersection(_ other: Rect) -> Rect {
    let left = max(column, other.column)
    let top = max(row, other.row)
    return Rect(
      column: left, row: top,
      width: min(endColumn, other.endColumn) - left, height: min(endRow, other.endRow) - top)
  }

  /// The rectangle without `columns` on the left and right and `rows` at the top and bottom.
  package func inset(columns: Int = 1, rows: Int = 1) -> Rect {
    Rect(
      column: column + Rect.clamp(columns), row: row + Rect.clamp(rows),
      width: width - 2 * Rect.clamp(columns), height: height - 2 * Rect.clamp(rows))
  }

  /// A rectangle of the given extent in the middle of this one, no larger than it.
  package func centered(width wanted: Int, height wantedHeight: Int) -> Rect {
    let innerWidth = min(max(wanted, 0), width)
    let innerHeight = min(max(wantedHeight, 0), height)
    return Rect(
      column: column + (width - innerWidth) / 2, row: row + (height - innerHeight) / 2,
      width: innerWidth, height: innerHeight)
  }

  private static func clamp(_ value: Int) -> Int {
    min(max(value, -limit), limit)
  }
}
