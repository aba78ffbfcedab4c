/// The slots that a key can sign for: a run of whole bottom trees.
struct KeyWindow: Hashable, Sendable {
  let scheme: Scheme
  /// Indices of the bottom trees, at least two.
  let trees: Range<UInt64>

  /// The window that covers `slots`, widened outward to whole bottom trees and to at least two.
  ///
  /// leanSpec: `xmss/interface.py`, `_expand_activation_time`.
  ///
  /// - Throws: ``KeyGenerationError/beyondLifetime(end:lifetime:)``.
  init(covering slots: Range<UInt64>, scheme: Scheme) throws(KeyGenerationError) {
    guard slots.upperBound <= scheme.lifetime else {
      throw .beyondLifetime(end: slots.upperBound, lifetime: scheme.lifetime)
    }
    let size = scheme.slotsPerBottomTree
    var start = slots.lowerBound / size
    var end = max((slots.upperBound + size - 1) / size, start + 2)
    // At the end of the lifetime the second tree has no room after the first.
    if end > size {
      end = size
      start = min(start, end - 2)
    }
    self.scheme = scheme
    trees = start..<end
  }

  /// The window with these bounds, as an encoded key states it; `nil` unless it is whole trees.
  init?(activation: UInt64, count: UInt64, scheme: Scheme) {
    let size = scheme.slotsPerBottomTree
    let (end, overflow) = activation.addingReportingOverflow(count)
    guard
      !overflow, end <= scheme.lifetime, activation.isMultiple(of: size),
      count.isMultiple(of: size), count >= 2 * size
    else { return nil }
    self.scheme = scheme
    trees = activation / size..<end / size
  }

  var slots: Range<UInt64> { slots(of: trees) }

  func slots(of trees: Range<UInt64>) -> Range<UInt64> {
    let size = scheme.slotsPerBottomTree
    return trees.lowerBound * size..<trees.upperBound * size
  }

  /// First index and count of the nodes that each level of the top tree stores.
  var topLevels: [(firstIndex: UInt64, count: Int)] {
    (0...scheme.subtreeHeight).map { height in
      let first = trees.lowerBound >> UInt64(height) & ~1
      let last = (trees.upperBound - 1) >> UInt64(height) | 1
      return (first, Int(last - first + 1))
    }
  }

  /// First index and count of the nodes that each level of a bottom tree stores.
  func bottomLevels(_ tree: UInt64) -> [(firstIndex: UInt64, count: Int)] {
    (0...scheme.subtreeHeight).map { height in
      let count = 1 << (scheme.subtreeHeight - height)
      return (tree * UInt64(count), count)
    }
  }

  /// The random nodes that complete pairs of siblings in the top tree.
  var paddingCount: Int {
    (0...scheme.subtreeHeight).reduce(0) { count, height in
      let first = trees.lowerBound >> UInt64(height)
      let last = (trees.upperBound - 1) >> UInt64(height)
      return count + Int(first & 1) + Int(~last & 1)
    }
  }
}
