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
  /// The state after the block, or `nil` once it was evicted.
  public let state: State?

  init(root: Bytes32, block: Block, state: State) {
    self.root = root
    self.block = block
    latestJustified = state.latestJustified
    latestFinalized = state.latestFinalized
    self.state = state
  }

  private init(evictingStateOf node: BlockNode) {
    root = node.root
    block = node.block
    latestJustified = node.latestJustified
    latestFinalized = node.latestFinalized
    state = nil
  }

  /// The slot of the block.
  public var slot: Slot { block.slot }

  /// The checkpoint that names the block.
  public var checkpoint: Checkpoint { Checkpoint(root: root, slot: slot) }

  func withoutState() -> BlockNode { BlockNode(evictingStateOf: self) }
}

/// The known blocks, every parent before its children.
///
/// This order makes fork choice two passes over arrays: one backwards that sums the votes of
/// subtrees and finds each block's best child, and one along the best children.
public struct BlockTree: Sendable {
  /// The blocks in order of insertion.
  public private(set) var nodes: [BlockNode] = []
  /// The position of each block's parent, or `nil` for the anchor and where pruning cut.
  private var parents: [Int?] = []
  private var positions: [Bytes32: Int] = [:]
  /// The number of blocks whose state is kept.
  private(set) var stateCount = 0

  /// The block with `root`, if known.
  public subscript(root: Bytes32) -> BlockNode? {
    positions[root].map { nodes[$0] }
  }

  /// Whether the block with `root` is known.
  public func contains(_ root: Bytes32) -> Bool {
    positions[root] != nil
  }

  /// The known parent of the block with `root`.
  public func parent(of root: Bytes32) -> BlockNode? {
    positions[root].flatMap { parents[$0] }.map { nodes[$0] }
  }

  /// The known ancestors of the block with `root`, itself first.
  public func chain(from root: Bytes32) -> some Sequence<BlockNode> {
    sequence(state: positions[root]) { position in
      guard let current = position else { return nil }
      position = parents[current]
      return nodes[current]
    }
  }

  /// Whether `ancestor` lies on the chain of blocks that ends in `descendant`.
  ///
  /// - Complexity: O(d) where d is the number of blocks between the two.
  public func isAncestor(_ ancestor: Checkpoint, of descendant: Checkpoint) -> Bool {
    guard ancestor.slot <= descendant.slot else { return false }
    // A block below the slot means that the chain has none at it.
    let landing = chain(from: descendant.root).first { $0.slot <= ancestor.slot }
    return landing?.checkpoint == ancestor
  }

  func position(of root: Bytes32) -> Int? {
    positions[root]
  }

  mutating func insert(_ node: BlockNode) {
    precondition(!contains(node.root), "block \(node.root) is known already")
    positions[node.root] = nodes.count
    parents.append(positions[node.block.parentRoot])
    nodes.append(node)
    if node.state != nil { stateCount += 1 }
  }

  /// The earliest block with a state, other than the latest block and the one with `root`.
  func oldestState(except root: Bytes32) -> Int? {
    nodes.dropLast().firstIndex { $0.state != nil && $0.root != root }
  }

  mutating func evictState(at position: Int) {
    precondition(nodes[position].state != nil, "block \(nodes[position].root) has no state")
    nodes[position] = nodes[position].withoutState()
    stateCount -= 1
  }

  /// Keeps the blocks that satisfy `isKept`, in order.
  mutating func keep(where isKept: (Int, BlockNode) -> Bool) {
    let kept = nodes.enumerated().filter { isKept($0.offset, $0.element) }
    self = BlockTree()
    for (_, node) in kept { insert(node) }
  }
}

/// LMD-GHOST.
extension BlockTree {
  /// The number of votes for each block or one that descends from it, by position.
  ///
  /// Votes are given by the position of their head.
  /// - Complexity: O(n + v) for n blocks and v votes.
  func weights(votes: [Int]) -> [Int] {
    var weights = [Int](repeating: 0, count: nodes.count)
    for head in votes { weights[head] += 1 }
    for position in weights.indices.reversed() {
      if let parent = parents[position] { weights[parent] += weights[position] }
    }
    return weights
  }

  /// Follows the heaviest child from `start` down to a block that has none.
  ///
  /// Children below the minimum weight are no candidates.
  func heaviestLeaf(from start: Int, weights: [Int], minimumWeight: Int = 0) -> Int {
    var bestChildren = [Int?](repeating: nil, count: nodes.count)
    for position in start..<nodes.count where weights[position] >= minimumWeight {
      guard let parent = parents[position] else { continue }
      if isHeavier(position, than: bestChildren[parent], weights) {
        bestChildren[parent] = position
      }
    }
    var leaf = start
    while let child = bestChildren[leaf] { leaf = child }
    return leaf
  }

  /// Ties go to the larger root.
  private func isHeavier(_ child: Int, than best: Int?, _ weights: [Int]) -> Bool {
    guard let best else { return true }
    return weights[child] != weights[best]
      ? weights[child] > weights[best] : nodes[child].root > nodes[best].root
  }

  /// For each block whether it is the one at `start` or descends from it.
  func descendants(of start: Int) -> [Bool] {
    var descends = [Bool](repeating: false, count: nodes.count)
    for position in start..<nodes.count {
      descends[position] = position == start || parents[position].map { descends[$0] } ?? false
    }
    return descends
  }
}

extension BlockTree: Equatable {
  /// Compares the blocks and their order; nodes are never shared between different blocks.
  public static func == (left: Self, right: Self) -> Bool {
    left.nodes.elementsEqual(right.nodes) { $0 === $1 }
  }
}
