public import Hashing
public import SSZ
public import XMSS

/// An entry of the validator registry; its keys are as long as the network's scheme says.
public struct Validator: Hashable, Sendable, Codable {
  /// The XMSS key that votes are signed with.
  public var attestationPublicKey: PublicKey
  /// The XMSS key that block roots are signed with.
  public var proposalPublicKey: PublicKey
  /// The position in the registry.
  public var index: ValidatorIndex

  /// Creates an entry; both keys are of one scheme.
  public init(
    attestationPublicKey: PublicKey, proposalPublicKey: PublicKey, index: ValidatorIndex = 0
  ) {
    precondition(
      attestationPublicKey.byteCount == proposalPublicKey.byteCount, "keys of two schemes")
    self.attestationPublicKey = attestationPublicKey
    self.proposalPublicKey = proposalPublicKey
    self.index = index
  }

  /// Decodes an entry, which has two keys and eight bytes.
  ///
  /// - Throws: ``SSZError`` for a length that fits the keys of no scheme.
  public init(ssz bytes: RawSpan) throws(SSZError) {
    let keyBytes = (bytes.byteCount - Self.indexByteCount) / 2
    guard let keyBytes = PublicKey.byteCounts.first(where: { $0 == keyBytes }),
      bytes.byteCount == Self.byteCount(publicKeyByteCount: keyBytes)
    else {
      throw .byteCount(
        bytes.byteCount, expected: Self.byteCount(publicKeyByteCount: Bytes52.count))
    }
    attestationPublicKey = try PublicKey(ssz: bytes.extracting(0..<keyBytes))
    proposalPublicKey = try PublicKey(ssz: bytes.extracting(keyBytes..<2 * keyBytes))
    index = try ValidatorIndex(ssz: bytes.extracting(droppingFirst: 2 * keyBytes))
  }

  private static let indexByteCount = 8

  /// The bytes of an entry whose keys have so many.
  static func byteCount(publicKeyByteCount: Int) -> Int {
    2 * publicKeyByteCount + indexByteCount
  }

  /// Appends the fields in leanSpec's order.
  public func encode(into output: inout OutputRawSpan) {
    attestationPublicKey.encode(into: &output)
    proposalPublicKey.encode(into: &output)
    index.encode(into: &output)
  }

  /// The root over the roots of the fields.
  public func hashTreeRoot() -> Bytes32 {
    Merkle.root(of: [
      attestationPublicKey.hashTreeRoot(), proposalPublicKey.hashTreeRoot(), index.hashTreeRoot(),
    ])
  }
}
