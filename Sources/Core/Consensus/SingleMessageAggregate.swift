public import SSZ

/// A proof that many validators signed one message in one slot.
///
/// Message and slot are not in it: whoever verifies takes them from what the proof is for.
public struct SingleMessageAggregate: SSZContainer, Hashable, Codable {
  /// Whose signatures the proof covers.
  public var participants: AggregationBits
  /// The bytes of the proof.
  public var proof: ByteList512KiB

  /// Creates the container from its parts.
  public init(participants: AggregationBits, proof: ByteList512KiB) {
    self.participants = participants
    self.proof = proof
  }
}

extension SingleMessageAggregate {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<AggregationBits, ByteList512KiB>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(participants, proof) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    (participants, proof) = fields.values
  }
}
