public import Hashing
public import SSZ

/// A request for blocks by their roots.
public struct BlocksByRootRequest: SSZContainer, Hashable, Codable {
  /// The roots, at most ``Preset/maximumRequestBlocks``.
  public var roots: RequestedBlockRoots

  /// Creates the container from its parts.
  public init(roots: RequestedBlockRoots) {
    self.roots = roots
  }
}

extension BlocksByRootRequest {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<RequestedBlockRoots>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(roots) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    roots = fields.values
  }
}

/// A request for the blocks of consecutive slots.
public struct BlocksByRangeRequest: SSZContainer, Hashable, Codable {
  /// The first slot.
  public var startSlot: Slot
  /// The number of slots, at most ``Preset/maximumRequestBlocks``.
  public var count: UInt64

  /// Creates the container from its parts.
  public init(startSlot: Slot, count: UInt64) {
    self.startSlot = startSlot
    self.count = count
  }
}

extension BlocksByRangeRequest {
  /// The fields in leanSpec's order.
  public typealias Fields = SSZFields<Slot, UInt64>

  /// The fields in leanSpec's order.
  @inlinable public var fields: Fields { Fields(startSlot, count) }

  /// Creates the container from its fields.
  @inlinable public init(fields: Fields) {
    (startSlot, count) = fields.values
  }
}

/// Roots of blocks that a peer is asked for.
public typealias RequestedBlockRoots = SSZList<Bytes32, 1024>
