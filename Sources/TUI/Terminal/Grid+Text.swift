extension Grid {
  /// Writes text from left to right and returns the column after it.
  ///
  /// Control characters become `?`, combining marks are left out, and nothing is wrapped.
  /// What does not fit into `width` columns is cut.
  @discardableResult
  package mutating func put(
    _ text: String, at column: Int, _ row: Int, _ style: Style, width: Int = Size.limit
  ) -> Int {
    var next = min(max(column, -Rect.limit), Rect.limit)
    let end = next + min(max(width, 0), Rect.limit)
    for scalar in text.unicodeScalars {
      let glyph = DisplayWidth.drawable(scalar)
      let glyphWidth = DisplayWidth.of(glyph)
      if glyphWidth == 0 { continue }
      if next + glyphWidth > end || next > Rect.limit { break }
      if glyphWidth == 2, next == clip.column - 1 {
        put(Cell(" ", style), at: clip.column, row)
      }
      put(Cell(glyph, style), at: next, row)
      next += glyphWidth
    }
    return next
  }

  /// Writes pieces of text one after the other and returns the column after them.
  @discardableResult
  package mutating func put(
    _ spans: [Span], at column: Int, _ row: Int, width: Int = Size.limit
  ) -> Int {
    var next = min(max(column, -Rect.limit), Rect.limit)
    let end = next + min(max(width, 0), Rect.limit)
    for span in spans {
      next = put(span.text, at: next, row, span.style, width: end - next)
    }
    return next
  }

  /// Writes text that ends before `endColumn`, as numbers do, so that `9` to `10` moves nothing else.
  package mutating func put(_ text: String, endingAt endColumn: Int, _ row: Int, _ style: Style) {
    put(text, at: min(max(endColumn, -Rect.limit), Rect.limit) - DisplayWidth.of(text), row, style)
  }

  /// Writes pieces of text that end before `endColumn`.
  package mutating func put(_ spans: [Span], endingAt endColumn: Int, _ row: Int) {
    let width = spans.reduce(0) { $0 + DisplayWidth.of($1.text) }
    put(spans, at: min(max(endColumn, -Rect.limit), Rect.limit) - width, row)
  }
}
