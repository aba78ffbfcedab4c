internal import Consensus
internal import Hashing

/// Forgetting. leanSpec keeps everything; a node that runs for weeks cannot.
extension Store {
  /// Forgets blocks that no fork choice can need: those off the finalized chain, and those on it
  /// more than `margin` slots below the finalized block.
  ///
  /// The caller decides when, after it has stored what it wants to keep.
  /// Nothing is forgotten while the head is on another fork than the finalized block.
  /// - Returns: The blocks that were forgotten, in order of insertion.
  @discardableResult
  public mutating func pruneFinalized(keeping margin: UInt64 = 64) -> [BlockNode] {
    let finalized = knownPosition(latestFinalized.root)
    let descends = tree.descendants(of: finalized)
    guard descends[knownPosition(head)], descends[knownPosition(latestJustified.root)] else {
      return []
    }
    let oldest = latestFinalized.slot.saturatingSubtract(margin)
    let kept = Set(
      tree.chain(from: latestFinalized.root).prefix { $0.slot >= oldest }.map(\.root))
    let isKept = { (position: Int, node: BlockNode) in
      descends[position] || kept.contains(node.root)
    }
    let forgotten = tree.nodes.enumerated().filter { !isKept($0.offset, $0.element) }
    guard !forgotten.isEmpty else { return [] }
    tree.keep(where: isKept)
    if !tree.contains(safeTarget) { safeTarget = latestFinalized.root }
    recountVotes()
    return forgotten.map(\.element)
  }

  /// Drops states beyond the limit, but not those that are asked for all the time.
  mutating func dropStates() {
    let needed = [head, latestJustified.root, latestFinalized.root].map(knownPosition)
    for position in needed { tree.keepState(at: position) }
    tree.dropStates(beyond: limits.states, needed: needed)
  }
}
