public import SSZ

/// An entry of the validator registry.
public struct Validator: SSZContainer, Hashable, Codable {
  /// The XMSS key that votes are signed with.
  public var attestationPublicKey: Bytes52
  /// The XMSS key that block roots are signed with.
  public var proposalPublicKey: Bytes52
  /// The position in the registry.
  public var index: ValidatorIndex

  /// Creates the container from its parts.
  public init(attestationPublicKey: Bytes52, proposalPublicKey: Bytes52, index: ValidatorIndex = 0)
  {
    self.attestationPublicKey = attestationPublicKey
    self.proposalPublicKey = proposalPublicKey
    self.index = index
  }
}

extension Validator {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<Bytes52, Bytes52, ValidatorIndex>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(attestationPublicKey, proposalPublicKey, index) }

  /// 112 bytes without a gap: 52, 52 and 8.
  public static var isSSZMemoryImage: Bool {
    ValidatorIndex.isSSZMemoryImage && MemoryLayout<Self>.stride == sszFixedByteCount
  }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    (attestationPublicKey, proposalPublicKey, index) = fields.values
  }
}
