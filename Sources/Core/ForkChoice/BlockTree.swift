public import Consensus
public import Hashing

/// The known blocks, every parent before its children.
///
/// A chain that does not finalize grows without end, so nothing that happens every slot may walk
/// along it: ancestors are found by jumps, and weights and head follow what changes. Nor may it be
/// copied: whoever keeps blocks of a tree that goes on keeps ``nodes`` and links, which copies share,
/// and not the tree.
public struct BlockTree: Sendable {
  /// The blocks in order of insertion.
  package private(set) var nodes = ChunkedArray<BlockNode>()
  var links = ChunkedArray<BlockLink>()
  private var positions: [Bytes32: Int] = [:]
  private var blockCounts: [Slot: Int] = [:]
  /// The head chosen last.
  var selection: HeadSelection?
  /// Which states are kept.
  var states = StateSchedule()

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
    positions[root].flatMap { links[$0].parent }.map { nodes[$0] }
  }

  /// The number of known blocks in `slot`.
  public func blockCount(in slot: Slot) -> Int {
    blockCounts[slot] ?? 0
  }

  /// The known ancestors of the block with `root`, itself first.
  public func chain(from root: Bytes32) -> some Sequence<BlockNode> {
    sequence(state: positions[root]) { position in
      guard let current = position else { return nil }
      position = links[current].parent
      return nodes[current]
    }
  }

  /// The last block at or before `slot` on the chain that ends in the block with `root`.
  ///
  /// - Complexity: O(log n) for n blocks on the chain.
  public func ancestor(of root: Bytes32, atOrBefore slot: Slot) -> BlockNode? {
    guard var position = positions[root] else { return nil }
    while links[position].slot > slot {
      guard let parent = links[position].parent else { return nil }
      let jump = links[position].jump
      position = links[jump].slot >= slot ? jump : parent
    }
    return nodes[position]
  }

  /// Whether `ancestor` lies on the chain of blocks that ends in `descendant`.
  ///
  /// - Complexity: O(log n) for n blocks on the chain.
  public func isAncestor(_ ancestor: Checkpoint, of descendant: Checkpoint) -> Bool {
    guard ancestor.slot <= descendant.slot else { return false }
    // A block before the slot means that the chain has none at it.
    return self.ancestor(of: descendant.root, atOrBefore: ancestor.slot)?.checkpoint == ancestor
  }

  func position(of root: Bytes32) -> Int? {
    positions[root]
  }

  mutating func insert(_ node: BlockNode) {
    precondition(!contains(node.root), "block \(node.root) is known already")
    let position = nodes.count
    let parent = positions[node.block.parentRoot]
    positions[node.root] = position
    blockCounts[node.slot, default: 0] += 1
    links.append(
      BlockLink(
        slot: node.slot, parent: parent, jump: jump(from: parent) ?? position,
        depth: parent.map { links[$0].depth + 1 } ?? 0))
    nodes.append(node)
    if let parent { adopt(position, by: parent) }
    if node.state != nil { states.add(position) }
  }

  /// Where a child of `parent` jumps to.
  ///
  /// Two jumps of one length are followed by one that spans both: from any block every ancestor is
  /// O(log n) steps away.
  private func jump(from parent: Int?) -> Int? {
    guard let parent else { return nil }
    let first = links[parent].jump
    let second = links[first].jump
    let firstLength = links[parent].depth - links[first].depth
    let secondLength = links[first].depth - links[second].depth
    return firstLength == secondLength ? second : parent
  }

  /// Replaces the state that a block keeps.
  mutating func setState(_ state: State?, at position: Int) {
    nodes[position] = nodes[position].with(state: state)
  }

  /// Keeps the blocks that satisfy `isKept`, in order; their weights must be set again.
  mutating func keep(where isKept: (Int, BlockNode) -> Bool) {
    let kept = nodes.enumerated().filter { isKept($0.offset, $0.element) }
    self = BlockTree()
    for (_, node) in kept { insert(node) }
  }

  /// For each block whether it is the one at `start` or descends from it.
  func descendants(of start: Int) -> [Bool] {
    var descends = [Bool](repeating: false, count: nodes.count)
    for position in start..<nodes.count {
      descends[position] =
        position == start || links[position].parent.map { descends[$0] } ?? false
    }
    return descends
  }
}

/// Where a block hangs in the tree, and what its votes weigh; blocks are named by position.
struct BlockLink: Sendable {
  let slot: Slot
  let parent: Int?
  /// An ancestor further away than the parent, or the block itself where there is no parent.
  let jump: Int
  /// The number of known ancestors.
  let depth: Int
  /// The child that came last, and before it this block's next sibling.
  var lastChild: Int?
  var nextSibling: Int?
  /// The validators whose latest vote is for this block or one that descends from it.
  var weight = 0
  /// The child with most weight.
  var bestChild: Int?
  /// Whether the block lies on the way from the start of the last selection to its head.
  var isSelected = false

  init(slot: Slot, parent: Int?, jump: Int, depth: Int) {
    self.slot = slot
    self.parent = parent
    self.jump = jump
    self.depth = depth
  }
}

extension BlockTree: Equatable {
  /// Compares the blocks and their order; nodes are never shared between different blocks.
  public static func == (left: Self, right: Self) -> Bool {
    // A root names a block and the state after it.
    left.nodes.elementsEqual(right.nodes) {
      $0 === $1 || ($0.root == $1.root && ($0.state == nil) == ($1.state == nil))
    }
  }
}
