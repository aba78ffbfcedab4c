public import SSZ

/// A proof over several messages, each signed by its own validators: all signatures of a block.
public struct MultiMessageAggregate: SSZContainer, Hashable, Codable {
  /// The bytes of the proof.
  public var proof: ByteList512KiB

  /// Creates the container from its parts.
  public init(proof: ByteList512KiB) {
    self.proof = proof
  }
}

extension MultiMessageAggregate {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<ByteList512KiB>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(proof) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    proof = fields.values
  }
}
