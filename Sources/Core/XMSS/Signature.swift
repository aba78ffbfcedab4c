public import Hashing
public import SSZ

/// One XMSS signature in its canonical encoding.
///
/// Its length depends on the scheme but is fixed within one, so containers hold it inline.
/// The root depends on the scheme only through the number of siblings and needs no scheme.
/// leanSpec: `xmss/containers.py`, `Signature`.
public struct Signature: Hashable, Sendable {
  /// The encoding.
  public let bytes: [UInt8]

  /// Decodes a signature of `scheme`.
  ///
  /// - Throws: ``SSZ/SSZError`` for another length, other offsets, or an element at or above P.
  public init(ssz bytes: RawSpan, scheme: Scheme) throws(SSZError) {
    try Self.check(bytes, scheme)
    self.bytes = bytes.withUnsafeBytes { Array($0) }
  }

  /// Decodes a signature of `scheme`.
  ///
  /// - Throws: ``SSZ/SSZError`` for another length, other offsets, or an element at or above P.
  public init(ssz bytes: [UInt8], scheme: Scheme) throws(SSZError) {
    try Self.check(bytes.span.bytes, scheme)
    self.bytes = bytes
  }

  /// A signature of a scheme that is not implemented here is any bytes of its length.
  private static func check(_ bytes: RawSpan, _ scheme: Scheme) throws(SSZError) {
    guard scheme.isImplemented else {
      return try bytes.requireByteCount(scheme.signatureByteCount)
    }
    try SignatureLayout(scheme: scheme).check(bytes)
  }

  /// Wraps bytes that this module has just put together.
  init(trusted bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Appends the encoding.
  public func encode(into output: inout OutputRawSpan) {
    bytes.withUnsafeBytes { output.append(contentsOf: $0) }
  }

  /// The root over path, randomness and chain hashes; of leanXMSS over the bytes in chunks.
  public func hashTreeRoot() -> Bytes32 {
    guard bytes.count != Scheme.leanXMSS.signatureByteCount else {
      return Merkle.root(ofBytes: bytes.span.bytes)
    }
    let layout = SignatureLayout(encoding: bytes)
    let path = layout.listRoot(layout.siblings, of: bytes)
    let randomness = Merkle.root(ofBytes: bytes.span.bytes.extracting(layout.randomness))
    let hashes = layout.listRoot(layout.hashes, of: bytes)
    return Merkle.root(of: [path, randomness, hashes])
  }

  /// The randomness that led to a valid codeword, 28 bytes.
  public var randomness: ArraySlice<UInt8> {
    bytes[SignatureLayout(encoding: bytes).randomness]
  }
}

extension Signature: CustomStringConvertible {
  /// Lower-case hexadecimal with a `0x` prefix.
  public var description: String { Hexadecimal.encode(bytes) }
}

/// Where the parts of an encoded signature are.
///
///     36 | randomness (28) | offset of hashes | 4 | siblings | hashes
///
/// The siblings' list is nested in a container of its own, hence the second small offset.
struct SignatureLayout {
  static let fixedPartByteCount = 36

  let siblingCount: Int
  let hashCount: Int

  init(siblingCount: Int, hashCount: Int) {
    self.siblingCount = siblingCount
    self.hashCount = hashCount
  }

  init(scheme: Scheme) {
    self.init(siblingCount: scheme.logLifetime, hashCount: scheme.dimension)
  }

  /// The layout of bytes already known to be a signature.
  init(encoding bytes: [UInt8]) {
    let hashesOffset = bytes.span.bytes.offset(at: 32)
    siblingCount = (hashesOffset - 40) / Scheme.digestByteCount
    hashCount = (bytes.count - hashesOffset) / Scheme.digestByteCount
  }

  var randomness: Range<Int> { 4..<32 }

  var siblings: Range<Int> { 40..<(40 + siblingCount * Scheme.digestByteCount) }

  var hashes: Range<Int> { siblings.upperBound..<byteCount }

  var byteCount: Int { siblings.upperBound + hashCount * Scheme.digestByteCount }

  /// Refuses everything but the one encoding of a signature.
  func check(_ bytes: RawSpan) throws(SSZError) {
    try bytes.requireByteCount(byteCount)
    guard bytes.offset(at: 0) == Self.fixedPartByteCount else {
      throw .firstOffset(bytes.offset(at: 0), expected: Self.fixedPartByteCount)
    }
    guard bytes.offset(at: 32) == hashes.lowerBound else {
      throw .offset(bytes.offset(at: 32), outside: hashes.lowerBound...hashes.lowerBound)
    }
    guard bytes.offset(at: 36) == sszOffsetByteCount else {
      throw .firstOffset(bytes.offset(at: 36), expected: sszOffsetByteCount)
    }
    try bytes.extracting(randomness).requireFieldElements("randomness")
    try bytes.extracting(siblings).requireFieldElements("siblings")
    try bytes.extracting(hashes).requireFieldElements("hashes")
  }

  /// Writes the three offsets into a buffer of `byteCount` bytes.
  func writeOffsets(into bytes: UnsafeMutableRawBufferPointer) {
    let offsets = [(0, Self.fixedPartByteCount), (32, hashes.lowerBound), (36, sszOffsetByteCount)]
    for (position, offset) in offsets {
      bytes.storeBytes(of: UInt32(offset).littleEndian, toByteOffset: position, as: UInt32.self)
    }
  }

  /// The root of a list of digests, whose limit is twice the leaves of a bottom tree.
  func listRoot(_ range: Range<Int>, of bytes: [UInt8]) -> Bytes32 {
    let limit = 2 << (siblingCount / 2)
    let root = Merkle.root(ofBytes: bytes.span.bytes.extracting(range), chunkLimit: limit)
    return Merkle.mixIn(count: range.count / Scheme.digestByteCount, to: root)
  }
}
