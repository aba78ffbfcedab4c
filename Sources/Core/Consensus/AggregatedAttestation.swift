public import SSZ

/// One vote of many validators, without their signatures.
public struct AggregatedAttestation: SSZContainer, Hashable, Codable {
  /// Who votes.
  public var aggregationBits: AggregationBits
  /// What for.
  public var data: AttestationData

  /// Creates the container from its parts.
  public init(aggregationBits: AggregationBits, data: AttestationData) {
    self.aggregationBits = aggregationBits
    self.data = data
  }
}

extension AggregatedAttestation {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<AggregationBits, AttestationData>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(aggregationBits, data) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    (aggregationBits, data) = fields.values
  }
}
