import Terminal

/// Reads escape sequences of styles back into cells: a second opinion on what a terminal shows.
enum StyledText {
  static func parse(_ text: String, size: Size) -> Grid {
    var grid = Grid(size)
    var style = Style.plain
    for (row, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var column = 0
      var rest = Substring(line)
      while let character = rest.unicodeScalars.first {
        if character == "\u{1B}", let end = rest.firstIndex(of: "m") {
          apply(rest[rest.index(rest.startIndex, offsetBy: 2)..<end], to: &style)
          rest = rest[rest.index(after: end)...]
        } else {
          rest = Substring(rest.unicodeScalars.dropFirst())
          grid.put(Cell(character, style), at: column, row)
          column += DisplayWidth.of(character)
        }
      }
    }
    return grid
  }

  private static func apply(_ parameters: Substring, to style: inout Style) {
    var codes = parameters.split(separator: ";", omittingEmptySubsequences: false)
      .map { Int($0) ?? 0 }[...]
    while let code = codes.popFirst() {
      switch code {
      case 0: style = .plain
      case 1: style.attributes.insert(.bold)
      case 2: style.attributes.insert(.dim)
      case 3: style.attributes.insert(.italic)
      case 4: style.attributes.insert(.underline)
      case 7: style.attributes.insert(.reverse)
      case 30...37: style.foreground = .palette(UInt8(code - 30))
      case 90...97: style.foreground = .palette(UInt8(code - 90 + 8))
      case 40...47: style.background = .palette(UInt8(code - 40))
      case 100...107: style.background = .palette(UInt8(code - 100 + 8))
      case 38: style.foreground = color(&codes)
      case 39: style.foreground = .terminalDefault
      case 48: style.background = color(&codes)
      case 49: style.background = .terminalDefault
      default: break
      }
    }
  }

  private static func color(_ codes: inout ArraySlice<Int>) -> Color {
    switch codes.popFirst() {
    case 5: return .palette(UInt8(clamping: codes.popFirst() ?? 0))
    case 2:
      let bytes = (0..<3).map { _ in UInt8(clamping: codes.popFirst() ?? 0) }
      return .rgb(red: bytes[0], green: bytes[1], blue: bytes[2])
    default: return .terminalDefault
    }
  }
}
