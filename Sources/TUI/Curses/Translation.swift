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
    // A theme has some forty styles; gradients and themes that come and go must not add up.
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

extension InputEvent {
  /// The event of a key that curses gave; `nil` for one without a meaning here.
  init?(_ key: terminal_key) {
    switch key.kind {
    case TERMINAL_PRESS, TERMINAL_WHEEL_UP, TERMINAL_WHEEL_DOWN:
      let button: MouseEvent.Button =
        switch key.kind {
        case TERMINAL_PRESS: .press
        case TERMINAL_WHEEL_UP: .wheelUp
        default: .wheelDown
        }
      self = .mouse(MouseEvent(button, column: Int(key.column), row: Int(key.row)))
    case TERMINAL_FUNCTION: self = .key(.function(Int(key.code)))
    case TERMINAL_CHARACTER:
      guard let key = Key(scalarValue: key.code) else { return nil }
      self = .key(key)
    default:
      guard let named = InputEvent.named[key.kind.rawValue] else { return nil }
      self = .key(named)
    }
  }

  private static let named: [UInt32: Key] = [
    TERMINAL_UP.rawValue: .up, TERMINAL_DOWN.rawValue: .down, TERMINAL_LEFT.rawValue: .left,
    TERMINAL_RIGHT.rawValue: .right, TERMINAL_PAGE_UP.rawValue: .pageUp,
    TERMINAL_PAGE_DOWN.rawValue: .pageDown, TERMINAL_HOME.rawValue: .home,
    TERMINAL_END.rawValue: .end, TERMINAL_DELETE.rawValue: .delete,
    TERMINAL_BACKSPACE.rawValue: .backspace, TERMINAL_BACK_TAB.rawValue: .backTab,
    TERMINAL_ENTER.rawValue: .enter,
  ]
}

extension Key {
  /// The key of a character that the terminal sent.
  init?(scalarValue: UInt32) {
    switch scalarValue {
    case 9: self = .tab
    case 10, 13: self = .enter
    case 27: self = .escape
    case 8, 127: self = .backspace
    case 1...26:
      guard let letter = Unicode.Scalar(scalarValue + 96) else { return nil }
      self = .control(Character(letter))
    case 0..<32: return nil
    default:
      guard let scalar = Unicode.Scalar(scalarValue) else { return nil }
      self = .character(Character(scalar))
    }
  }
}
