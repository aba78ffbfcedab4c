public import SSZ

/// A block with one proof for its votes and its proposer's signature.
public struct SignedBlock: SSZContainer, Hashable, Codable {
  /// The block.
  public var block: Block
  /// The proof of all signatures.
  public var proof: MultiMessageAggregate

  /// Creates the container from its parts.
  public init(block: Block, proof: MultiMessageAggregate) {
    self.block = block
    self.proof = proof
  }
}

extension SignedBlock {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<Block, MultiMessageAggregate>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(block, proof) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    (block, proof) = fields.values
  }
}
