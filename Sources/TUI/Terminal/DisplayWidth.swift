/// Columns that text takes on a terminal.
///
/// Widths agree with glibc's `wcwidth` in a UTF-8 locale, which ncurses asks; a test compares them.
package enum DisplayWidth {
  /// Columns of one scalar: 1, 2, or 0 for marks and formats that are not drawn by themselves.
  ///
  /// Control characters and scalars without a picture count 1: they are drawn as `?`.
  package static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return scalar.value == 0xAD ? 0 : 1 }
    if narrowDrawing.contains(scalar.value) { return 1 }
    if isRightHalfOfSyllable(scalar) { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return isWide(scalar) ? 2 : 1
    }
  }

  /// Columns of `text` when it is put into a grid.
  package static func of(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + of($1) }
  }

  /// The columns of a word that is cut inside rather than left out.
  private static let longWord = 12

  /// The beginning of `text` that fits into `columns`, cut at a word and with `…` at its end.
  ///
  /// A word of more than 12 columns is cut inside. Spaces at the end are no loss.
  package static func clip(_ text: String, to columns: Int) -> String {
    guard of(text) > columns else { return text }
    guard columns > 0 else { return "" }
    let scalars = text.unicodeScalars
    var end = scalars.startIndex
    var left = columns - 1
    while left >= of(scalars[end]) {
      left -= of(scalars[end])
      end = scalars.index(after: end)
    }
    guard scalars[end...].contains(where: { $0 != " " }) else {
      return String(scalars[..<end]) + String(repeating: " ", count: left + 1)
    }
    if scalars[end] != " ", let space = scalars[..<end].lastIndex(of: " "),
      scalars.distance(from: space, to: end) <= longWord
    {
      end = scalars.index(after: space)
    }
    return String(scalars[..<end]) + "…"
  }

  /// A name in `columns`: its beginning and its end, with `…` for the middle, since names of one
  /// kind begin alike.
  package static func elided(_ name: String, to columns: Int) -> String {
    guard of(name) > columns, columns > 2 else { return clip(name, to: columns) }
    func beginning(_ scalars: some Sequence<Unicode.Scalar>, _ columns: Int) -> [Unicode.Scalar] {
      var left = columns
      return scalars.prefix { scalar in
        left -= of(scalar)
        return left >= 0
      }
    }
    var view = String.UnicodeScalarView()
    view += beginning(name.unicodeScalars, columns / 2)
    view.append("…")
    view += beginning(name.unicodeScalars.reversed(), (columns - 1) / 2).reversed()
    return String(view)
  }

  /// Lines of at most `columns`, broken at spaces; a longer word has a line of its own.
  package static func wrapped(_ text: String, to columns: Int) -> [String] {
    guard of(text) > columns else { return text.isEmpty ? [] : [text] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, of(line) + 1 + of(String(word)) > columns {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// Pieces of text in lines of at most `columns`, broken where two spaces stand or, in what is longer
  /// than a line, at single ones; a longer word goes on in the next line.
  package static func wrapped(_ spans: [Span], to columns: Int) -> [[Span]] {
    guard spans.reduce(0, { $0 + of($1.text) }) > columns, columns > 0 else { return [spans] }
    let cells = spans.flatMap { span in span.text.unicodeScalars.map { ($0, span.style) } }
    var lines: [ArraySlice<(Unicode.Scalar, Style)>] = []
    var rest = cells[...]
    while !rest.isEmpty {
      var left = columns
      let fits = rest.prefix {
        left -= of($0.0)
        return left >= 0
      }
      var line = fits.isEmpty ? rest.prefix(1) : fits
      if line.endIndex < rest.endIndex {
        let spaces = (line.startIndex...line.endIndex).dropFirst().filter { rest[$0].0 == " " }
        // Not where a line would be left with little.
        let least = line.startIndex + line.count / 4
        let pairs = spaces.filter { $0 > least && rest[$0 - 1].0 == " " }
        line = rest[..<(pairs.last ?? spaces.last ?? line.endIndex)]
        while line.last?.0 == " ", line.count > 1 { line.removeLast() }
      }
      rest = rest[line.endIndex...].drop { $0.0 == " " }
      lines.append(line)
    }
    return lines.map { line in
      line.reduce(into: [Span]()) { spans, cell in
        if spans.last?.style != cell.1 { spans.append(Span("", cell.1)) }
        spans[spans.count - 1].text.unicodeScalars.append(cell.0)
      }
    }
  }

  /// What is drawn for a scalar: itself, or `?` where a terminal could take it for a command.
  static func drawable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.value < 0x7F { return scalar.value < 0x20 ? "?" : scalar }
    if narrowDrawing.contains(scalar.value) { return scalar }
    switch scalar.properties.generalCategory {
    case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
      return "?"
    default: return scalar
    }
  }

  /// Lines, blocks and shapes, which most of a screen consists of: all drawn, all of one column.
  private static let narrowDrawing: ClosedRange<UInt32> = 0x2500...0x25FC

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    var low = 0
    var high = WideScalars.ranges.count
    while low < high {
      let middle = (low + high) / 2
      if WideScalars.ranges[middle].upperBound < scalar.value {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < WideScalars.ranges.count && WideScalars.ranges[low].contains(scalar.value)
  }

  /// Hangul vowels and finals, which join the consonant before them.
  private static func isRightHalfOfSyllable(_ scalar: Unicode.Scalar) -> Bool {
    (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FF).contains(scalar.value)
  }
}
