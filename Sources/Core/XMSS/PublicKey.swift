public import Hashing
public import SSZ

/// The public half of an XMSS key, as long as its scheme says.
///
/// leanSig's keys have 52 bytes, the root of the Merkle tree and the hash parameter; leanXMSS's have
/// 32. A registry may hold any bytes of these lengths, so this type does too; bytes that are no key
/// verify nothing. leanSpec: `xmss/containers.py`, `PublicKey`.
public struct PublicKey: Hashable, Sendable, BitwiseCopyable {
  /// The lengths that a scheme's keys can have, the longest first.
  public static let byteCounts = [Bytes52.count, Bytes32.count]

  /// The bytes; a shorter key ends in zeros here.
  private let storage: Bytes52

  private let length: UInt8

  /// Creates a leanSig key from its encoding: root (32 bytes), then parameter (20 bytes).
  public init(_ bytes: Bytes52) {
    storage = bytes
    length = UInt8(Bytes52.count)
  }

  /// Creates a key from its encoding; `nil` for a length that no scheme has.
  public init?(_ bytes: some Collection<UInt8>) {
    guard Self.byteCounts.contains(bytes.count) else { return nil }
    let padding = repeatElement(UInt8(0), count: Bytes52.count - bytes.count)
    guard let storage = Bytes52(Array(bytes) + padding) else { return nil }
    self.storage = storage
    length = UInt8(bytes.count)
  }

  /// Reads hexadecimal text with or without `0x`; `nil` unless it is as long as a key.
  public init?(hexadecimal: String) {
    guard let bytes = Hexadecimal.decode(hexadecimal) else { return nil }
    self.init(bytes)
  }

  /// The number of bytes.
  public var byteCount: Int { Int(length) }

  /// The encoding.
  public var bytes: [UInt8] { withBytes { Array($0) } }

  /// Calls `body` with the encoding.
  @inline(__always)
  public func withBytes<Output>(_ body: (UnsafeRawBufferPointer) -> Output) -> Output {
    storage.withBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<byteCount])) }
  }

  /// Whether all elements of a leanSig key are below the field's prime.
  public var isCanonical: Bool {
    byteCount == Bytes52.count && withBytes { KoalaBear.areElements($0) }
  }
}

// A key has no length of its own before its scheme is known, so it is no `SSZType`.
extension PublicKey {
  /// Takes as many bytes as a key of some scheme has.
  ///
  /// - Throws: ``SSZ/SSZError/byteCount(_:expected:)`` for another number of them.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    if bytes.byteCount == Bytes52.count {
      self.init(bytes.unsafeLoadUnaligned(as: Bytes52.self))
      return
    }
    try bytes.requireByteCount(
      bytes.byteCount == Bytes32.count ? Bytes32.count : Bytes52.count)
    guard let key = PublicKey(bytes.withUnsafeBytes { Array($0) }) else {
      throw .byteCount(bytes.byteCount, expected: Bytes52.count)
    }
    self = key
  }

  /// Takes as many bytes as a key of some scheme has.
  ///
  /// - Throws: ``SSZ/SSZError/byteCount(_:expected:)`` for another number of them.
  public init(ssz bytes: [UInt8]) throws(SSZError) {
    try self.init(ssz: bytes.span.bytes)
  }

  /// Appends the encoding.
  public func encode(into output: inout OutputRawSpan) {
    withBytes { output.append(contentsOf: $0) }
  }

  /// The encoding.
  public func sszBytes() -> [UInt8] { bytes }

  /// The root over the bytes in chunks: each of leanSig's two fields fits one.
  public func hashTreeRoot() -> Bytes32 {
    byteCount == Bytes52.count ? storage.hashTreeRoot() : Merkle.root(ofBytes: bytes.span.bytes)
  }
}

extension PublicKey: Codable {
  /// Reads hexadecimal text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let key = PublicKey(hexadecimal: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a public key has 52 or 32 bytes of hexadecimal")
    }
    self = key
  }

  /// Writes hexadecimal text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension PublicKey: CustomStringConvertible {
  /// Lower-case hexadecimal with a `0x` prefix.
  public var description: String { Hexadecimal.encode(bytes) }
}
