/// What a terminal answers to a question of ours.
///
/// An answer may come at any time, or never, and anybody can type one: it decides about looks only.
package enum TerminalAnswer: Hashable, Sendable {
  /// The colour of its ground, to OSC 11.
  case ground(Color)
  /// The place of its cursor, from 0, to DSR 6.
  case cursor(column: Int, row: Int)
  /// What it can, to DA 1, which every terminal answers: what was asked before and has no answer will
  /// have none. Clipboards are told by few of the terminals that have one.
  case kind(hasClipboard: Bool)

  /// Reads the parameters of a control sequence: `24;80` and `R`, or `?62;22` and `c`.
  init?(parameters: [UInt8], final: UInt8) {
    switch final {
    case UInt8(ascii: "c") where parameters.first == UInt8(ascii: "?"):
      let extensions = parameters.dropFirst().split(separator: UInt8(ascii: ";"))
      self = .kind(hasClipboard: extensions.contains { InputParser.number($0) == 52 })
    case UInt8(ascii: "R"):
      let numbers = parameters.split(separator: UInt8(ascii: ";")).map(InputParser.number)
      guard numbers.count == 2, let row = numbers[0], let column = numbers[1], row > 0, column > 0
      else { return nil }
      self = .cursor(column: column - 1, row: row - 1)
    default: return nil
    }
  }

  /// Reads the text of an operating system command: `11;rgb:ffff/ffff/ffff`, with 1 to 4 digits each.
  init?(text: [UInt8]) {
    let text = String(decoding: text, as: UTF8.self)
    guard let colon = text.firstIndex(of: ":"), ["11;rgb", "11;rgba"].contains(text[..<colon])
    else { return nil }
    let parts = text[text.index(after: colon)...].split(separator: "/")
    let bytes = parts.prefix(3).compactMap { part -> UInt8? in
      guard (1...4).contains(part.count), let value = UInt32(part, radix: 16) else { return nil }
      return UInt8(value * 255 / (1 << (4 * UInt32(part.count)) - 1))
    }
    guard bytes.count == 3, parts.count <= 4 else { return nil }
    self = .ground(.rgb(red: bytes[0], green: bytes[1], blue: bytes[2]))
  }
}
