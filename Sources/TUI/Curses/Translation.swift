internal import CCurses
internal import Terminal

/// Cells as curses takes them, with styles reduced once and not for each cell.
struct StyleTable {
  private var known: [Style: terminal_cell] = [:]

  mutating func terminalCell(
    _ cell: Cell, in style: Style, depth: ColorDepth
  ) -> terminal_cell {
    var translated = known[style] ?? remember(style, depth)
    translated.glyph = cell.glyph.value
    translated.width = cell.width
    return translated
  }

  private mutating func remember(_ style: Style, _ depth: ColorDepth) -> terminal_cell {
    // A theme has some forty styles; themes that come and go must not add up.
    if known.count > 4_096 { known.removeAll() }
    let reduced = style.reduced(to: depth)
    let translated = terminal_cell(
      glyph: 0, foreground: reduced.foreground.number, background: reduced.background.number,
      attributes: reduced.attributes.rawValue, width: 0)
    known[style] = translated
    return translated
  }
}

extension Color {
  /// The number of the C face.
  fileprivate var number: Int32 {
    switch kind {
    case .terminalDefault: -1
    case .palette(let index): Int32(index)
    case .rgb: Int32(TERMINAL_RGB) | Int32(hexadecimal ?? 0)
    }
  }

  /// The colour of a number that curses gave back.
  fileprivate init(number: Int32) {
    switch number {
    case ..<0: self = .terminalDefault
    case ..<256: self = .palette(UInt8(number))
    default: self = .rgb(UInt32(number))
    }
  }
}

extension Style {
  /// Whether a space in this style shows nothing but that ground.
  func isBlank(on background: Color) -> Bool {
    self.background == background && attributes.isDisjoint(with: [.underline, .reverse])
  }

  /// The style of a cell that curses gave back.
  init(_ cell: terminal_cell) {
    self.init(
      Color(number: cell.foreground), on: Color(number: cell.background),
      Attributes(rawValue: cell.attributes))
  }
}
