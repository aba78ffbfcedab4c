internal import Consensus
internal import Hashing

/// The way to the heaviest leaf, as it was chosen last.
struct HeadSelection: Sendable {
  var start: Int
  var leaf: Int
  /// The earliest block on the way whose best child has changed since.
  var changed: Int?
}

/// LMD-GHOST. leanSpec: `_compute_lmd_ghost_head`, `_accumulate_ancestor_weights`.
extension BlockTree {
  /// Moves votes between blocks: `deltas` says how many each block at a position gains.
  ///
  /// A gain climbs from block to parent, later blocks first, until it meets the loss that goes with
  /// it.
  ///
  /// - Complexity: O(d) where d is the number of blocks after the common ancestor of those given.
  mutating func moveVotes(_ deltas: [Int: Int]) {
    var deltas = deltas.filter { $0.value != 0 }
    var parents: Set<Int> = []
    var position = deltas.keys.max() ?? 0
    while !deltas.isEmpty {
      defer { position -= 1 }
      guard let delta = deltas.removeValue(forKey: position) else { continue }
      links[position].weight += delta
      guard let parent = links[position].parent else { continue }
      parents.insert(parent)
      let sum = deltas.removeValue(forKey: parent, default: 0) + delta
      if sum != 0 { deltas[parent] = sum }
    }
    for parent in parents { chooseBestChild(of: parent) }
  }

  /// Counts the votes given by position as the only ones.
  mutating func setVotes(_ votes: [Int: Int]) {
    for position in links.indices { links[position].weight = 0 }
    moveVotes(votes)
    for position in links.indices where links[position].lastChild != nil {
      chooseBestChild(of: position)
    }
  }

  /// Follows the heaviest child from `start` down to a block that has none.
  ///
  /// - Complexity: O(d) for d blocks on the way that were not on it the last time.
  mutating func selectHead(from start: Int) -> Int {
    guard var selection, links[start].isSelected, selection.start <= start else {
      return selectAfresh(from: start)
    }
    deselect(from: links[start].parent, to: selection.start)
    selection.start = start
    if let changed = selection.changed {
      let fork = max(changed, start)
      deselect(from: selection.leaf, to: fork)
      selection.leaf = select(from: fork)
    }
    selection.changed = nil
    self.selection = selection
    return selection.leaf
  }

  private mutating func selectAfresh(from start: Int) -> Int {
    if let selection { deselect(from: selection.leaf, to: selection.start) }
    let leaf = select(from: start)
    selection = HeadSelection(start: start, leaf: leaf)
    return leaf
  }

  private mutating func select(from start: Int) -> Int {
    var leaf = start
    links[leaf].isSelected = true
    while let child = links[leaf].bestChild {
      leaf = child
      links[leaf].isSelected = true
    }
    return leaf
  }

  /// Clears the way from a block up to one of its ancestors, both included.
  private mutating func deselect(from lower: Int?, to upper: Int) {
    var position = lower
    while let current = position, current >= upper {
      links[current].isSelected = false
      position = links[current].parent
    }
  }

  /// The deepest block on any chain from `start` on which every block has at least `minimum` of the
  /// votes given by position, where `minimum` is more than half of them.
  ///
  /// Such blocks lie on one chain, so the latest in order is the deepest.
  ///
  /// - Complexity: O(d) where d is the number of blocks after the common ancestor of the voted ones.
  func deepest(from start: Int, votes: [Int: Int], minimum: Int) -> Int {
    guard votes.values.reduce(0, +) >= minimum else { return start }
    var weights = votes
    var position = weights.keys.max() ?? start
    while position > start {
      defer { position -= 1 }
      guard let weight = weights.removeValue(forKey: position) else { continue }
      guard weight < minimum else {
        let isBelow = isAncestor(nodes[start].checkpoint, of: nodes[position].checkpoint)
        return isBelow ? position : start
      }
      if let parent = links[position].parent { weights[parent, default: 0] += weight }
    }
    return start
  }

  /// Takes a new block among the children of its parent.
  mutating func adopt(_ child: Int, by parent: Int) {
    links[child].nextSibling = links[parent].lastChild
    links[parent].lastChild = child
    setBestChild(of: parent, to: heavier(child, links[parent].bestChild))
  }

  private mutating func chooseBestChild(of parent: Int) {
    var best: Int?
    var child = links[parent].lastChild
    while let current = child {
      best = heavier(current, best)
      child = links[current].nextSibling
    }
    setBestChild(of: parent, to: best)
  }

  private mutating func setBestChild(of parent: Int, to child: Int?) {
    guard links[parent].bestChild != child else { return }
    links[parent].bestChild = child
    guard links[parent].isSelected else { return }
    let earliest = min(selection?.changed ?? parent, parent)
    selection?.changed = earliest
  }

  /// Ties go to the larger root.
  private func heavier(_ child: Int, _ best: Int?) -> Int {
    guard let best else { return child }
    let (weight, bestWeight) = (links[child].weight, links[best].weight)
    if weight != bestWeight { return weight > bestWeight ? child : best }
    return nodes[child].root > nodes[best].root ? child : best
  }
}

extension Dictionary {
  fileprivate mutating func removeValue(forKey key: Key, default value: Value) -> Value {
    removeValue(forKey: key) ?? value
  }
}
