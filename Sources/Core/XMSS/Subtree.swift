internal import Hashing

/// One level of a subtree: neighbouring nodes, stored from an absolute index on.
struct TreeLevel: Sendable {
  let firstIndex: UInt64
  /// Eight elements per node.
  let nodes: [UInt32]

  var count: Int { nodes.count / Scheme.digestElements }

  /// Copies the node at the absolute `index` to `output`.
  func copyNode(_ index: UInt64, to output: UnsafeMutablePointer<UInt32>) {
    precondition(
      index >= firstIndex && index - firstIndex < UInt64(count), "node \(index) is not stored")
    nodes.withUnsafeBufferPointer {
      output.update(
        from: $0.start + Int(index - firstIndex) * Scheme.digestElements,
        count: Scheme.digestElements)
    }
  }
}

/// The levels of a bottom tree or of the top tree, from the lowest up to the root.
///
/// Memory holds exactly the nodes that the encoded key holds. leanSpec: `xmss/merkle.py`.
struct Subtree: Sendable {
  /// The level of the lowest nodes within the whole tree: 0 in a bottom tree.
  let lowestLevel: Int
  let levels: [TreeLevel]

  /// Copies the siblings on the way up from the node `position` of the lowest level.
  func copyPath(from position: UInt64, to output: UnsafeMutablePointer<UInt32>) {
    for (height, level) in levels.dropLast().enumerated() {
      level.copyNode(
        position >> UInt64(height) ^ 1, to: output + height * Scheme.digestElements)
    }
  }

  /// The node of the highest level; a top tree stores a padding node beside it.
  var root: [UInt32] {
    levels.last.map { Array($0.nodes.prefix(Scheme.digestElements)) } ?? []
  }

  /// The index within its level of the first node that is not the hash of its two children,
  /// with that level; `nil` when the whole tree is consistent.
  func firstInconsistentNode(_ hash: TweakableHash) -> (level: Int, index: UInt64)? {
    for (height, pair) in zip(levels, levels.dropFirst()).enumerated() {
      let (children, stored) = pair
      let level = lowestLevel + height + 1
      let firstIndex = children.firstIndex / 2
      let parents = hash.parents(of: children, level: level)
      for (offset, element) in parents.enumerated() {
        let place = Int(firstIndex - stored.firstIndex) * Scheme.digestElements + offset
        guard stored.nodes.indices.contains(place), stored.nodes[place] == element else {
          return (level, firstIndex + UInt64(offset / Scheme.digestElements))
        }
      }
    }
    return nil
  }
}

extension TweakableHash {
  /// The hashes of neighbouring pairs of a level that starts at an even index.
  func parents(of children: TreeLevel, level: Int) -> [UInt32] {
    let count = children.count / 2
    let capacity = count * Scheme.digestElements
    return [UInt32](unsafeUninitializedCapacity: capacity) { output, initializedCount in
      children.nodes.withUnsafeBufferPointer { nodes in
        if count > 0 {
          parents(
            of: nodes.start, count: count, level: level, firstIndex: children.firstIndex / 2,
            into: output.start)
        }
      }
      initializedCount = capacity
    }
  }

  /// Builds the levels above `lowest` up to the single node at `height` levels above it.
  func subtree(above lowest: TreeLevel, level: Int, height: Int) -> Subtree {
    var levels = [lowest]
    for step in 0..<height {
      let below = levels[step]
      levels.append(
        TreeLevel(
          firstIndex: below.firstIndex / 2, nodes: parents(of: below, level: level + step + 1)))
    }
    return Subtree(lowestLevel: level, levels: levels)
  }

  /// Builds the top tree from the roots of the bottom trees `firstTree...`.
  ///
  /// A level that begins or ends inside a pair of siblings gets a random node there; the digests
  /// in `padding` are used in order.
  func topTree(roots: [UInt32], firstTree: UInt64, padding: [[UInt32]]) -> Subtree {
    var rest = padding[...]
    var levels = [
      TreeLevel(firstIndex: firstTree, nodes: roots).padded(with: &rest)
    ]
    let lowest = scheme.subtreeHeight
    for level in (lowest + 1)...scheme.logLifetime {
      let below = levels[level - lowest - 1]
      let nodes = parents(of: below, level: level)
      levels.append(TreeLevel(firstIndex: below.firstIndex / 2, nodes: nodes).padded(with: &rest))
    }
    precondition(rest.isEmpty, "\(rest.count) padding nodes are left")
    return Subtree(lowestLevel: lowest, levels: levels)
  }
}

extension TreeLevel {
  /// The level with whole pairs of siblings only.
  func padded(with padding: inout ArraySlice<[UInt32]>) -> TreeLevel {
    var padded: [UInt32] = []
    if !firstIndex.isMultiple(of: 2) { padded += padding.removeFirst() }
    padded += nodes
    if (firstIndex + UInt64(count)).isMultiple(of: 2) == false { padded += padding.removeFirst() }
    return TreeLevel(firstIndex: firstIndex & ~1, nodes: padded)
  }
}
