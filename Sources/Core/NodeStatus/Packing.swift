internal import Hashing

/// A value that can be kept as a few bytes while nobody looks at it.
protocol Packable: Sendable {
  /// Appends the value to the bytes; nothing of it is lost.
  func pack(into writer: inout PackWriter)

  /// Reads back what ``pack(into:)`` wrote.
  init(unpacking reader: inout PackReader)
}

/// Bytes of packed values: small numbers take one byte.
struct PackWriter {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ byte: UInt8) {
    bytes.append(byte)
  }

  /// Seven bits a byte, lowest first.
  mutating func add(number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// The sign in the lowest bit, so that small negative numbers are small.
  mutating func add(signed value: some FixedWidthInteger & SignedInteger) {
    let wide = Int64(value)
    add(number: UInt64(bitPattern: wide << 1 ^ wide >> 63))
  }

  mutating func add(_ root: Bytes32) {
    root.withBytes { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ text: String) {
    add(number: UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// The place of a word in its vocabulary.
  mutating func add<Word: CaseIterable & Equatable>(word: Word) {
    guard let place = Array(Word.allCases).firstIndex(of: word) else {
      preconditionFailure("\(word) is not in its own vocabulary")
    }
    bytes.append(UInt8(place))
  }

  /// A byte that tells whether there is a value, and the value.
  mutating func add<Value>(
    optional value: Value?, _ write: (inout PackWriter, Value) -> Void
  ) {
    bytes.append(value == nil ? 0 : 1)
    if let value { write(&self, value) }
  }

  mutating func add<Value>(list: [Value], _ write: (inout PackWriter, Value) -> Void) {
    add(number: UInt64(list.count))
    for value in list { write(&self, value) }
  }
}

/// Reads packed values in the order in which they were written.
///
/// The bytes are our own, never a peer's: what does not fit is a bug and stops.
struct PackReader {
  private let bytes: [UInt8]
  private var offset: Int

  init(_ bytes: [UInt8], at offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  mutating func byte() -> UInt8 {
    defer { offset += 1 }
    return bytes[offset]
  }

  mutating func number() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = byte()
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
      shift += 7
    }
  }

  mutating func signed<Value: FixedWidthInteger & SignedInteger>() -> Value {
    let number = number()
    return Value(Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1))
  }

  mutating func unsigned<Value: FixedWidthInteger & UnsignedInteger>() -> Value {
    Value(number())
  }

  mutating func root() -> Bytes32 {
    defer { offset += Bytes32.count }
    guard let root = Bytes32(bytes[offset..<offset + Bytes32.count]) else {
      preconditionFailure("a root has \(Bytes32.count) bytes")
    }
    return root
  }

  mutating func text() -> String {
    let count = Int(number())
    defer { offset += count }
    return String(decoding: bytes[offset..<offset + count], as: UTF8.self)
  }

  mutating func word<Word: CaseIterable>() -> Word {
    Array(Word.allCases)[Int(byte())]
  }

  mutating func optional<Value>(_ read: (inout PackReader) -> Value) -> Value? {
    byte() == 0 ? nil : read(&self)
  }

  mutating func list<Value>(_ read: (inout PackReader) -> Value) -> [Value] {
    let count = Int(number())
    var values: [Value] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(read(&self)) }
    return values
  }
}
