public import SSZ

/// One vote of many validators with the proof of their signatures, as gossip carries it.
public struct SignedAggregatedAttestation: SSZContainer, Hashable, Codable {
  /// What they vote for.
  public var data: AttestationData
  /// The proof of their signatures.
  public var proof: SingleMessageAggregate

  /// Creates the container from its parts.
  public init(data: AttestationData, proof: SingleMessageAggregate) {
    self.data = data
    self.proof = proof
  }
}

extension SignedAggregatedAttestation {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<AttestationData, SingleMessageAggregate>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(data, proof) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    (data, proof) = fields.values
  }
}
