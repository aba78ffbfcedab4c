internal import Terminal
internal import Theme

/// Rows of label and value.
struct Facts {
  private(set) var rows: [(label: String, value: [Span])] = []

  mutating func add(_ label: String, _ value: Span...) {
    rows.append((label, value))
  }

  mutating func add(_ label: String, _ value: [Span]) {
    rows.append((label, value))
  }

  /// The rows as lines, labels dim, values from `valueColumn` on; what is too long goes on below.
  func lines(_ scene: Scene, width: Int, valueColumn: Int = 13) -> [[Span]] {
    rows.flatMap { row in
      DisplayWidth.wrapped(row.value, to: max(8, width - valueColumn)).enumerated().map {
        index, line in
        let label = index == 0 ? row.label : ""
        let gap = String(repeating: " ", count: max(0, valueColumn - DisplayWidth.of(label)))
        return [scene.span(label + gap, .dim)] + line
      }
    }
  }
}

/// A table whose less important columns yield when room ends.
struct Table {
  /// One column.
  struct Column {
    var title: String
    var width: Int
    var isNumber = false
    /// Whether the middle of a long text goes first, as of names that begin alike.
    var isName = false
    /// Columns with a higher number yield first.
    var rank = 0
  }

  var columns: [Column]
  /// The titles of columns that a person has left out.
  var hidden: Set<String> = []
  /// A span for each column.
  var rows: [[Span]] = []

  /// What stands in place of rows that a filter hides.
  static func drawNothing(_ scene: Scene, in body: Rect, into grid: inout Grid) {
    grid.put(
      "no row passes the filter; \(scene.key(.clearFilter)) clears it", at: body.column, body.row,
      scene.theme[.warning])
  }

  /// Draws titles and the rows in sight; the selected one has a mark and a ground.
  func draw(_ scene: Scene, in body: Rect, _ window: RowWindow = RowWindow(), into grid: inout Grid)
  {
    let shown = shownColumns(width: body.width - 2)
    drawLine(
      columns.map { Span($0.title, scene.theme[.dim]) }, shown, at: body.column + 2, body.row,
      into: &grid)
    for (offset, cells) in rows.dropFirst(window.first).prefix(max(0, body.height - 1)).enumerated()
    {
      let row = body.row + 1 + offset
      drawLine(cells, shown, at: body.column + 2, row, into: &grid)
      guard window.first + offset == window.selected else { continue }
      grid.put("▸", at: body.column, row, scene.theme[.key])
      grid.select(
        Rect(column: body.column + 1, row: row, width: body.width - 1, height: 1),
        scene.theme[.selected])
    }
  }

  /// The indices of the columns that nobody has hidden and that fit, in order: the first always, then
  /// those of lower rank first.
  private func shownColumns(width: Int) -> [Int] {
    var room = width + 2
    let wanted = columns.indices.filter { $0 == 0 || !hidden.contains(columns[$0].title) }
      .sorted { ($0 == 0 ? -1 : columns[$0].rank, $0) < ($1 == 0 ? -1 : columns[$1].rank, $1) }
    return wanted.filter { index in
      guard index == 0 || columns[index].width + 2 <= room else { return false }
      room -= columns[index].width + 2
      return true
    }.sorted()
  }

  private func drawLine(
    _ cells: [Span], _ shown: [Int], at start: Int, _ row: Int, into grid: inout Grid
  ) {
    var column = start
    for (position, index) in shown.enumerated() where index < cells.count {
      let cell = cells[index]
      let isLast = position == shown.count - 1
      if columns[index].isNumber {
        grid.put(cell.text, endingAt: column + columns[index].width, row, cell.style)
      } else {
        let width = isLast ? Size.limit : columns[index].width
        let text = columns[index].isName ? DisplayWidth.elided(cell.text, to: width) : cell.text
        grid.put(text, at: column, row, cell.style, width: width)
      }
      column += columns[index].width + 2
    }
  }
}
