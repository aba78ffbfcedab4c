/// The reasons why bytes are not the SSZ encoding of a value; leanSpec's `DECODE_ERROR`.
public enum SSZError: Error, Hashable, Sendable {
  /// A fixed-size value was given another number of bytes.
  case byteCount(Int, expected: Int)
  /// The bytes end within the fixed part or the offset table of a value.
  case truncated(byteCount: Int, needed: Int)
  /// The first offset does not point to the end of the fixed part or of the offset table.
  case firstOffset(Int, expected: Int)
  /// The first offset of a list is zero, past the end, or no multiple of four.
  case offsetTable(firstOffset: Int, byteCount: Int)
  /// An offset is smaller than the one before it or points past the end.
  case offset(Int, outside: ClosedRange<Int>)
  /// The bytes are no whole number of elements.
  case partialElement(byteCount: Int, elementByteCount: Int)
  /// A list has more elements, bits or bytes than its type allows.
  case limitExceeded(count: Int, limit: Int)
  /// A Boolean is neither 0 nor 1.
  case boolean(UInt8)
  /// A bitlist has no delimiter bit in its last byte.
  case missingDelimiter
  /// A bit above the last one of a bitvector is set.
  case paddingBits(lastByte: UInt8)
  /// A rule of the type beyond its layout is broken, such as a field element at or above P.
  case invalidValue(String)
}

extension SSZError: CustomStringConvertible {
  /// One line for logs: what was found and what the type wants.
  public var description: String {
    switch self {
    case .byteCount(let count, let expected): "\(count) bytes instead of \(expected)"
    case .truncated(let count, let needed): "\(count) bytes, at least \(needed) needed"
    case .firstOffset(let offset, let expected): "first offset \(offset) instead of \(expected)"
    case .offsetTable(let offset, let count): "first offset \(offset) in a list of \(count) bytes"
    case .offset(let offset, let range):
      "offset \(offset) outside \(range.lowerBound)...\(range.upperBound)"
    case .partialElement(let count, let size): "\(count) bytes for elements of \(size)"
    case .limitExceeded(let count, let limit): "\(count) elements exceed the limit of \(limit)"
    case .boolean(let byte): "Boolean byte \(byte)"
    case .missingDelimiter: "bitlist without its delimiter in the last byte"
    case .paddingBits(let byte): "padding bits set in the last byte \(byte)"
    case .invalidValue(let rule): rule
    }
  }
}
