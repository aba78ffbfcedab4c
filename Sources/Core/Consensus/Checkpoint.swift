public import Hashing
public import SSZ

/// A block root with its slot, which can be justified and finalized.
public struct Checkpoint: SSZContainer, Hashable, Codable {
  /// The root of the block.
  public var root: Bytes32
  /// The slot of the block.
  public var slot: Slot

  /// Creates the container from its parts.
  public init(root: Bytes32, slot: Slot) {
    self.root = root
    self.slot = slot
  }
}

extension Checkpoint {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<Bytes32, Slot>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(root, slot) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    (root, slot) = fields.values
  }
}
