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

  /// Draws the rows, labels dim, values from `valueColumn` on; odd rows go to a second column of
  /// facts when there is room for all.
  func draw(_ scene: Scene, in body: Rect, valueColumn: Int = 13, into grid: inout Grid) {
    for (offset, row) in rows.enumerated() where offset < body.height {
      grid.put(row.label, at: body.column, body.row + offset, scene.theme[.dim])
      grid.put(
        row.value, at: body.column + valueColumn, body.row + offset,
        width: max(0, body.width - valueColumn))
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

  /// Draws titles and rows; the selected row stays in sight and has a mark and a ground.
  func draw(_ scene: Scene, in body: Rect, selected: Int? = nil, into grid: inout Grid) {
    let shown = shownColumns(width: body.width - 2)
    drawLine(
      columns.map { Span($0.title, scene.theme[.dim]) }, shown, at: body.column + 2, body.row,
      into: &grid)
    let room = body.height - 1
    let first = Table.firstRow(of: rows.count, in: body, selected: selected)
    for offset in 0..<max(0, min(room, rows.count - first)) {
      let index = first + offset
      let row = body.row + 1 + offset
      drawLine(rows[index], shown, at: body.column + 2, row, into: &grid)
      guard index == selected else { continue }
      grid.put("▸", at: body.column, row, scene.theme[.key])
      grid.select(
        Rect(column: body.column + 1, row: row, width: body.width - 1, height: 1),
        scene.theme[.selected])
    }
  }

  /// The first row in sight, so that the selected one is among them.
  static func firstRow(of count: Int, in body: Rect, selected: Int?) -> Int {
    let room = body.height - 1
    return selected.map { max(0, min($0 - room / 2, count - room)) } ?? 0
  }

  /// The row of a table that stands at a row of the screen; `nil` where none does.
  static func row(at row: Int, of count: Int, in body: Rect, selected: Int?) -> Int? {
    let offset = row - body.row - 1
    let index = firstRow(of: count, in: body, selected: selected) + offset
    return offset >= 0 && index < count ? index : nil
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
