internal import SSZ

// The encoding of leanSpec and of the Rust library leanSig:
//
//     PRF key (32) | parameter (20) | activation slot (8) | active slots (8) | offset of top tree |
//     index of left tree (8) | offset of left tree | offset of right tree | the three trees
//
// A tree is a height, a lowest level and a list of levels, each with its own offsets. For a given
// window every offset, index and count in it has one value: reading compares all that is no node
// with the encoding of a key of that window.

extension SecretKey {
  /// The encoding with the trees prepared now.
  ///
  /// It contains the secret: wipe it after use.
  ///
  /// - Throws: ``SecretKeyError/unreadable`` when the key's own bytes are gone.
  public func sszBytes() throws(SecretKeyError) -> [UInt8] {
    // Read once: the window may move on meanwhile.
    let prepared = preparedTrees
    var trees: [Subtree] = []
    for tree in [topTree, prepared.left, prepared.right] {
      guard let loaded = tree.loaded else { throw .unreadable }
      trees.append(loaded)
    }
    let head = SecretKeyHead(window: window, leftIndex: prepared.leftIndex)
    return [UInt8](unsafeUninitializedCapacity: head.byteCount) { buffer, initializedCount in
      let memory = UnsafeMutableRawBufferPointer(buffer)
      var output = OutputRawSpan(buffer: memory, initializedCount: 0)
      key.withBytes { output.append(contentsOf: $0) }
      withUnsafeBytes(of: hash.parameter) {
        output.append(contentsOf: .init(rebasing: $0[..<SecretKeyHead.parameter.count]))
      }
      head.encodeFields(into: &output)
      for tree in trees { tree.encode(height: scheme.logLifetime, into: &output) }
      initializedCount = output.finalize(for: memory)
    }
  }
}

/// Everything in an encoded key that follows from its window.
struct SecretKeyHead {
  static let parameter =
    PRFKey.byteCount..<(PRFKey.byteCount + Scheme.parameterElements * KoalaBear.elementByteCount)
  static let activation = 52
  static let slotCount = 60
  static let leftIndex = 72
  static let fixedPart = 88

  let window: KeyWindow
  let leftIndex: UInt64
  /// The shapes of top, left and right tree.
  let shapes: [StoredTree.Shape]
  /// Where the trees begin.
  let offsets: [Int]
  let byteCount: Int

  init(window: KeyWindow, leftIndex: UInt64) {
    self.window = window
    self.leftIndex = leftIndex
    shapes = [window.topLevels, window.bottomLevels(leftIndex), window.bottomLevels(leftIndex + 1)]
    var offsets = [Self.fixedPart]
    for shape in shapes { offsets.append((offsets.last ?? 0) + TreeEncoding.byteCount(of: shape)) }
    byteCount = offsets.removeLast()
    self.offsets = offsets
  }

  /// The lowest level of each tree.
  var lowestLevels: [Int] { [window.scheme.subtreeHeight, 0, 0] }

  /// Appends the fixed part behind secret and parameter.
  func encodeFields(into output: inout OutputRawSpan) {
    window.slots.lowerBound.encode(into: &output)
    UInt64(window.slots.count).encode(into: &output)
    output.append(offset: offsets[0])
    leftIndex.encode(into: &output)
    output.append(offset: offsets[1])
    output.append(offset: offsets[2])
  }

  /// Whether all that is neither secret, parameter nor node has its one value.
  ///
  /// - Throws: ``SecretKeyError/unreadable``.
  func matches(_ bytes: any KeyBytes) throws(SecretKeyError) -> Bool {
    let fields = TreeEncoding.encoding { encodeFields(into: &$0) }
    guard try bytes.contain(fields, at: Self.parameter.upperBound) else { return false }
    for (tree, shape) in shapes.enumerated() {
      let isTree = try TreeEncoding.matches(
        bytes, at: offsets[tree], shape: shape, height: window.scheme.logLifetime,
        lowestLevel: lowestLevels[tree])
      guard isTree else { return false }
    }
    return true
  }
}

extension KeyBytes {
  fileprivate func contain(_ expected: [UInt8], at offset: Int) throws(SecretKeyError) -> Bool {
    try read(at: offset, count: expected.count) == expected
  }

  /// Some bytes that are no secret.
  func read(at offset: Int, count: Int) throws(SecretKeyError) -> [UInt8] {
    var isRead = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { output, initializedCount in
      isRead = copy(
        at: offset,
        to: UnsafeMutableRawBufferPointer(start: output.baseAddress, count: count))
      initializedCount = isRead ? count : 0
    }
    guard isRead else { throw .unreadable }
    return bytes
  }
}

/// The encoding of one tree: height, lowest level and a list of levels of variable size.
enum TreeEncoding {
  private static let fixedPart = 20
  /// First index and the offset of the nodes.
  static let levelHeadByteCount = 12

  static func headByteCount(levels: Int) -> Int { fixedPart + levels * sszOffsetByteCount }

  static func byteCount(of shape: StoredTree.Shape) -> Int {
    shape.reduce(headByteCount(levels: shape.count)) {
      $0 + levelHeadByteCount + $1.count * Scheme.digestByteCount
    }
  }

  /// Appends everything before the first level.
  static func encodeHead(
    height: Int, lowestLevel: Int, counts: [Int], into output: inout OutputRawSpan
  ) {
    UInt64(height).encode(into: &output)
    UInt64(lowestLevel).encode(into: &output)
    output.append(offset: fixedPart)
    var offset = counts.count * sszOffsetByteCount
    for count in counts {
      output.append(offset: offset)
      offset += levelHeadByteCount + count * Scheme.digestByteCount
    }
  }

  /// Appends everything before the nodes of a level.
  static func encodeLevelHead(firstIndex: UInt64, into output: inout OutputRawSpan) {
    firstIndex.encode(into: &output)
    output.append(offset: levelHeadByteCount)
  }

  /// Whether everything that is no node has the one value that a tree of this shape has.
  static func matches(
    _ bytes: any KeyBytes, at start: Int, shape: StoredTree.Shape, height: Int, lowestLevel: Int
  ) throws(SecretKeyError) -> Bool {
    let head = encoding { output in
      encodeHead(
        height: height, lowestLevel: lowestLevel, counts: shape.map(\.count), into: &output)
    }
    var offset = start
    guard try bytes.contain(head, at: offset) else { return false }
    offset += head.count
    for level in shape {
      let levelHead = encoding { encodeLevelHead(firstIndex: level.firstIndex, into: &$0) }
      guard try bytes.contain(levelHead, at: offset) else { return false }
      offset += levelHead.count + level.count * Scheme.digestByteCount
    }
    return true
  }

  fileprivate static func encoding(_ body: (inout OutputRawSpan) -> Void) -> [UInt8] {
    // The longest head is that of a tree of 33 levels.
    let capacity = headByteCount(levels: 33)
    return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initializedCount in
      let memory = UnsafeMutableRawBufferPointer(buffer)
      var output = OutputRawSpan(buffer: memory, initializedCount: 0)
      body(&output)
      initializedCount = output.finalize(for: memory)
    }
  }
}

extension Subtree {
  fileprivate func encode(height: Int, into output: inout OutputRawSpan) {
    TreeEncoding.encodeHead(
      height: height, lowestLevel: lowestLevel, counts: levels.map(\.count), into: &output)
    for level in levels {
      TreeEncoding.encodeLevelHead(firstIndex: level.firstIndex, into: &output)
      level.nodes.withUnsafeBytes { output.append(contentsOf: $0) }
    }
  }

  /// The encoding of the tree by itself.
  func sszBytes(height: Int) -> [UInt8] {
    let byteCount = TreeEncoding.byteCount(of: levels.map { ($0.firstIndex, $0.count) })
    return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initializedCount in
      let memory = UnsafeMutableRawBufferPointer(buffer)
      var output = OutputRawSpan(buffer: memory, initializedCount: 0)
      encode(height: height, into: &output)
      initializedCount = output.finalize(for: memory)
    }
  }
}
