extension Cell {
  /// Whether the cell is a part of a word or number.
  fileprivate var isWord: Bool {
    switch glyph {
    case "a"..."z", "A"..."Z", "0"..."9": true
    default: false
    }
  }
}

/// A screenful of cells: what every panel draws into and what every driver and picture is made of.
///
/// Writing outside the current clip does nothing, so no size and no coordinate ever traps.
package struct Grid: Hashable, Sendable {
  /// Columns and rows.
  package let size: Size
  /// The rectangle that writing is confined to, the whole grid at first.
  package private(set) var clip: Rect
  /// All cells, row by row.
  package private(set) var cells: [Cell]
  /// Cells whose letter or digit gave way to another glyph, by their index; `nil` while nobody counts.
  ///
  /// Lines may cross and bars may cover a grid; a word that is written over is a mistake of the layout.
  package private(set) var overwritten: Set<Int>?

  /// Creates a grid of spaces in `style`.
  package init(_ size: Size, _ style: Style = .plain) {
    self.size = size
    clip = Rect(size)
    cells = Array(repeating: Cell(" ", style), count: size.columns * size.rows)
  }

  /// The rectangle of the whole grid.
  package var bounds: Rect { Rect(size) }

  /// The cell at a place, `nil` outside the grid.
  package subscript(column column: Int, row row: Int) -> Cell? {
    bounds.contains(column: column, row: row) ? cells[row * size.columns + column] : nil
  }

  /// The cells of one row, none outside the grid.
  package func row(_ row: Int) -> ArraySlice<Cell> {
    guard (0..<size.rows).contains(row) else { return [] }
    return cells[row * size.columns..<(row + 1) * size.columns]
  }

  /// The glyphs of each row as text, as wide as the grid.
  package var lines: [String] {
    (0..<size.rows).map { index in
      var line = String.UnicodeScalarView()
      for cell in row(index) where !cell.isRightHalf { line.append(cell.glyph) }
      return String(line)
    }
  }

  /// Counts from here on which words are written over.
  package mutating func countOverwriting() { overwritten = [] }

  /// Runs `body` with writing confined to what `rect` and the current clip share.
  package mutating func clipped(to rect: Rect, _ body: (inout Grid) -> Void) {
    let outer = clip
    clip = outer.intersection(rect)
    body(&self)
    clip = outer
  }

  /// Writes one cell, and blanks the other half of any wide glyph that it cuts.
  package mutating func put(_ cell: Cell, at column: Int, _ row: Int) {
    guard clip.contains(column: column, row: row) else { return }
    guard cell.width == 2 else { return store(cell, column, row) }
    guard clip.contains(column: column + 1, row: row) else {
      return store(Cell(" ", cell.style), column, row)
    }
    store(cell, column, row)
    store(.rightHalf(cell.style), column + 1, row)
  }

  /// Fills a rectangle with `glyph` in `style`.
  package mutating func fill(_ rect: Rect, _ glyph: Unicode.Scalar = " ", _ style: Style) {
    let cell = Cell(glyph, style)
    let area = rect.intersection(clip)
    for row in area.rows {
      for column in stride(from: area.column, to: area.endColumn, by: Int(cell.width)) {
        put(cell, at: column, row)
      }
    }
  }

  /// Changes the style of what a rectangle shows and keeps its glyphs.
  package mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
    let area = rect.intersection(clip)
    for row in area.rows {
      for column in area.columns {
        let index = row * size.columns + column
        cells[index] = cells[index].restyled(change(cells[index].style))
      }
    }
  }

  /// The grid without what nobody can see, so that equal pictures are equal grids.
  package var seen: Grid { mapped(\.seen) }

  /// Every cell replaced by `change`, which answers for whole glyphs.
  func mapped(_ change: (Cell) -> Cell) -> Grid {
    var grid = self
    grid.cells = cells.map(change)
    return grid
  }

  private mutating func store(_ cell: Cell, _ column: Int, _ row: Int) {
    let index = row * size.columns + column
    let old = cells[index]
    if overwritten != nil, old.isWord, !cell.isBlank, cell.glyph != old.glyph {
      overwritten?.insert(index)
    }
    if old.width == 2, column + 1 < size.columns {
      cells[index + 1] = Cell(" ", cells[index + 1].style)
    }
    if old.isRightHalf, !cell.isRightHalf, column > 0 {
      cells[index - 1] = Cell(" ", cells[index - 1].style)
    }
    cells[index] = cell
  }
}
