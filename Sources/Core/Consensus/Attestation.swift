public import SSZ

/// The vote of one validator.
public struct Attestation: SSZContainer, Hashable, Codable {
  /// Who votes.
  public var validatorIndex: ValidatorIndex
  /// What for.
  public var data: AttestationData

  /// Creates the container from its parts.
  public init(validatorIndex: ValidatorIndex, data: AttestationData) {
    self.validatorIndex = validatorIndex
    self.data = data
  }
}

extension Attestation {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<ValidatorIndex, AttestationData>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(validatorIndex, data) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    (validatorIndex, data) = fields.values
  }
}
