public import Hashing
public import SSZ
public import XMSS

/// The vote of one validator with its signature, as gossip carries it.
///
/// Signatures have the size of the network's scheme, so decoding needs to know it.
public struct SignedAttestation: Hashable, Sendable {
  /// Who votes.
  public var validatorIndex: ValidatorIndex
  /// What for.
  public var data: AttestationData
  /// The signature over the root of `data`, made with the validator's attestation key.
  public var signature: Signature

  /// Creates the container from its parts.
  public init(validatorIndex: ValidatorIndex, data: AttestationData, signature: Signature) {
    self.validatorIndex = validatorIndex
    self.data = data
    self.signature = signature
  }

  /// The vote without its signature.
  public var attestation: Attestation {
    Attestation(validatorIndex: validatorIndex, data: data)
  }
}

extension SignedAttestation {
  /// The bytes before the signature; all fields have a fixed size, so there are no offsets.
  private static let attestationByteCount = 136

  /// The bytes of a vote with a signature of `scheme`.
  package static func byteCount(scheme: Scheme) -> Int {
    attestationByteCount + scheme.signatureByteCount
  }

  /// Decodes a vote whose signature is of `scheme`.
  ///
  /// - Throws: ``SSZError`` when the bytes are not the one canonical encoding of a value.
  public init(ssz bytes: RawSpan, scheme: Scheme) throws(SSZError) {
    try bytes.requireByteCount(Self.byteCount(scheme: scheme))
    let attestation = try Attestation(ssz: bytes.extracting(first: Self.attestationByteCount))
    validatorIndex = attestation.validatorIndex
    data = attestation.data
    let signatureBytes = bytes.extracting(droppingFirst: Self.attestationByteCount)
    signature = try Signature(ssz: signatureBytes, scheme: scheme)
  }

  /// Decodes a vote whose signature is of `scheme`.
  ///
  /// - Throws: ``SSZError`` when the bytes are not the one canonical encoding of a value.
  public init(ssz bytes: [UInt8], scheme: Scheme) throws(SSZError) {
    try self.init(ssz: bytes.span.bytes, scheme: scheme)
  }

  /// The encoding of this value.
  public func sszBytes() -> [UInt8] {
    attestation.sszBytes() + signature.bytes
  }

  /// The root over the roots of the fields.
  public func hashTreeRoot() -> Bytes32 {
    Merkle.root(of: [
      validatorIndex.hashTreeRoot(), data.hashTreeRoot(), signature.hashTreeRoot(),
    ])
  }
}
