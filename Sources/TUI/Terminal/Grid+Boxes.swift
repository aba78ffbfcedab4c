extension Grid {
  /// Draws a border with a title at its left and a note at its right; the note yields first.
  ///
  /// A rectangle below two by two draws nothing.
  package mutating func box(
    _ rect: Rect, _ style: Style, title: [Span] = [], note: [Span] = []
  ) {
    guard rect.width >= 2, rect.height >= 2 else { return }
    let right = rect.endColumn - 1
    let bottom = rect.endRow - 1
    line(from: rect.column + 1, to: right, row: rect.row, style)
    line(from: rect.column + 1, to: right, row: bottom, style)
    for row in rect.row + 1..<bottom {
      put("│", at: rect.column, row, style)
      put("│", at: right, row, style)
    }
    put("┌", at: rect.column, rect.row, style)
    put("┐", at: right, rect.row, style)
    put("└", at: rect.column, bottom, style)
    put("┘", at: right, bottom, style)
    let end = putOnBorder(title, from: rect.column + 2, to: right - 1, row: rect.row, style)
    let noteStart = right - note.reduce(2) { $0 + DisplayWidth.of($1.text) }
    if noteStart > end { putOnBorder(note, from: noteStart, to: right, row: rect.row, style) }
  }

  /// Draws a horizontal line over `start..<end`.
  package mutating func line(from start: Int, to end: Int, row: Int, _ style: Style) {
    fill(Rect(column: start, row: row, width: end - start, height: 1), "─", style)
  }

  /// Writes spans with a space on either side over a border and returns the column after them.
  @discardableResult
  private mutating func putOnBorder(
    _ spans: [Span], from start: Int, to end: Int, row: Int, _ style: Style
  ) -> Int {
    guard !spans.isEmpty, end - start > 2 else { return start }
    put(" ", at: start, row, style)
    let next = put(spans, at: start + 1, row, width: end - start - 2)
    return put(" ", at: next, row, style)
  }
}
