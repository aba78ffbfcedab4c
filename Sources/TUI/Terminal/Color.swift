/// A colour as a terminal takes it: its own default, an index of its palette, or red, green and blue.
package struct Color: Hashable, Sendable, BitwiseCopyable {
  /// What a colour can be, for exhaustive switches.
  package enum Kind: Hashable, Sendable {
    /// The terminal's own foreground or background, also a transparent one.
    case terminalDefault
    /// An index into the terminal's 256 colours; the first 16 are the user's own.
    case palette(UInt8)
    /// Eight bits each of red, green and blue.
    case rgb(red: UInt8, green: UInt8, blue: UInt8)
  }

  /// The terminal's own colour.
  package static let terminalDefault = Color(packed: 0)

  /// Kind in the top byte, value below: four bytes keep a cell at sixteen.
  private let packed: UInt32

  private init(packed: UInt32) {
    self.packed = packed
  }

  /// The palette colour at `index`.
  package static func palette(_ index: UInt8) -> Color {
    Color(packed: 1 << 24 | UInt32(index))
  }

  /// The colour of the low 24 bits of `hexadecimal`, written `0xRRGGBB`.
  package static func rgb(_ hexadecimal: UInt32) -> Color {
    Color(packed: 2 << 24 | hexadecimal & 0xFF_FFFF)
  }

  /// The colour of three bytes.
  package static func rgb(red: UInt8, green: UInt8, blue: UInt8) -> Color {
    rgb(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue))
  }

  /// What the colour is.
  package var kind: Kind {
    switch packed >> 24 {
    case 0: .terminalDefault
    case 1: .palette(UInt8(truncatingIfNeeded: packed))
    default:
      .rgb(
        red: UInt8(truncatingIfNeeded: packed >> 16), green: UInt8(truncatingIfNeeded: packed >> 8),
        blue: UInt8(truncatingIfNeeded: packed))
    }
  }

  /// Red, green and blue as `0xRRGGBB`, with xterm's values for the palette; `nil` for the default.
  package var hexadecimal: UInt32? {
    switch kind {
    case .terminalDefault: nil
    case .palette(let index): XtermPalette.hexadecimal[Int(index)]
    case .rgb: packed & 0xFF_FFFF
    }
  }
}

/// How many colours a terminal can show, least first.
package enum ColorDepth: Int, CaseIterable, Comparable, Sendable {
  /// No colours: only bold, dim, underline and reverse tell things apart.
  case none
  /// The user's own eight, the first half of the sixteen.
  case ansi8
  /// The user's own sixteen.
  case ansi16
  /// The 256 of xterm.
  case palette256
  /// Any red, green and blue.
  case trueColor

  package static func < (left: ColorDepth, right: ColorDepth) -> Bool {
    left.rawValue < right.rawValue
  }
}
