extension Grid {
  /// Columns below which what stands before leaves no room but for the sign that something is cut.
  private static let ellipsisRoom = 3

  /// Writes text from left to right and returns the column after it.
  ///
  /// Control characters become `?`, combining marks are left out, and nothing is wrapped.
  /// What does not fit into `width` columns, or goes beyond the clip, is cut at a word with `…`.
  @discardableResult
  package mutating func put(
    _ text: String, at column: Int, _ row: Int, _ style: Style, width: Int = Size.limit
  ) -> Int {
    var next = min(max(column, -Rect.limit), Rect.limit)
    let end = self.end(of: width, from: next)
    for scalar in DisplayWidth.clip(text, to: end - next).unicodeScalars {
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
    let end = self.end(of: width, from: next)
    for span in spans {
      let room = end - next
      guard DisplayWidth.of(span.text) > room else {
        next = put(span.text, at: next, row, span.style)
        continue
      }
      // What stands before leaves no doubt what the sign means.
      let isLittle = room < Grid.ellipsisRoom && span.text.contains { $0 != " " }
      return put(isLittle ? "…" : span.text, at: next, row, span.style, width: room)
    }
    return next
  }

  /// Underlines a word, given in small letters, wherever a rectangle shows it in small or large ones.
  package mutating func mark(_ word: String, in rect: Rect) {
    let wanted = Array(word.unicodeScalars)
    guard let first = wanted.first else { return }
    func isSame(_ scalar: Unicode.Scalar, _ other: Unicode.Scalar) -> Bool {
      scalar == other || ("A"..."Z").contains(scalar) && scalar.value + 32 == other.value
    }
    for row in rect.rows {
      let cells = Array(self.row(row))
      for column in rect.columns.clamped(to: cells.indices)
      where isSame(cells[column].glyph, first) && column + wanted.count <= rect.endColumn {
        let found = cells.dropFirst(column).prefix(wanted.count)
        guard zip(found, wanted).allSatisfy({ isSame($0.glyph, $1) }), found.count == wanted.count
        else { continue }
        restyle(Rect(column: column, row: row, width: wanted.count, height: 1)) {
          $0.adding(.underline)
        }
      }
    }
  }

  /// The column before which text must end: that of its width, and no place that nobody sees.
  private func end(of width: Int, from column: Int) -> Int {
    min(column + min(max(width, 0), Rect.limit), max(column, clip.endColumn))
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
