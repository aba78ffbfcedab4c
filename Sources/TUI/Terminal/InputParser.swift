/// Turns the bytes that a terminal sends into keys, clicks, pastes and answers.
///
/// A control sequence is swallowed whole, known or not, so that no part of it counts as a key.
/// Time is an argument: an escape that nothing follows is the Escape key, and a sequence that
/// breaks off is dropped.
package struct InputParser: Sendable {
  /// Milliseconds after which an escape that stands alone is the Escape key.
  package static let escapeMilliseconds: UInt64 = 25
  /// Milliseconds in which `[` or `O` still belong to the escape before them: a busy connection may
  /// cut a sequence in two.
  package static let sequenceMilliseconds: UInt64 = 100
  /// Milliseconds that a text without its end is waited for: an answer or a paste may come slowly.
  package static let textMilliseconds: UInt64 = 1_000
  /// Bytes of a paste that are kept; the first ones, for a prompt takes far fewer.
  package static let pasteLimit = 4_096
  /// Bytes of the parameters of a sequence, or of a text, that are kept; longer ones are known to nobody.
  static let parameterLimit = 32

  private enum State: Hashable {
    case ground
    /// After an escape; `isSpent` once it was told as the Escape key.
    case escape(isSpent: Bool)
    /// After an escape and intermediate bytes: one byte ends it.
    case escapeIntermediate
    case controlSequence
    /// After `ESC [ [`, the function keys of the Linux console: one byte ends it.
    case consoleFunction
    /// After `ESC O`: one byte ends it.
    case singleShift
    /// The bytes that follow the old report of the mouse, `ESC [ M`.
    case oldMouse(left: Int)
    /// A text for the terminal's own use (OSC, DCS, SOS, PM, APC) that ends by `ESC \`, an OSC also by
    /// BEL.
    case text(endsByBell: Bool, isEscaped: Bool)
    /// Between the marks of a bracketed paste.
    case paste
  }

  private var state = State.ground
  /// The parameters and intermediates of the current control sequence, or the current text.
  private var parameters: [UInt8] = []
  private var pasted: [UInt8] = []
  /// How much of the mark that ends a paste has just been seen.
  private var endMarkCount = 0
  private var characters = ScalarDecoder()
  private var newestMilliseconds: UInt64 = 0

  /// Creates a parser that has seen nothing.
  package init() {}

  /// When ``expire(at:)`` must be called if nothing comes until then.
  package var deadline: UInt64? {
    waitMilliseconds.map { newestMilliseconds + $0 }
  }

  private var waitMilliseconds: UInt64? {
    switch state {
    case .ground: nil
    case .escape(isSpent: false): Self.escapeMilliseconds
    case .escape(isSpent: true), .escapeIntermediate, .controlSequence, .consoleFunction,
      .singleShift, .oldMouse:
      Self.sequenceMilliseconds
    case .text, .paste: Self.textMilliseconds
    }
  }

  /// Takes bytes in, in the order in which they came, at a time of a clock that never steps.
  package mutating func add(_ bytes: [UInt8], at milliseconds: UInt64) -> [InputEvent] {
    var events = expire(at: milliseconds)
    newestMilliseconds = milliseconds
    for byte in bytes {
      if let event = take(byte) { events.append(event) }
    }
    return events
  }

  /// Ends what has waited too long for its next byte.
  package mutating func expire(at milliseconds: UInt64) -> [InputEvent] {
    var events: [InputEvent] = []
    while let deadline, milliseconds >= deadline {
      switch state {
      case .escape(isSpent: false):
        state = .escape(isSpent: true)
        events.append(.key(.escape))
      case .paste: events.append(endPaste())
      case .ground, .escape, .escapeIntermediate, .controlSequence, .consoleFunction, .singleShift,
        .oldMouse, .text:
        state = .ground
      }
    }
    return events
  }

  private mutating func take(_ byte: UInt8) -> InputEvent? {
    switch state {
    case .ground: return takeGround(byte)
    case .escape(let isSpent): return takeAfterEscape(byte, isSpent: isSpent)
    case .escapeIntermediate:
      if !(0x20...0x2F).contains(byte) { state = .ground }
    case .controlSequence: return takeControl(byte)
    case .consoleFunction:
      state = .ground
      return (0x41...0x45).contains(byte) ? .key(.function(Int(byte) - 0x40)) : nil
    case .singleShift:
      state = .ground
      return Self.shifted[byte].map(InputEvent.key)
    case .oldMouse(let left): state = left > 1 ? .oldMouse(left: left - 1) : .ground
    case .text(let endsByBell, let isEscaped):
      return takeText(byte, endsByBell: endsByBell, isEscaped: isEscaped)
    case .paste: return takePasted(byte)
    }
    return nil
  }

  private mutating func takeGround(_ byte: UInt8) -> InputEvent? {
    guard let scalar = characters.add(byte) else { return nil }
    switch scalar.value {
    case 0x1B: state = .escape(isSpent: false)
    // The same introducers in one character, as some terminals and recordings send them.
    case 0x80...0x9F: begin(UInt8(scalar.value - 0x40))
    default: return Key(scalar).map(InputEvent.key)
    }
    return nil
  }

  private mutating func takeAfterEscape(_ byte: UInt8, isSpent: Bool) -> InputEvent? {
    switch byte {
    case 0x1B:
      state = .escape(isSpent: false)
      return isSpent ? nil : .key(.escape)
    case UInt8(ascii: "["), UInt8(ascii: "O"): begin(byte)
    // The person pressed Escape, and then this key.
    case _ where isSpent:
      state = .ground
      return takeGround(byte)
    case 0x20...0x2F: state = .escapeIntermediate
    // Alt with a key, or a string: never the key alone.
    default: begin(byte)
    }
    return nil
  }

  /// Begins what an escape and this byte introduce.
  private mutating func begin(_ introducer: UInt8) {
    parameters.removeAll(keepingCapacity: true)
    switch introducer {
    case UInt8(ascii: "["): state = .controlSequence
    case UInt8(ascii: "O"): state = .singleShift
    case UInt8(ascii: "]"): state = .text(endsByBell: true, isEscaped: false)
    case UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
      state = .text(endsByBell: false, isEscaped: false)
    default: state = .ground
    }
  }

  private mutating func takeControl(_ byte: UInt8) -> InputEvent? {
    switch byte {
    case 0x1B: state = .escape(isSpent: false)
    case 0x18, 0x1A: state = .ground
    case UInt8(ascii: "[") where parameters.isEmpty: state = .consoleFunction
    case 0x20...0x3F:
      keep(byte)
    case 0x40...0x7E:
      state = .ground
      return endControl(byte)
    default: break
    }
    return nil
  }

  private mutating func keep(_ byte: UInt8) {
    // One byte too many is kept, so that what was cut is never mistaken for something known.
    if parameters.count <= Self.parameterLimit { parameters.append(byte) }
  }

  private mutating func endControl(_ final: UInt8) -> InputEvent? {
    if parameters.isEmpty {
      if final == UInt8(ascii: "M") { state = .oldMouse(left: 3) }
      if final == UInt8(ascii: "Z") { return .key(.backTab) }
      return Self.arrows[final].map(InputEvent.key)
    }
    if parameters.first == UInt8(ascii: "<") { return mouse(final) }
    if let answer = TerminalAnswer(parameters: parameters, final: final) { return .answer(answer) }
    guard final == UInt8(ascii: "~"), let number = Self.number(parameters[...]) else { return nil }
    if number == 200 {
      pasted.removeAll()
      endMarkCount = 0
      state = .paste
    }
    return Self.numbered[number].map(InputEvent.key)
  }

  /// A report of the mouse: `ESC [ < button ; column ; row` and `M` for a press.
  private func mouse(_ final: UInt8) -> InputEvent? {
    let fields = parameters.dropFirst()
      .split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(Self.number)
    guard fields.count == 3, final == UInt8(ascii: "M"),
      let button = fields[0], let column = fields[1], let row = fields[2], column > 0, row > 0
    else { return nil }
    let kinds: [Int: MouseEvent.Button] = [0: .press, 64: .wheelUp, 65: .wheelDown]
    return kinds[button].map { .mouse(MouseEvent($0, column: column - 1, row: row - 1)) }
  }

  private mutating func takeText(_ byte: UInt8, endsByBell: Bool, isEscaped: Bool) -> InputEvent? {
    switch byte {
    case 0x18, 0x1A: state = .ground
    case 0x07 where endsByBell, UInt8(ascii: "\\") where isEscaped:
      state = .ground
      return endsByBell ? TerminalAnswer(text: parameters).map(InputEvent.answer) : nil
    case 0x1B: state = .text(endsByBell: endsByBell, isEscaped: true)
    // Another sequence began: the text will never end.
    case UInt8(ascii: "[") where isEscaped, UInt8(ascii: "O") where isEscaped: begin(byte)
    default:
      keep(byte)
      state = .text(endsByBell: endsByBell, isEscaped: false)
    }
    return nil
  }

  private static let endMark = Array("\u{1B}[201~".utf8)

  private mutating func takePasted(_ byte: UInt8) -> InputEvent? {
    if pasted.count < Self.pasteLimit { pasted.append(byte) }
    endMarkCount =
      byte == Self.endMark[endMarkCount] ? endMarkCount + 1 : byte == Self.endMark[0] ? 1 : 0
    guard endMarkCount == Self.endMark.count else { return nil }
    return endPaste()
  }

  private mutating func endPaste() -> InputEvent {
    // A mark that the limit cut leaves a control character, which no prompt takes.
    if pasted.suffix(Self.endMark.count).elementsEqual(Self.endMark) {
      pasted.removeLast(Self.endMark.count)
    }
    state = .ground
    let text = String(decoding: pasted, as: UTF8.self)
    pasted.removeAll()
    return .paste(text)
  }

  static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...4).contains(digits.count) else { return nil }
    var number = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      number = number * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return number
  }
}

// The keys that act. Terminals differ in what they send for one key, never in what one sequence
// means, so one table serves all of them.
extension InputParser {
  private static let arrows: [UInt8: Key] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right,
    UInt8(ascii: "D"): .left, UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end,
  ]

  private static let shifted: [UInt8: Key] = arrows.merging([
    UInt8(ascii: "P"): .function(1), UInt8(ascii: "Q"): .function(2),
    UInt8(ascii: "R"): .function(3), UInt8(ascii: "S"): .function(4), UInt8(ascii: "M"): .enter,
  ]) { known, _ in known }

  private static let numbered: [Int: Key] = [
    1: .home, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
    17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
    23: .function(11), 24: .function(12),
  ]
}

/// UTF-8 byte by byte; what is no UTF-8 is dropped, but for the control characters of 8 bits.
private struct ScalarDecoder: Hashable {
  private var bytes: [UInt8] = []

  mutating func add(_ byte: UInt8) -> Unicode.Scalar? {
    guard byte >= 0x80 else {
      bytes.removeAll(keepingCapacity: true)
      return Unicode.Scalar(byte)
    }
    if byte >= 0xC0 { bytes.removeAll(keepingCapacity: true) }
    if bytes.isEmpty, byte < 0xC0 { return byte < 0xA0 ? Unicode.Scalar(byte) : nil }
    bytes.append(byte)
    guard bytes.count >= Self.length(of: bytes[0]) else { return nil }
    defer { bytes.removeAll(keepingCapacity: true) }
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return scalar
  }

  private static func length(of lead: UInt8) -> Int {
    lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
  }
}

extension Key {
  /// The key of a character that the terminal sent; `nil` for controls that no key has.
  ///
  /// `^C` and `^Z` never come as characters: the terminal makes signals of them.
  fileprivate init?(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 9: self = .tab
    case 10, 13: self = .enter
    case 8, 127: self = .backspace
    case 3, 26: return nil
    case 1...26: self = .control(Character(Unicode.Scalar(UInt8(scalar.value) + 96)))
    case 0..<32: return nil
    default: self = .character(Character(scalar))
    }
  }
}
