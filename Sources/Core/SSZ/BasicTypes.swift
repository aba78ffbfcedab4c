public import Hashing

/// An unsigned integer of SSZ: little-endian, packed into chunks by lists and vectors.
public protocol SSZUnsignedInteger: SSZType, FixedWidthInteger, UnsignedInteger, BitwiseCopyable {}

extension SSZUnsignedInteger {
  /// The width of the integer in bytes.
  @inlinable
  public static var sszFixedByteCount: Int? { MemoryLayout<Self>.size }

  /// Integers are packed.
  @inlinable
  public static var isSSZBasic: Bool { true }

  /// On little-endian machines.
  @inlinable
  public static var isSSZMemoryImage: Bool { Self(littleEndian: 1) == 1 }

  /// Decodes a little-endian integer.
  @inlinable
  public init(ssz bytes: RawSpan) throws(SSZError) {
    try bytes.requireByteCount(MemoryLayout<Self>.size)
    self.init(littleEndian: bytes.unsafeLoadUnaligned(as: Self.self))
  }

  /// Appends the integer, little-endian.
  @inlinable
  public func encode(into output: inout OutputRawSpan) {
    output.append(littleEndian, as: Self.self)
  }

  /// The integer in a chunk of its own.
  @inlinable
  public func hashTreeRoot() -> Bytes32 {
    Bytes32 { $0.storeBytes(of: littleEndian, as: Self.self) }
  }
}

extension UInt8: SSZUnsignedInteger {}
extension UInt16: SSZUnsignedInteger {}
extension UInt32: SSZUnsignedInteger {}
extension UInt64: SSZUnsignedInteger {}

extension Bool: SSZType {
  /// One byte.
  @inlinable
  public static var sszFixedByteCount: Int? { 1 }

  /// Booleans are packed, a byte each.
  @inlinable
  public static var isSSZBasic: Bool { true }

  /// Decodes the byte 0 or 1.
  @inlinable
  public init(ssz bytes: RawSpan) throws(SSZError) {
    let byte = try UInt8(ssz: bytes)
    guard byte <= 1 else { throw .boolean(byte) }
    self = byte == 1
  }

  /// Appends the byte 0 or 1.
  @inlinable
  public func encode(into output: inout OutputRawSpan) {
    output.append(self ? 1 : 0, as: UInt8.self)
  }

  /// The byte in a chunk of its own.
  @inlinable
  public func hashTreeRoot() -> Bytes32 {
    UInt8(self ? 1 : 0).hashTreeRoot()
  }
}

/// A number with a unit, such as a slot, that SSZ treats as its raw integer.
public protocol SSZNumber: SSZType, RawRepresentable, Codable, Comparable, Hashable
where RawValue: SSZUnsignedInteger & Codable {
  /// Creates the number from its raw integer; every integer is valid.
  init(rawValue: RawValue)
}

extension SSZNumber {
  /// The width of the raw integer in bytes.
  @inlinable
  public static var sszFixedByteCount: Int? { RawValue.sszFixedByteCount }

  /// Numbers are packed.
  @inlinable
  public static var isSSZBasic: Bool { true }

  /// Like the raw integer, which must be all that is stored.
  @inlinable
  public static var isSSZMemoryImage: Bool {
    RawValue.isSSZMemoryImage && MemoryLayout<Self>.size == MemoryLayout<RawValue>.size
  }

  /// Decodes the raw integer.
  @inlinable
  public init(ssz bytes: RawSpan) throws(SSZError) {
    self.init(rawValue: try RawValue(ssz: bytes))
  }

  /// Appends the raw integer.
  @inlinable
  public func encode(into output: inout OutputRawSpan) {
    rawValue.encode(into: &output)
  }

  /// The raw integer in a chunk of its own.
  @inlinable
  public func hashTreeRoot() -> Bytes32 {
    rawValue.hashTreeRoot()
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  @inlinable
  public static func < (left: Self, right: Self) -> Bool {
    left.rawValue < right.rawValue
  }
}
