internal import ChainEvents
package import Hashing

/// A block of the tree that fork choice sees.
package struct TreeBlock: Equatable, Sendable {
  /// Its slot.
  package var slot: UInt64
  /// Its root.
  package var root: Bytes32
  /// The root of its parent.
  package var parent: Bytes32?
  /// Its proposer.
  package var proposer: UInt64?
  /// Validators whose votes it carries.
  package var votes: Int?
  /// Milliseconds from the start of its slot to its arrival.
  package var arrival: Int64?
  /// Milliseconds of its import.
  package var importTime: Int64?
  /// Whether it is ours.
  package var isOurs: Bool
  /// How it came over the network; `nil` for a block that did not.
  package var gossip: BlockGossip?

  /// Whether it came when peers had begun to vote.
  package var isLate: Bool { (arrival ?? 0) >= Int64(EventStamp.intervalMilliseconds) }
}

/// A block as it came, before its import.
package struct BlockGossip: Equatable, Sendable {
  /// Blocks remembered until they are imported.
  static let capacity = 64

  /// The root.
  package var root: Bytes32
  /// The peer that was first.
  package var from: String?
  /// Milliseconds from the start of its slot.
  package var arrival: Int64?
  /// Bytes of the signed block.
  package var bytes: Int?
}

/// The newest blocks, and the latest vote of each validator.
package struct BlockTree: Sendable {
  /// Blocks kept; with one block a slot this is 34 minutes without finality.
  package static let capacity = 512

  /// A block and where its parent stands.
  private struct Link: Sendable {
    var block: TreeBlock
    /// The number of the parent, smaller than its own; `nil` when it was not known then.
    var parent: Int?
  }

  /// In the order in which they came, and no dictionary: a copy for the past shares all old blocks,
  /// and whoever looks for a block mostly wants a new one.
  private var links = ChunkedRing<Link>(capacity: capacity)

  /// A vote, small because every copy for the past has all of them.
  fileprivate struct LatestVote: Sendable {
    var slot: UInt64
    /// The place of its block in ``heads``.
    var head: Int
  }

  /// By validator.
  private var latest: [LatestVote?] = []
  /// The blocks that votes are for: honest voters of a slot have one or two.
  private var heads: [Bytes32] = []

  /// The block with a root.
  package subscript(root: Bytes32) -> TreeBlock? { number(of: root).map { links[$0].block } }

  /// The blocks, in the order in which they came.
  private var blocks: [TreeBlock] { links.indices.map { links[$0].block } }

  mutating func insert(_ block: TreeBlock) {
    guard number(of: block.root) == nil else { return }
    let parent = block.parent.flatMap { number(of: $0) }.flatMap {
      links[$0].block.slot < block.slot ? $0 : nil
    }
    links.append(Link(block: block, parent: parent))
  }

  mutating func vote(validator: UInt64, slot: UInt64, head: Bytes32) {
    guard validator < ValidatorSet.limit, latestVote(of: validator).map({ $0 < slot }) ?? true
    else { return }
    let missing = Int(validator) + 1 - latest.count
    if missing > 0 { latest += Array(repeating: nil, count: missing) }
    latest[Int(validator)] = LatestVote(slot: slot, head: place(of: head))
  }

  /// The place of a head that was voted for, the newest looked at first; forgets those that nobody
  /// stands for any more once they are many.
  private mutating func place(of head: Bytes32) -> Int {
    if let place = heads.lastIndex(of: head) { return place }
    if heads.count >= 2 * latest.count + BlockTree.capacity {
      var places: [Int: Int] = [:]
      let all = heads
      heads = []
      for validator in latest.indices {
        guard let old = latest[validator]?.head else { continue }
        if places[old] == nil {
          places[old] = heads.count
          heads.append(all[old])
        }
        latest[validator]?.head = places[old] ?? 0
      }
    }
    heads.append(head)
    return heads.count - 1
  }

  /// The slot of the latest vote of a validator.
  package func latestVote(of validator: UInt64) -> UInt64? {
    validator < UInt64(latest.count) ? latest[Int(validator)]?.slot : nil
  }

  /// For each block, the validators whose latest vote is for it or a descendant of it.
  package struct Weights: Sendable {
    fileprivate let tree: BlockTree
    /// By the number of the block, from the oldest that is kept.
    fileprivate let counts: [Int]

    /// The weight of a block; zero for one that is not kept.
    package subscript(root: Bytes32) -> Int {
      tree.number(of: root).map { counts[$0 - tree.links.startIndex] } ?? 0
    }
  }

  /// The weights of all blocks by the latest votes.
  package func weights() -> Weights {
    var counts = Array(repeating: 0, count: links.count)
    var voters = Array(repeating: 0, count: heads.count)
    for vote in latest { if let vote { voters[vote.head] += 1 } }
    for (head, count) in zip(heads, voters) where count > 0 {
      if let number = number(of: head) { counts[number - links.startIndex] += count }
    }
    // Parents have smaller numbers, so one pass from the newest adds up whole branches.
    for number in links.indices.reversed() {
      guard let parent = parent(of: number) else { continue }
      counts[parent - links.startIndex] += counts[number - links.startIndex]
    }
    return Weights(tree: self, counts: counts)
  }

  /// Whether `ancestor` is `block` or on its way to the root; `nil` where the tree misses a block
  /// that decides it.
  package func descends(_ block: Bytes32, from ancestor: Bytes32) -> Bool? {
    guard let oldest = self[ancestor]?.slot, var number = number(of: block) else { return nil }
    while links[number].block.root != ancestor {
      if links[number].block.slot <= oldest { return false }
      guard let next = parent(of: number) else { return nil }
      number = next
    }
    return true
  }

  /// The first block on the way to `chosen` that is not on the way to `orphan`.
  func rival(of orphan: Bytes32, below chosen: Bytes32) -> VotePoint? {
    var next = number(of: chosen)
    while let number = next {
      let block = links[number].block
      guard let parent = block.parent else { return nil }
      if descends(orphan, from: parent) == true {
        return VotePoint(root: block.root, slot: block.slot)
      }
      next = self.parent(of: number)
    }
    return nil
  }

  /// One row of the drawn tree.
  package struct Row: Equatable, Sendable {
    /// The block; `nil` for a slot of the canonical chain without one.
    package var block: TreeBlock?
    /// The slot.
    package var slot: UInt64
    /// Whether the block is on the way to the head.
    package var isCanonical: Bool
    /// For a block off the chain: blocks between it and the chain.
    package var depth: Int
  }

  /// The tree as rows, newest first: the chain to the head, with branches below their fork's child.
  ///
  /// Empty slots between blocks of the chain have rows of their own, at most three in a run.
  package func rows(head: Bytes32, limit: Int) -> [Row] {
    var isCanonical = Array(repeating: false, count: links.count)
    var next = number(of: head)
    while let number = next {
      isCanonical[number - links.startIndex] = true
      next = parent(of: number)
    }
    // Nearly in order already, which the sort makes use of.
    let sorted = links.indices.reversed().sorted { first, second in
      let (left, right) = (links[first].block, links[second].block)
      if left.slot != right.slot { return left.slot > right.slot }
      let isLeft = isCanonical[first - links.startIndex]
      return isLeft != isCanonical[second - links.startIndex] ? isLeft : left.root > right.root
    }
    var rows: [Row] = []
    for number in sorted {
      let block = links[number].block
      if let last = rows.last, last.slot > block.slot + 1 {
        for slot in (block.slot + 1..<last.slot).reversed().prefix(3) {
          rows.append(Row(block: nil, slot: slot, isCanonical: true, depth: 0))
        }
      }
      let isOnChain = isCanonical[number - links.startIndex]
      rows.append(
        Row(
          block: block, slot: block.slot, isCanonical: isOnChain,
          depth: isOnChain ? 0 : depth(of: number, outside: isCanonical)))
      if rows.count >= limit { break }
    }
    return Array(rows.prefix(limit))
  }

  private func depth(of number: Int, outside isCanonical: [Bool]) -> Int {
    var depth = 1
    var next = parent(of: number)
    while let parent = next, !isCanonical[parent - links.startIndex] {
      depth += 1
      next = self.parent(of: parent)
    }
    return depth
  }

  /// The number of the parent while it is kept.
  private func parent(of number: Int) -> Int? {
    links[number].parent.flatMap { $0 >= links.startIndex ? $0 : nil }
  }

  /// The number of a block, looked for from the newest on.
  private func number(of root: Bytes32) -> Int? {
    links.lastIndex { $0.block.root == root }
  }
}

extension BlockTree: Packable {
  static let blank = BlockTree()

  mutating func code(_ coder: inout PackCoder) {
    var blocks = blocks
    coder(&blocks)
    coder(&heads)
    coder(&latest)
    guard coder.isReading else { return }
    links = ChunkedRing(capacity: BlockTree.capacity)
    for block in blocks { insert(block) }
    let isWhole = latest.allSatisfy { $0.map { heads.indices.contains($0.head) } ?? true }
    if !isWhole || latest.count > ValidatorSet.limit { coder.refuse() }
  }
}

extension BlockTree.LatestVote: Packable {
  static let blank = BlockTree.LatestVote(slot: 0, head: 0)

  mutating func code(_ coder: inout PackCoder) { coder(&self, \.slot, \.head) }
}

extension TreeBlock: Packable {
  static let blank = TreeBlock(slot: 0, root: .zero, isOurs: false)

  mutating func code(_ coder: inout PackCoder) {
    coder(
      &self, \.slot, \.root, \.parent, \.proposer, \.votes, \.arrival, \.importTime, \.isOurs,
      \.gossip)
  }
}

extension BlockGossip: Packable {
  static let blank = BlockGossip(root: .zero)

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.root, \.from, \.arrival, \.bytes)
  }
}
