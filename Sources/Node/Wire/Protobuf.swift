/// Reads the fields of a protobuf message one after the other; unknown ones are the caller's to
/// skip.
///
/// It knows the wire format, not the schemas: libp2p's messages have a handful of fields each, and
/// a generated decoder would allocate what these can look at in place.
package struct ProtobufReader {
  private var cursor: ByteCursor

  /// One field.
  package struct Field {
    /// The field's number, at least 1.
    package let number: UInt64
    /// The field's content.
    package let value: Value
  }

  /// The content of a field by its wire type.
  package enum Value: Equatable {
    /// Wire type 0: integers, enums and booleans.
    case varint(UInt64)
    /// Wire type 2: bytes, text, messages.
    case bytes(ArraySlice<UInt8>)
    /// Wire types 1 and 5, which no message of libp2p uses.
    case fixed(ArraySlice<UInt8>)
  }

  /// Reads a whole message.
  package init(_ message: ArraySlice<UInt8>) {
    cursor = ByteCursor(message)
  }

  /// The next field, or `nil` at the end.
  package mutating func next() throws(WireError) -> Field? {
    guard !cursor.isAtEnd else { return nil }
    let tag = try cursor.varint()
    let number = tag >> 3
    guard number > 0, number <= 0x1FFF_FFFF else { throw .wrongField(tag: tag) }
    switch tag & 7 {
    case 0: return Field(number: number, value: .varint(try cursor.varint()))
    case 1: return Field(number: number, value: .fixed(try cursor.bytes(8)))
    case 2: return Field(number: number, value: .bytes(try cursor.lengthPrefixed()))
    case 5: return Field(number: number, value: .fixed(try cursor.bytes(4)))
    default: throw .wrongField(tag: tag)
    }
  }
}

/// Writes the fields of a protobuf message in the order of the calls.
package struct ProtobufWriter {
  /// The message so far.
  package private(set) var bytes: [UInt8] = []

  /// Begins an empty message.
  package init() {}

  /// Appends an integer, an enum or a boolean.
  package mutating func append(_ number: Int, varint value: some BinaryInteger) {
    UnsignedVarint.append(number << 3, to: &bytes)
    UnsignedVarint.append(value, to: &bytes)
  }

  /// Appends bytes, text or an encoded message.
  package mutating func append(_ number: Int, bytes content: some Collection<UInt8>) {
    UnsignedVarint.append(number << 3 | 2, to: &bytes)
    UnsignedVarint.append(content.count, to: &bytes)
    bytes.append(contentsOf: content)
  }

  /// Appends a message that `write` makes.
  package mutating func append(_ number: Int, message write: (inout ProtobufWriter) -> Void) {
    var message = ProtobufWriter()
    write(&message)
    append(number, bytes: message.bytes)
  }
}

extension ArraySlice<UInt8> {
  /// The bytes as UTF-8 text.
  ///
  /// - Throws: ``WireError/wrongText``.
  package func text() throws(WireError) -> String {
    guard let text = String(validating: self, as: UTF8.self) else { throw .wrongText }
    return text
  }
}
