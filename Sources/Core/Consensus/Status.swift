public import SSZ

/// What peers tell each other first: how far their chains are.
public struct Status: SSZContainer, Hashable, Codable {
  /// The sender's latest finalized checkpoint.
  public var finalized: Checkpoint
  /// The sender's head.
  public var head: Checkpoint

  /// Creates the container from its parts.
  public init(finalized: Checkpoint, head: Checkpoint) {
    self.finalized = finalized
    self.head = head
  }
}

extension Status {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<Checkpoint, Checkpoint>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(finalized, head) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    (finalized, head) = fields.values
  }
}
