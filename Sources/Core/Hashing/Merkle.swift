/// Merkle trees over 32-byte chunks, as SSZ defines them.
public enum Merkle {
  /// Roots of trees of zero chunks: entry `d` is the root of `2^d` of them.
  ///
  /// Depth 64 covers every chunk count that an `Int` can name.
  public static let zeroRoots: [Bytes32] = {
    var roots = [Bytes32.zero]
    for depth in 0..<64 { roots.append(SHA256.hash(roots[depth], roots[depth])) }
    return roots
  }()

  /// The depth of the smallest tree with room for `leafCount` chunks; 0 for none and for one.
  @inlinable
  public static func depth(leafCount: Int) -> Int {
    precondition(leafCount >= 0, "a tree of \(leafCount) leaves")
    return leafCount <= 1 ? 0 : Int.bitWidth - (leafCount - 1).leadingZeroBitCount
  }

  /// The number of 32-byte chunks that hold `byteCount` bytes.
  @inlinable
  public static func chunkCount(byteCount: Int) -> Int {
    (byteCount + Bytes32.count - 1) / Bytes32.count
  }

  /// The root over `chunks`, padded with zero chunks up to a tree with room for `limit` of them.
  ///
  /// Without a limit the tree is the smallest that has room for the chunks. Where the chunks are
  /// roots of subtrees themselves, `height` is the height of those.
  ///
  /// - Complexity: O(n) hashes where n is the number of chunks, and one per missing level above.
  public static func root(of chunks: [Bytes32], limit: Int? = nil, height: Int = 0) -> Bytes32 {
    var level = chunks
    return level.withUnsafeMutableBufferPointer { reduce($0, limit: limit, height: height) }
  }

  /// The root over bytes packed into chunks, the last one padded with zero bytes.
  public static func root(ofBytes bytes: RawSpan, chunkLimit: Int? = nil) -> Bytes32 {
    let count = chunkCount(byteCount: bytes.byteCount)
    return withUnsafeTemporaryAllocation(of: Bytes32.self, capacity: max(count, 1)) { level in
      level.initialize(repeating: .zero)
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(level).copyMemory(from: $0) }
      return reduce(UnsafeMutableBufferPointer(rebasing: level[..<count]), limit: chunkLimit)
    }
  }

  /// Mixes the element count of a list into the root of its elements.
  public static func mixIn(count: Int, to root: Bytes32) -> Bytes32 {
    SHA256.hash(root, Bytes32 { $0.storeBytes(of: UInt64(count).littleEndian, as: UInt64.self) })
  }

  /// Hashes level after level in place; the parents of a level overwrite its front half.
  private static func reduce(
    _ level: UnsafeMutableBufferPointer<Bytes32>, limit: Int?, height: Int = 0
  ) -> Bytes32 {
    precondition(limit.map { level.count <= $0 } ?? true, "\(level.count) chunks exceed the limit")
    let depth = depth(leafCount: limit ?? level.count)
    guard let nodes = level.baseAddress, !level.isEmpty else { return zeroRoots[height + depth] }
    var count = level.count
    for height in height..<(height + depth) {
      let last = level[count - 1]
      PairHasher.chosen.hash(nodes, count: count / 2, into: nodes)
      if !count.isMultiple(of: 2) {
        level[count / 2] = SHA256.hash(last, zeroRoots[height])
      }
      count = (count + 1) / 2
    }
    return level[0]
  }
}
