/// Neighbouring cells of one row that changed.
package struct ChangedRun: Hashable, Sendable {
  /// The row.
  package let row: Int
  /// The columns, never starting or ending inside a wide glyph.
  package let columns: Range<Int>

  /// Creates a run.
  package init(row: Int, columns: Range<Int>) {
    self.row = row
    self.columns = columns
  }
}

extension Grid {
  /// The runs to draw over `old` so that the screen shows this grid, in reading order.
  ///
  /// Every row is one run when the sizes differ.
  package func changes(since old: Grid) -> [ChangedRun] {
    guard old.size == size else {
      return (0..<size.rows).map { ChangedRun(row: $0, columns: 0..<size.columns) }
    }
    var runs: [ChangedRun] = []
    for row in 0..<size.rows {
      let offset = row * size.columns
      var column = 0
      while column < size.columns {
        guard cells[offset + column] != old.cells[offset + column] else {
          column += 1
          continue
        }
        var start = column
        while start > 0, cells[offset + start].isRightHalf { start -= 1 }
        while column < size.columns,
          cells[offset + column] != old.cells[offset + column] || cells[offset + column].isRightHalf
        {
          column += 1
        }
        runs.append(ChangedRun(row: row, columns: start..<column))
      }
    }
    return runs
  }
}

extension [ChangedRun] {
  /// The runs with those of a row made one where a few blanks are all that parts them.
  ///
  /// Curses writes over so small a gap anyhow, and would change colours for what nobody sees.
  package func joinedOverBlanks(in grid: Grid) -> [ChangedRun] {
    var joined: [ChangedRun] = []
    for run in self {
      if let last = joined.last, last.row == run.row,
        run.columns.lowerBound - last.columns.upperBound <= Self.smallGap,
        (last.columns.upperBound..<run.columns.lowerBound)
          .allSatisfy({ grid[column: $0, row: run.row]?.isBlank ?? false })
      {
        let columns = last.columns.lowerBound..<run.columns.upperBound
        joined[joined.count - 1] = ChangedRun(row: run.row, columns: columns)
      } else {
        joined.append(run)
      }
    }
    return joined
  }

  /// Columns that are as cheap to write as to jump over.
  private static var smallGap: Int { 6 }
}
