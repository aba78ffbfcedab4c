/// The bytes of an encoded key, wherever they are kept.
///
/// Keys of hundreds of validators have 9 MB each, of which a signature needs one kilobyte.
package protocol KeyBytes: Sendable {
  /// The number of bytes.
  var byteCount: Int { get }

  /// Fills `buffer` with the bytes from `offset` on; `false` when they cannot be read.
  func copy(at offset: Int, to buffer: UnsafeMutableRawBufferPointer) -> Bool
}

/// The bytes of an encoded key in memory, without its secret.
struct KeyBytesInMemory: KeyBytes {
  private let bytes: [UInt8]

  init(_ bytes: RawSpan) {
    self.bytes = bytes.withUnsafeBytes { source in
      [UInt8](unsafeUninitializedCapacity: source.count) { output, count in
        let secret = min(PRFKey.byteCount, source.count)
        output[..<secret].initialize(repeating: 0)
        UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(output)[secret...])
          .copyBytes(from: source[secret...])
        count = source.count
      }
    }
  }

  var byteCount: Int { bytes.count }

  func copy(at offset: Int, to buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard offset >= 0, offset + buffer.count <= bytes.count else { return false }
    bytes.withUnsafeBytes { buffer.copyBytes(from: $0[offset..<offset + buffer.count]) }
    return true
  }
}

/// A tree that stays where its key's bytes are kept.
struct StoredTree: Sendable {
  typealias Shape = [(firstIndex: UInt64, count: Int)]

  let bytes: any KeyBytes
  let lowestLevel: Int
  /// For each level: first index, number of nodes, and where they begin.
  let levels: [(firstIndex: UInt64, count: Int, offset: Int)]

  /// Describes the tree of this shape whose encoding begins at `start`.
  init(in bytes: any KeyBytes, at start: Int, shape: Shape, lowestLevel: Int) {
    self.bytes = bytes
    self.lowestLevel = lowestLevel
    var offset = start + TreeEncoding.headByteCount(levels: shape.count)
    levels = shape.map { level in
      let first = offset + TreeEncoding.levelHeadByteCount
      offset = first + level.count * Scheme.digestByteCount
      return (level.firstIndex, level.count, first)
    }
  }

  /// Reads `count` nodes of a level of this tree, from the absolute `index` on.
  func copyNodes(
    level: Int, from index: UInt64, count: Int, to output: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    let stored = levels[level]
    precondition(
      index >= stored.firstIndex && index - stored.firstIndex + UInt64(count) <= stored.count,
      "node \(index) is not stored")
    let place = Int(index - stored.firstIndex) * Scheme.digestByteCount
    let buffer = UnsafeMutableRawBufferPointer(
      start: output, count: count * Scheme.digestByteCount)
    return bytes.copy(at: stored.offset + place, to: buffer)
      && KoalaBear.areElements(UnsafeRawBufferPointer(buffer))
  }

  /// Copies the whole tree into memory; `nil` when it cannot be read or holds no field elements.
  func loaded() -> Subtree? {
    var loaded: [TreeLevel] = []
    for (height, level) in levels.enumerated() {
      var isRead = false
      let capacity = level.count * Scheme.digestElements
      let nodes = [UInt32](unsafeUninitializedCapacity: capacity) { output, count in
        isRead = copyNodes(
          level: height, from: level.firstIndex, count: level.count, to: output.start)
        count = isRead ? capacity : 0
      }
      guard isRead else { return nil }
      loaded.append(TreeLevel(firstIndex: level.firstIndex, nodes: nodes))
    }
    return Subtree(lowestLevel: lowestLevel, levels: loaded)
  }
}

/// A tree of a key: in memory as it was made, or where the key's bytes are kept.
enum KeyTree: Sendable {
  case made(Subtree)
  case stored(StoredTree)

  /// The whole tree in memory; `nil` when it cannot be read.
  var loaded: Subtree? {
    switch self {
    case .made(let tree): tree
    case .stored(let tree): tree.loaded()
    }
  }

  /// Whether the nodes come from outside and may be damaged.
  var isStored: Bool {
    if case .stored = self { true } else { false }
  }

  /// Copies the node at the absolute `index` of the lowest level; `false` when it cannot be read.
  func copyLowestNode(_ index: UInt64, to output: UnsafeMutablePointer<UInt32>) -> Bool {
    switch self {
    case .made(let tree):
      tree.levels[0].copyNode(index, to: output)
      return true
    case .stored(let tree): return tree.copyNodes(level: 0, from: index, count: 1, to: output)
    }
  }

  /// Copies the siblings on the way up from the node `position` of the lowest level; `false` when
  /// they cannot be read.
  func copyPath(from position: UInt64, to output: UnsafeMutablePointer<UInt32>) -> Bool {
    switch self {
    case .made(let tree):
      tree.copyPath(from: position, to: output)
      return true
    case .stored(let tree):
      return tree.levels.dropLast().indices.allSatisfy { height in
        tree.copyNodes(
          level: height, from: position >> UInt64(height) ^ 1, count: 1,
          to: output + height * Scheme.digestElements)
      }
    }
  }

  /// The node of the highest level; `nil` when it cannot be read.
  var root: [UInt32]? {
    switch self {
    case .made(let tree): return tree.root
    case .stored(let tree):
      var isRead = false
      let root = [UInt32](unsafeUninitializedCapacity: Scheme.digestElements) { output, count in
        let highest = tree.levels.count - 1
        isRead = tree.copyNodes(
          level: highest, from: tree.levels[highest].firstIndex, count: 1, to: output.start)
        count = isRead ? Scheme.digestElements : 0
      }
      return isRead ? root : nil
    }
  }
}
