public import Hashing

/// A block of the tree that fork choice sees.
public struct TreeBlock: Equatable, Sendable {
  /// Its slot.
  public var slot: UInt64
  /// Its root.
  public var root: Bytes32
  /// The root of its parent.
  public var parent: Bytes32
  /// Its proposer.
  public var proposer: UInt64
  /// Validators whose votes it carries.
  public var votes: Int
  /// Milliseconds from the start of its slot to its arrival.
  public var arrival: Int64
  /// Milliseconds of its import.
  public var importTime: Int64
  /// Whether it is ours.
  public var isOurs: Bool
}

/// The newest blocks, and the latest vote of each validator.
public struct BlockTree: Sendable {
  /// Blocks kept; with one block a slot this is 34 minutes without finality.
  public static let capacity = 512

  private var blocks: [Bytes32: TreeBlock] = [:]
  private var order: [Bytes32] = []
  private var votes: [UInt64: (slot: UInt64, head: Bytes32)] = [:]

  /// The block with a root.
  public subscript(root: Bytes32) -> TreeBlock? { blocks[root] }

  mutating func insert(_ block: TreeBlock) {
    guard blocks[block.root] == nil else { return }
    blocks[block.root] = block
    order.append(block.root)
    if order.count > BlockTree.capacity { blocks[order.removeFirst()] = nil }
  }

  mutating func vote(validator: UInt64, slot: UInt64, head: Bytes32) {
    guard validator < ValidatorSet.limit, votes[validator].map({ $0.slot < slot }) ?? true else {
      return
    }
    votes[validator] = (slot, head)
  }

  /// The slot of the latest vote of a validator.
  public func latestVote(of validator: UInt64) -> UInt64? { votes[validator]?.slot }

  /// For each block, the validators whose latest vote is for it or a descendant of it.
  public func weights() -> [Bytes32: Int] {
    var weights: [Bytes32: Int] = [:]
    for (_, vote) in votes {
      var next = blocks[vote.head]
      while let block = next {
        weights[block.root, default: 0] += 1
        next = blocks[block.parent].flatMap { $0.slot < block.slot ? $0 : nil }
      }
    }
    return weights
  }

  /// Whether `ancestor` is `block` or on its way to the root, as far as the tree remembers.
  public func descends(_ block: Bytes32, from ancestor: Bytes32) -> Bool {
    var next: Bytes32? = block
    while let root = next {
      if root == ancestor { return true }
      let child = blocks[root]
      next = child.flatMap { child in
        guard let parent = blocks[child.parent], parent.slot < child.slot else {
          return child.parent == ancestor ? ancestor : nil
        }
        return parent.root
      }
    }
    return false
  }

  /// One row of the drawn tree.
  public struct Row: Equatable, Sendable {
    /// The block; `nil` for a slot of the canonical chain without one.
    public var block: TreeBlock?
    /// The slot.
    public var slot: UInt64
    /// Whether the block is on the way to the head.
    public var isCanonical: Bool
    /// For a block off the chain: blocks between it and the chain.
    public var depth: Int
  }

  /// The tree as rows, newest first: the chain to the head, with branches below their fork's child.
  ///
  /// Empty slots between blocks of the chain have rows of their own, at most three in a run.
  public func rows(head: Bytes32, limit: Int) -> [Row] {
    var canonical: Set<Bytes32> = []
    var next = blocks[head]
    while let block = next, canonical.insert(block.root).inserted { next = blocks[block.parent] }
    let sorted = order.compactMap { blocks[$0] }.sorted { first, second in
      if first.slot != second.slot { return first.slot > second.slot }
      let (left, right) = (canonical.contains(first.root), canonical.contains(second.root))
      return left != right ? left : first.root > second.root
    }
    var rows: [Row] = []
    for block in sorted {
      if let last = rows.last, last.slot > block.slot + 1 {
        for slot in (block.slot + 1..<last.slot).reversed().prefix(3) {
          rows.append(Row(block: nil, slot: slot, isCanonical: true, depth: 0))
        }
      }
      let isCanonical = canonical.contains(block.root)
      rows.append(
        Row(
          block: block, slot: block.slot, isCanonical: isCanonical,
          depth: isCanonical ? 0 : depth(of: block, outside: canonical)))
      if rows.count >= limit { break }
    }
    return Array(rows.prefix(limit))
  }

  private func depth(of block: TreeBlock, outside canonical: Set<Bytes32>) -> Int {
    var depth = 1
    var next = blocks[block.parent]
    while let parent = next, !canonical.contains(parent.root), depth < BlockTree.capacity {
      depth += 1
      next = blocks[parent.parent]
    }
    return depth
  }
}
