public import Hashing

extension Bytes32: SSZType {
  /// 32 bytes.
  @inlinable
  public static var sszFixedByteCount: Int? { count }

  /// The bytes are all that is stored.
  @inlinable
  public static var isSSZMemoryImage: Bool { true }

  /// Takes 32 bytes as they are.
  @inlinable
  public init(ssz bytes: RawSpan) throws(SSZError) {
    try bytes.requireByteCount(Bytes32.count)
    self = bytes.unsafeLoadUnaligned(as: Bytes32.self)
  }

  /// Appends the 32 bytes.
  @inlinable
  public func encode(into output: inout OutputRawSpan) {
    output.append(self, as: Bytes32.self)
  }

  /// The bytes themselves: they are one chunk.
  @inlinable
  public func hashTreeRoot() -> Bytes32 { self }
}

/// A fixed number of bytes, stored inline.
public struct ByteVector<let count: Int>: SSZType, Hashable, BitwiseCopyable {
  @usableFromInline
  var storage: InlineArray<count, UInt8>

  /// Creates a vector of zero bytes.
  @inlinable
  public init() {
    storage = InlineArray(repeating: 0)
  }

  /// Creates a value from exactly `count` bytes; `nil` for any other number.
  @inlinable
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == count else { return nil }
    self.init()
    withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes) }
  }

  /// Calls `body` with the bytes.
  @inlinable
  public func withBytes<Output>(_ body: (UnsafeRawBufferPointer) -> Output) -> Output {
    withUnsafeBytes(of: storage) { body($0) }
  }

  /// The bytes as an array.
  @inlinable
  public var bytes: [UInt8] { withBytes { Array($0) } }

  /// `count` bytes.
  @inlinable
  public static var sszFixedByteCount: Int? { count }

  /// The bytes are all that is stored.
  @inlinable
  public static var isSSZMemoryImage: Bool { true }

  /// Takes `count` bytes as they are.
  @inlinable
  public init(ssz bytes: RawSpan) throws(SSZError) {
    try bytes.requireByteCount(count)
    storage = bytes.unsafeLoadUnaligned(as: InlineArray<count, UInt8>.self)
  }

  /// Appends the bytes.
  @inlinable
  public func encode(into output: inout OutputRawSpan) {
    withBytes { output.append(contentsOf: $0) }
  }

  /// The root over the bytes in chunks.
  public func hashTreeRoot() -> Bytes32 {
    Merkle.root(ofBytes: storage.span.bytes)
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    left.withBytes { leftBytes in right.withBytes { leftBytes.elementsEqual($0) } }
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  @inlinable
  public func hash(into hasher: inout Hasher) {
    withBytes { hasher.combine(bytes: $0) }
  }
}

extension ByteVector: CustomStringConvertible {
  /// Lower-case hexadecimal with a `0x` prefix.
  public var description: String { Hexadecimal.encode(bytes) }
}

/// Four bytes, such as a fork digest.
public typealias Bytes4 = ByteVector<4>
/// Sixteen bytes.
public typealias Bytes16 = ByteVector<16>
/// Twenty bytes, such as a gossip message id.
public typealias Bytes20 = ByteVector<20>
/// Thirty-three bytes, such as a compressed secp256k1 key.
public typealias Bytes33 = ByteVector<33>
/// Fifty-two bytes: an XMSS public key.
public typealias Bytes52 = ByteVector<52>
/// Sixty-four bytes, such as a secp256k1 signature.
public typealias Bytes64 = ByteVector<64>
