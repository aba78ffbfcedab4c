public import Hashing
public import SSZ

/// The public half of an XMSS key: the root of its Merkle tree and its hash parameter.
///
/// A registry may hold any 52 bytes, so this type does too; bytes that are no field elements
/// verify nothing. leanSpec: `xmss/containers.py`, `PublicKey`.
public struct PublicKey: Hashable, Sendable, BitwiseCopyable {
  /// The encoding: root (32 bytes), then parameter (20 bytes).
  public let bytes: Bytes52

  /// Creates a public key from its encoding.
  public init(_ bytes: Bytes52) {
    self.bytes = bytes
  }

  /// Whether all elements of the key are below the field's prime.
  public var isCanonical: Bool {
    bytes.withBytes { KoalaBear.areElements($0) }
  }
}

extension PublicKey: SSZType {
  /// 52 bytes.
  public static var sszFixedByteCount: Int? { Bytes52.sszFixedByteCount }

  /// Takes 52 bytes as they are.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    self.bytes = try Bytes52(ssz: bytes)
  }

  /// Appends the 52 bytes.
  public func encode(into output: inout OutputRawSpan) {
    bytes.encode(into: &output)
  }

  /// The root over the two fields; each fits one chunk, so the root of the bytes is the same.
  public func hashTreeRoot() -> Bytes32 {
    bytes.hashTreeRoot()
  }
}

extension PublicKey: Codable {
  /// Reads hexadecimal text of 52 bytes.
  public init(from decoder: any Decoder) throws {
    try self.init(Bytes52(from: decoder))
  }

  /// Writes hexadecimal text.
  public func encode(to encoder: any Encoder) throws {
    try bytes.encode(to: encoder)
  }
}

extension PublicKey: CustomStringConvertible {
  /// Lower-case hexadecimal with a `0x` prefix.
  public var description: String { bytes.description }
}
