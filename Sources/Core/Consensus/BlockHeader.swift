public import Hashing
public import SSZ

/// A block without its body.
public struct BlockHeader: SSZContainer, Hashable, Codable {
  /// The slot of the block.
  public var slot: Slot
  /// The validator that proposed it.
  public var proposerIndex: ValidatorIndex
  /// The root of the block before.
  public var parentRoot: Bytes32
  /// The root of the state after the block.
  public var stateRoot: Bytes32
  /// The root of the body.
  public var bodyRoot: Bytes32

  /// Creates the container from its parts.
  public init(
    slot: Slot, proposerIndex: ValidatorIndex, parentRoot: Bytes32, stateRoot: Bytes32,
    bodyRoot: Bytes32
  ) {
    self.slot = slot
    self.proposerIndex = proposerIndex
    self.parentRoot = parentRoot
    self.stateRoot = stateRoot
    self.bodyRoot = bodyRoot
  }
}

extension BlockHeader {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<Slot, ValidatorIndex, Bytes32, Bytes32, Bytes32>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields {
    Fields(slot, proposerIndex, parentRoot, stateRoot, bodyRoot)
  }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    (slot, proposerIndex, parentRoot, stateRoot, bodyRoot) = fields.values
  }
}
