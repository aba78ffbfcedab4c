/// Unsigned integers in groups of seven bits, low group first (LEB128).
///
/// Longer forms of small numbers are taken, as protobuf and leanSpec take them. Reading is
/// ``ByteCursor/varint()``. leanSpec: `node/networking/varint.py`.
package enum UnsignedVarint {
  /// The bytes of the largest 64-bit number.
  package static let maximumBytes = 10

  /// Appends the shortest form of `value`.
  package static func append(_ value: some BinaryInteger, to bytes: inout [UInt8]) {
    var rest = UInt64(value)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// The shortest form of `value`.
  package static func encode(_ value: some BinaryInteger) -> [UInt8] {
    var bytes: [UInt8] = []
    append(value, to: &bytes)
    return bytes
  }
}
