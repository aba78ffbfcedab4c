public import Hashing

/// A struct whose encoding is that of its fields in order.
///
/// A conforming type lists its fields once in each direction:
///
///     public var fields: SSZFields<Bytes32, Slot> { SSZFields(root, slot) }
///     public init(fields: SSZFields<Bytes32, Slot>) { (root, slot) = fields.values }
public protocol SSZContainer: SSZType {
  /// The type of the fields in order, an ``SSZFields``.
  associatedtype Fields: SSZType

  /// The fields in leanSpec's order.
  var fields: Fields { get }

  /// Creates the container from its fields.
  ///
  /// - Throws: ``SSZError/invalidValue(_:)`` when the fields contradict each other.
  init(fields: Fields) throws(SSZError)
}

extension SSZContainer {
  /// The sum of the fields' sizes when each has one.
  @inlinable
  public static var sszFixedByteCount: Int? { Fields.sszFixedByteCount }

  /// Decodes the fields.
  @inlinable
  public init(ssz bytes: RawSpan) throws(SSZError) {
    try self.init(fields: Fields(ssz: bytes))
  }

  /// The bytes of the fields and of the offsets of those that vary in size.
  @inlinable
  public var sszByteCount: Int { fields.sszByteCount }

  /// Appends the fields.
  @inlinable
  public func encode(into output: inout OutputRawSpan) {
    fields.encode(into: &output)
  }

  /// The root over the roots of the fields.
  @inlinable
  public func hashTreeRoot() -> Bytes32 { fields.hashTreeRoot() }
}

/// The fields of a container: first a fixed part, with an offset for each field that varies in
/// size, then those fields.
public struct SSZFields<each Field: SSZType>: SSZType {
  /// The fields as a tuple.
  public let values: (repeat each Field)

  /// Creates the list of fields.
  @inlinable
  public init(_ value: repeat each Field) {
    values = (repeat each value)
  }

  /// The sum of the fields' sizes when each has one.
  @inlinable
  public static var sszFixedByteCount: Int? {
    var sum = 0
    for field in repeat (each Field).self {
      guard let size = field.sszFixedByteCount else { return nil }
      sum += size
    }
    return sum
  }

  /// The bytes of the fixed part: fields that have a size, offsets of the others.
  @inlinable
  static var fixedPartByteCount: Int {
    var sum = 0
    for field in repeat (each Field).self { sum += field.sszFixedByteCount ?? sszOffsetByteCount }
    return sum
  }

  /// Decodes each field from its window.
  @inlinable
  public init(ssz bytes: RawSpan) throws(SSZError) {
    var windows = SSZWindows(fixedPartByteCount: Self.fixedPartByteCount)
    for field in repeat (each Field).self {
      try windows.measure(size: field.sszFixedByteCount, in: bytes)
    }
    try windows.close(bytes)
    values = (repeat try (each Field)(ssz: bytes.extracting(windows.next())))
  }

  /// The bytes of the fields and of the offsets of those that vary in size.
  @inlinable
  public var sszByteCount: Int {
    var sum = 0
    for value in repeat each values { sum += value.sszByteCount + value.sszOwnOffsetByteCount }
    return sum
  }

  /// Appends the fixed part, then the fields that vary in size.
  @inlinable
  public func encode(into output: inout OutputRawSpan) {
    var offset = Self.fixedPartByteCount
    for value in repeat each values {
      if value.sszOwnOffsetByteCount == 0 {
        value.encode(into: &output)
      } else {
        output.append(offset: offset)
        offset += value.sszByteCount
      }
    }
    for value in repeat each values {
      let isVariable = value.sszOwnOffsetByteCount > 0
      if isVariable { value.encode(into: &output) }
    }
  }

  /// The root over the roots of the fields.
  @inlinable
  public func hashTreeRoot() -> Bytes32 {
    var roots: [Bytes32] = []
    for value in repeat each values { roots.append(value.hashTreeRoot()) }
    return Merkle.root(of: roots)
  }
}

extension SSZType {
  /// The size of the offset that points to this value within a container: none if fixed-size.
  @inlinable
  var sszOwnOffsetByteCount: Int { Self.sszFixedByteCount == nil ? sszOffsetByteCount : 0 }
}

/// The byte ranges of a container's fields, found and checked before a field is decoded.
@usableFromInline
struct SSZWindows {
  @usableFromInline let fixedPartByteCount: Int
  /// Room for more fields than any container of the fork has.
  @usableFromInline var windows = InlineArray<16, Range<Int>>(repeating: 0..<0)
  @usableFromInline var count = 0
  /// Position in the fixed part.
  @usableFromInline var position = 0
  /// The field whose window ends where the next offset points.
  @usableFromInline var open: Int?
  @usableFromInline var taken = 0

  @inlinable
  init(fixedPartByteCount: Int) {
    self.fixedPartByteCount = fixedPartByteCount
  }

  /// Notes the window of a field that has `size`, or the start of one that has an offset.
  @inlinable
  mutating func measure(size: Int?, in bytes: RawSpan) throws(SSZError) {
    guard bytes.byteCount >= fixedPartByteCount else {
      throw .truncated(byteCount: bytes.byteCount, needed: fixedPartByteCount)
    }
    if let size {
      windows[count] = position..<(position + size)
      position += size
    } else {
      let offset = bytes.offset(at: position)
      try end(at: offset, in: bytes)
      windows[count] = offset..<offset
      open = count
      position += sszOffsetByteCount
    }
    count += 1
  }

  /// Ends the open window at `offset`; the first offset must be the end of the fixed part.
  @inlinable
  mutating func end(at offset: Int, in bytes: RawSpan) throws(SSZError) {
    guard let open else {
      guard offset == fixedPartByteCount else {
        throw .firstOffset(offset, expected: fixedPartByteCount)
      }
      return
    }
    let start = windows[open].lowerBound
    guard offset >= start, offset <= bytes.byteCount else {
      throw .offset(offset, outside: start...bytes.byteCount)
    }
    windows[open] = start..<offset
  }

  /// Ends the last window at the end of the bytes; without one the fixed part must fill them.
  @inlinable
  mutating func close(_ bytes: RawSpan) throws(SSZError) {
    guard open != nil else { return try bytes.requireByteCount(fixedPartByteCount) }
    try end(at: bytes.byteCount, in: bytes)
  }

  /// The window of the next field.
  @inlinable
  mutating func next() -> Range<Int> {
    defer { taken += 1 }
    return windows[taken]
  }
}
