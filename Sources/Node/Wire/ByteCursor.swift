/// Reads bytes from the front; what it returns are slices, so that nothing is copied.
package struct ByteCursor {
  /// What was not read yet.
  package private(set) var rest: ArraySlice<UInt8>

  /// Begins at the front of `bytes`.
  package init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  /// Whether everything was read.
  package var isAtEnd: Bool { rest.isEmpty }

  /// Reads one byte.
  package mutating func byte() throws(WireError) -> UInt8 {
    guard let byte = rest.popFirst() else { throw .truncated }
    return byte
  }

  /// Reads `count` bytes.
  package mutating func bytes(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest.count else { throw .truncated }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// Reads an unsigned varint; see ``UnsignedVarint``.
  package mutating func varint() throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    for (index, byte) in rest.prefix(UnsignedVarint.maximumBytes).enumerated() {
      let bits = UInt64(byte & 0x7F)
      guard index < UnsignedVarint.maximumBytes - 1 || byte <= 1 else { throw .varintTooLong }
      value |= bits << (7 * index)
      if byte < 0x80 {
        rest = rest.dropFirst(index + 1)
        return value
      }
    }
    throw rest.count < UnsignedVarint.maximumBytes ? .truncated : .varintTooLong
  }

  /// Reads a varint and as many bytes as it says.
  ///
  /// - Throws: ``WireError/tooLarge(bytes:limit:)`` for more than `limit`, before they are there.
  package mutating func lengthPrefixed(limit: Int = .max) throws(WireError) -> ArraySlice<UInt8> {
    let count = try varint()
    guard count <= UInt64(limit) else { throw .tooLarge(bytes: count, limit: limit) }
    return try bytes(Int(count))
  }

  /// Demands that everything was read.
  package func finish() throws(WireError) {
    guard rest.isEmpty else { throw .surplus(bytes: rest.count) }
  }
}
