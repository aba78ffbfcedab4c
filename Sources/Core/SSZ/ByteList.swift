public import Hashing

/// Up to `limit` bytes.
public struct ByteList<let limit: Int>: SSZType, Hashable {
  /// The bytes; at most `limit`.
  public let bytes: [UInt8]

  /// Creates a list of bytes.
  ///
  /// - Throws: ``SSZError/limitExceeded(count:limit:)``.
  public init(_ bytes: [UInt8] = []) throws(SSZError) {
    guard bytes.count <= limit else { throw .limitExceeded(count: bytes.count, limit: limit) }
    self.bytes = bytes
  }

  /// Creates a list of bytes whose count the caller has checked.
  package init(unchecked bytes: [UInt8]) {
    precondition(bytes.count <= limit, "\(bytes.count) bytes exceed the limit of \(limit)")
    self.bytes = bytes
  }

  /// The count varies, so the size does.
  @inlinable
  public static var sszFixedByteCount: Int? { nil }

  /// Takes at most `limit` bytes as they are.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    guard bytes.byteCount <= limit else {
      throw .limitExceeded(count: bytes.byteCount, limit: limit)
    }
    self.bytes = bytes.withUnsafeBytes { Array($0) }
  }

  /// The number of bytes.
  public var sszByteCount: Int { bytes.count }

  /// Appends the bytes.
  public func encode(into output: inout OutputRawSpan) {
    bytes.withUnsafeBytes { output.append(contentsOf: $0) }
  }

  /// The root over the bytes in chunks with their count mixed in.
  public func hashTreeRoot() -> Bytes32 {
    let chunkLimit = Merkle.chunkCount(byteCount: limit)
    return Merkle.mixIn(
      count: bytes.count, to: Merkle.root(ofBytes: bytes.span.bytes, chunkLimit: chunkLimit))
  }
}

/// The bytes of an aggregate proof: at most 512 KiB.
public typealias ByteList512KiB = ByteList<524_288>
