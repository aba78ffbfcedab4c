public import SSZ

/// What a validator votes for: its view of the chain.
public struct AttestationData: SSZContainer, Hashable, Codable {
  /// The slot of the vote.
  public var slot: Slot
  /// The head of the chain.
  public var head: Checkpoint
  /// The checkpoint to justify.
  public var target: Checkpoint
  /// The latest justified checkpoint.
  public var source: Checkpoint

  /// Creates the container from its parts.
  public init(slot: Slot, head: Checkpoint, target: Checkpoint, source: Checkpoint) {
    self.slot = slot
    self.head = head
    self.target = target
    self.source = source
  }
}

extension AttestationData {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<Slot, Checkpoint, Checkpoint, Checkpoint>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(slot, head, target, source) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    (slot, head, target, source) = fields.values
  }
}
