internal import Consensus
internal import Hashing
internal import SSZ
internal import XMSS

/// Types whose size, limits or rules come from the XMSS scheme.
extension SSZVectorType {
  /// The type that `name` describes under the scheme of `environment`; `nil` when it is none.
  static func schemeType(
    named name: String, _ environment: Vector.Environment
  ) -> SSZVectorType? {
    let scheme = environment.scheme
    switch (name, environment) {
    case ("Fp", _): return fieldElement
    case ("PublicKey", _): return publicKey
    case ("Validator", _): return validator(scheme)
    case ("Signature", _): return signature(scheme)
    case ("SignedAttestation", _): return signedAttestation(scheme)
    case ("HashDigestVector", _): return SSZVectorType(Digest.self)
    case ("HashDigestList", .test): return SSZVectorType(SSZList<Digest, 32>.self)
    case ("HashDigestList", .production): return SSZVectorType(SSZList<Digest, 131_072>.self)
    case ("HashTreeOpening", .test): return SSZVectorType(HashTreeOpening<32>.self)
    case ("HashTreeOpening", .production): return SSZVectorType(HashTreeOpening<131_072>.self)
    case ("HashTreeLayer", .test): return SSZVectorType(HashTreeLayer<32>.self)
    case ("HashTreeLayer", .production): return SSZVectorType(HashTreeLayer<131_072>.self)
    default: return nil
    }
  }

  private static var fieldElement: SSZVectorType {
    SSZVectorType(
      recode: { bytes in
        let element = try UInt32(ssz: bytes)
        try requireElements(bytes)
        return (element.sszBytes(), element.hashTreeRoot())
      },
      encodeValue: { vector in
        let text = try vector.decode(Valued<String>.self).value
        let digits = text.filter(\.isNumber)
        return UInt32(digits)?.sszBytes() ?? []
      })
  }

  private static var publicKey: SSZVectorType {
    SSZVectorType(
      recode: { bytes in
        let key = try PublicKey(ssz: bytes)
        try requireElements(bytes)
        return (key.sszBytes(), key.hashTreeRoot())
      },
      encodeValue: { try $0.decode(Valued<PublicKey>.self).value.sszBytes() })
  }

  private static func validator(_ scheme: Scheme) -> SSZVectorType {
    SSZVectorType(
      decode: { try Validator(ssz: $0) }, encode: { $0.encode(into: &$1) },
      byteCount: { _ in 2 * scheme.publicKeyByteCount + 8 }, root: { $0.hashTreeRoot() })
  }

  private static func signature(_ scheme: Scheme) -> SSZVectorType {
    SSZVectorType(
      recode: { bytes in
        let signature = try Signature(ssz: bytes, scheme: scheme)
        return (signature.bytes, signature.hashTreeRoot())
      },
      encodeValue: { vector in
        let text = try vector.decode(Valued<String>.self).value
        return try Signature(ssz: Hexadecimal.decode(text) ?? [], scheme: scheme).bytes
      })
  }

  private struct SignedAttestationFields: Decodable {
    let validatorIndex: ValidatorIndex
    let data: AttestationData
    let signature: String
  }

  private static func signedAttestation(_ scheme: Scheme) -> SSZVectorType {
    SSZVectorType(
      recode: { bytes in
        let attestation = try SignedAttestation(ssz: bytes, scheme: scheme)
        return (attestation.sszBytes(), attestation.hashTreeRoot())
      },
      encodeValue: { vector in
        let fields = try vector.decode(Valued<SignedAttestationFields>.self).value
        let signature = Hexadecimal.decode(fields.signature) ?? []
        return SignedAttestation(
          validatorIndex: fields.validatorIndex, data: fields.data,
          signature: try Signature(ssz: signature, scheme: scheme)
        ).sszBytes()
      })
  }
}

extension Vector.Environment {
  /// The scheme that vectors of this environment are made with.
  var scheme: Scheme {
    switch self {
    case .test: .test
    case .production: .production
    }
  }
}

/// Refuses elements at or above the field's prime.
private func requireElements(_ bytes: [UInt8]) throws(SSZError) {
  guard bytes.withUnsafeBytes({ KoalaBear.areElements($0) }) else {
    throw .invalidValue("field element at or above P")
  }
}

/// Eight field elements.
private struct Digest: SSZType, Decodable {
  let elements: SSZVector<UInt32, 8>

  init(from decoder: any Decoder) throws {
    elements = try SSZVector(from: decoder)
  }

  static var sszFixedByteCount: Int? { 32 }

  init(ssz bytes: RawSpan) throws(SSZError) {
    elements = try SSZVector(ssz: bytes)
    try requireElements(elements.sszBytes())
  }

  func encode(into output: inout OutputRawSpan) {
    elements.encode(into: &output)
  }

  func hashTreeRoot() -> Bytes32 { elements.hashTreeRoot() }
}

/// The path from a leaf to the root of a tree.
private struct HashTreeOpening<let limit: Int>: SSZContainer, Decodable {
  let siblings: SSZList<Digest, limit>

  var fields: SSZFields<SSZList<Digest, limit>> { SSZFields(siblings) }

  init(fields: SSZFields<SSZList<Digest, limit>>) {
    siblings = fields.values
  }
}

/// A run of nodes of one level of a tree.
private struct HashTreeLayer<let limit: Int>: SSZContainer, Decodable {
  let startIndex: UInt64
  let nodes: SSZList<Digest, limit>

  var fields: SSZFields<UInt64, SSZList<Digest, limit>> { SSZFields(startIndex, nodes) }

  init(fields: SSZFields<UInt64, SSZList<Digest, limit>>) {
    (startIndex, nodes) = fields.values
  }
}
