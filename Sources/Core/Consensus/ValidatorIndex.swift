public import SSZ

/// The position of a validator in the registry.
public struct ValidatorIndex: Number {
  /// The position.
  public let rawValue: UInt64

  /// Creates an index from a position.
  @inlinable
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// The validator whose turn it is to propose in `slot`: round robin.
  ///
  /// - Throws: `EMPTY_VALIDATOR_REGISTRY` when there is none.
  public static func proposer(
    for slot: Slot, validatorCount: Int
  ) throws(Rejection) -> ValidatorIndex {
    guard validatorCount > 0 else { throw .emptyValidatorRegistry(slot: slot) }
    return ValidatorIndex(slot.rawValue % UInt64(validatorCount))
  }

  /// Whether a registry of `validatorCount` validators has this one.
  public func isWithinRegistry(validatorCount: Int) -> Bool {
    rawValue < UInt64(validatorCount)
  }

  /// The attestation subnet of this validator; there must be a committee.
  public func subnet(committeeCount: UInt64 = Preset.attestationCommitteeCount) -> SubnetID {
    precondition(committeeCount > 0, "no attestation committee")
    return SubnetID(rawValue % committeeCount)
  }
}

/// The number of an attestation subnet.
public struct SubnetID: Number {
  /// The number.
  public let rawValue: UInt64

  /// Creates an id from its number.
  @inlinable
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }
}

/// Indices of validators, at most one registry of them.
public typealias ValidatorIndices = SSZList<ValidatorIndex, 4096>
