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

  /// The longest beginning of `text` that fits into `columns`, with `…` in the last when cut.
  package static func clip(_ text: String, to columns: Int) -> String {
    guard of(text) > columns else { return text }
    guard columns > 0 else { return "" }
    var clipped = String.UnicodeScalarView()
    var left = columns - 1
    for scalar in text.unicodeScalars {
      left -= of(scalar)
      if left < 0 { break }
      clipped.append(scalar)
    }
    clipped.append("…")
    return String(clipped)
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
