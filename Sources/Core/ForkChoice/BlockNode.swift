public import Consensus
public import Hashing

/// A block with what its import computed.
public final class BlockNode: Sendable {
  /// The root of the block.
  public let root: Bytes32
  /// The block.
  public let block: Block
  /// The justified checkpoint of the block's post-state.
  public let latestJustified: Checkpoint
  /// The finalized checkpoint of the block's post-state.
  public let latestFinalized: Checkpoint
  /// The state after the block, or `nil` where it is not kept: ``Store/state(after:)`` makes it
  /// again.
  public let state: State?

  init(root: Bytes32, block: Block, state: State) {
    self.root = root
    self.block = block
    latestJustified = state.latestJustified
    latestFinalized = state.latestFinalized
    self.state = state
  }

  private init(_ node: BlockNode, state: State?) {
    root = node.root
    block = node.block
    latestJustified = node.latestJustified
    latestFinalized = node.latestFinalized
    self.state = state
  }

  /// The slot of the block.
  public var slot: Slot { block.slot }

  /// The checkpoint that names the block.
  public var checkpoint: Checkpoint { Checkpoint(root: root, slot: slot) }

  func with(state: State?) -> BlockNode { BlockNode(self, state: state) }
}
