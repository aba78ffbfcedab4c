/// A parsed JSON value whose integers are exact.
enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int128)
  case fraction(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

/// The members of one JSON object in their order, with the place where each was found.
struct JSONObject: Equatable, Sendable {
  struct Member: Equatable, Sendable {
    var key: String
    var value: JSONValue
    /// Bytes from the start of the line to the value.
    var offset: Int
  }

  var members: [Member]
  /// Bytes from the start of the line to the opening brace.
  var offset: Int

  /// The first member with this key.
  ///
  /// Linear: an event has a dozen fields at most.
  subscript(key: String) -> Member? {
    members.first { $0.key == key }
  }
}

extension JSONObject {
  /// Reads one line that is an object.
  init(line: some Collection<UInt8>) throws(EventDecodingError) {
    guard line.count <= TimedEvent.lineLimit else {
      throw EventDecodingError(offset: TimedEvent.lineLimit, problem: .lineTooLong)
    }
    let value = try Array(line).withUnsafeBufferPointer {
      bytes throws(EventDecodingError) in try JSONValue.parse(bytes)
    }
    guard case .object(let object) = value else {
      throw EventDecodingError(offset: 0, problem: .notAnObject)
    }
    self = object
  }
}

extension JSONValue {
  /// Levels of arrays and objects; an event needs four.
  static let depthLimit = 16

  /// Parses one JSON text that fills `bytes`.
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(EventDecodingError) -> JSONValue {
    var parser = JSONParser(bytes: bytes)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.offset == bytes.count else { throw parser.failure(.unexpectedByte) }
    return value
  }
}

private struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  var offset = 0

  init(bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  func failure(_ problem: EventDecodingError.Problem) -> EventDecodingError {
    EventDecodingError(offset: offset, problem: offset < bytes.count ? problem : .unexpectedEnd)
  }

  var current: UInt8? {
    offset < bytes.count ? bytes[offset] : nil
  }

  mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A {
      offset += 1
    }
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    offset += 1
    return true
  }

  mutating func value(depth: Int) throws(EventDecodingError) -> JSONValue {
    guard depth < JSONValue.depthLimit else { throw failure(.tooDeep) }
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  mutating func word(
    _ word: StaticString, _ value: JSONValue
  ) throws(EventDecodingError) -> JSONValue {
    for index in 0..<word.utf8CodeUnitCount {
      guard take(word.utf8Start[index]) else { throw failure(.unexpectedByte) }
    }
    return value
  }

  mutating func array(depth: Int) throws(EventDecodingError) -> [JSONValue] {
    offset += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return elements }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: "]")) { return elements }
      guard take(UInt8(ascii: ",")) else { throw failure(.unexpectedByte) }
    }
  }

  mutating func object(depth: Int) throws(EventDecodingError) -> JSONObject {
    var object = JSONObject(members: [], offset: offset)
    object.members.reserveCapacity(8)
    offset += 1
    skipSpace()
    if take(UInt8(ascii: "}")) { return object }
    while true {
      skipSpace()
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw failure(.unexpectedByte) }
      skipSpace()
      let start = offset
      let value = try value(depth: depth + 1)
      object.members.append(JSONObject.Member(key: key, value: value, offset: start))
      skipSpace()
      if take(UInt8(ascii: "}")) { return object }
      guard take(UInt8(ascii: ",")) else { throw failure(.unexpectedByte) }
    }
  }

  /// Integers keep every digit; a fraction or an exponent makes a `Double`.
  mutating func number() throws(EventDecodingError) -> JSONValue {
    let start = offset
    let negative = take(UInt8(ascii: "-"))
    var magnitude: UInt64 = 0
    var overflow = false
    let firstDigit = offset
    while let byte = current, byte >= 0x30, byte <= 0x39 {
      let (product, first) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.addingReportingOverflow(UInt64(byte - 0x30))
      overflow = overflow || first || second
      magnitude = sum
      offset += 1
    }
    guard offset > firstDigit else { throw failure(.unexpectedByte) }
    guard offset == firstDigit + 1 || bytes[firstDigit] != 0x30 else {
      throw EventDecodingError(offset: firstDigit, problem: .unexpectedByte)
    }
    if let byte = current, byte == 0x2E || byte == 0x65 || byte == 0x45 {
      return try fraction(from: start)
    }
    guard !overflow else { throw EventDecodingError(offset: start, problem: .numberOutOfRange) }
    return .integer(negative ? -Int128(magnitude) : Int128(magnitude))
  }

  mutating func fraction(from start: Int) throws(EventDecodingError) -> JSONValue {
    let allowed = Array("0123456789.eE+-".utf8)
    while let byte = current, allowed.contains(byte) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard let value = Double(text), value.isFinite, bytes[offset - 1] != 0x2E else {
      throw EventDecodingError(offset: start, problem: .numberOutOfRange)
    }
    return .fraction(value)
  }

  mutating func string() throws(EventDecodingError) -> String {
    guard take(UInt8(ascii: "\"")) else { throw failure(.unexpectedByte) }
    let start = offset
    while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
      guard byte >= 0x20 else { throw failure(.unexpectedByte) }
      offset += 1
    }
    if take(UInt8(ascii: "\"")) { return try text(bytes[start..<offset - 1], at: start) }
    var unescaped = Array(bytes[start..<offset])
    while let byte = current {
      guard byte >= 0x20 else { throw failure(.unexpectedByte) }
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return try text(unescaped, at: start)
      case UInt8(ascii: "\\"): try escape(into: &unescaped)
      default: unescaped.append(byte)
      }
    }
    throw failure(.unexpectedEnd)
  }

  func text(_ bytes: some Collection<UInt8>, at start: Int) throws(EventDecodingError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw EventDecodingError(offset: start, problem: .invalidText)
    }
    return text
  }

  mutating func escape(into text: inout [UInt8]) throws(EventDecodingError) {
    guard let byte = current else { throw failure(.unexpectedEnd) }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try unicodeScalar()).utf8)
    default:
      throw EventDecodingError(offset: offset - 1, problem: .unexpectedByte)
    }
  }

  /// One scalar from `\u` and four digits, or from two of them that form a surrogate pair.
  mutating func unicodeScalar() throws(EventDecodingError) -> Unicode.Scalar {
    let start = offset
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw EventDecodingError(offset: start, problem: .invalidText)
    }
    let second = try fourDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw EventDecodingError(offset: start, problem: .invalidText) }
    return scalar
  }

  mutating func fourDigits() throws(EventDecodingError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure(.unexpectedByte)
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }
}
