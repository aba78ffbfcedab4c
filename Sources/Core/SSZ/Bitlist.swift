public import Hashing

/// Up to `limit` bits, ended by a delimiter bit on the wire.
public struct Bitlist<let limit: Int>: SSZType, Hashable {
  /// The bits; at most `limit`.
  public let bits: Bits

  /// Creates a list of bits.
  ///
  /// - Throws: ``SSZError/limitExceeded(count:limit:)``.
  public init(_ bits: Bits = Bits()) throws(SSZError) {
    guard bits.count <= limit else { throw .limitExceeded(count: bits.count, limit: limit) }
    self.bits = bits
  }

  /// Creates a list of bits whose count the caller has checked.
  package init(unchecked bits: Bits) {
    precondition(bits.count <= limit, "\(bits.count) bits exceed the limit of \(limit)")
    self.bits = bits
  }

  /// The count varies, so the size does.
  @inlinable
  public static var sszFixedByteCount: Int? { nil }

  /// Decodes at most `limit` bits and their delimiter.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    bits = try Bits(bitlist: bytes, limit: limit)
  }

  /// The bytes of the bits and their delimiter.
  public var sszByteCount: Int { bits.bitlistByteCount }

  /// Appends the bits and their delimiter.
  public func encode(into output: inout OutputRawSpan) {
    bits.encodeBitlist(into: &output)
  }

  /// The root over the bits with their count mixed in.
  public func hashTreeRoot() -> Bytes32 {
    Merkle.mixIn(count: bits.count, to: bits.root(limit: limit))
  }
}

/// Exactly `count` bits.
public struct Bitvector<let count: Int>: SSZType, Hashable {
  /// The bits; exactly `count`.
  public let bits: Bits

  /// Creates a vector of exactly `count` bits; `nil` for any other number.
  public init?(_ bits: Bits) {
    guard bits.count == count else { return nil }
    self.bits = bits
  }

  /// Eight bits a byte.
  @inlinable
  public static var sszFixedByteCount: Int? { (count + 7) / 8 }

  /// Decodes exactly `count` bits; bits above them must be clear.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    bits = try Bits(bitvector: bytes, count: count)
  }

  /// Appends the bits.
  public func encode(into output: inout OutputRawSpan) {
    bits.encodeBitvector(into: &output)
  }

  /// The root over the bits.
  public func hashTreeRoot() -> Bytes32 {
    bits.root(limit: count)
  }
}
