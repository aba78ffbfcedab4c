internal import Hashing
internal import SSZ

// The encoding of leanSpec and of the Rust library leanSig:
//
//     PRF key (32) | parameter (20) | activation slot (8) | active slots (8) | offset of top tree |
//     index of left tree (8) | offset of left tree | offset of right tree | the three trees
//
// A tree is a height, a lowest level and a list of levels, each with its own offsets. For a given
// window every offset, index and count in it has one value, so reading takes what varies from
// where it must be and then compares the bytes with the encoding of the key that it got.

extension SecretKey {
  /// Decodes a key of `scheme`.
  ///
  /// Checking the trees means to hash all stored nodes again, some 70 ms for a production key, and
  /// one group of leaves: without it an altered node is noticed only when a signature fails.
  ///
  /// - Throws: ``SecretKeyError``.
  public convenience init(
    ssz bytes: RawSpan, scheme: Scheme, checkingTrees: Bool = true
  ) throws(SecretKeyError) {
    try self.init(ssz: bytes, scheme: scheme, kernel: fastestKernel)
    guard matches(bytes) else { throw .notCanonical }
    if checkingTrees { try checkTrees() }
  }

  /// Decodes a key of `scheme`, its trees checked.
  ///
  /// - Throws: ``SecretKeyError``.
  public convenience init(ssz bytes: [UInt8], scheme: Scheme) throws(SecretKeyError) {
    try self.init(ssz: bytes.span.bytes, scheme: scheme)
  }

  /// The encoding with the trees prepared now.
  ///
  /// It contains the secret: wipe it after use.
  public func sszBytes() -> [UInt8] {
    // Read once: the window may move on meanwhile.
    let prepared = preparedTrees
    let trees = [topTree, prepared.left, prepared.right]
    let byteCount = SecretKeyLayout.fixedPart + trees.reduce(0) { $0 + $1.byteCount }
    return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initializedCount in
      let memory = UnsafeMutableRawBufferPointer(buffer)
      var output = OutputRawSpan(buffer: memory, initializedCount: 0)
      encode(trees, leftIndex: prepared.leftIndex, into: &output)
      initializedCount = output.finalize(for: memory)
    }
  }

  private func encode(
    _ trees: [Subtree], leftIndex: UInt64, into output: inout OutputRawSpan
  ) {
    key.withBytes { output.append(contentsOf: $0) }
    withUnsafeBytes(of: hash.parameter) {
      output.append(contentsOf: .init(rebasing: $0[..<SecretKeyLayout.parameterByteCount]))
    }
    activeSlots.lowerBound.encode(into: &output)
    UInt64(activeSlots.count).encode(into: &output)
    var offset = SecretKeyLayout.fixedPart
    output.append(offset: offset)
    leftIndex.encode(into: &output)
    for tree in trees.dropLast() {
      offset += tree.byteCount
      output.append(offset: offset)
    }
    for tree in trees { tree.encode(height: scheme.logLifetime, into: &output) }
  }

  private convenience init(
    ssz bytes: RawSpan, scheme: Scheme, kernel: any HashKernel
  ) throws(SecretKeyError) {
    guard bytes.byteCount >= SecretKeyLayout.fixedPart + Subtree.fixedPart else {
      throw .byteCount(bytes.byteCount, expected: nil)
    }
    let height = bytes.integer(at: SecretKeyLayout.fixedPart)
    guard height == UInt64(scheme.logLifetime) else {
      throw .otherScheme(height: height, expected: scheme.logLifetime)
    }
    let activation = bytes.integer(at: SecretKeyLayout.activation)
    let count = bytes.integer(at: SecretKeyLayout.slotCount)
    guard let window = KeyWindow(activation: activation, count: count, scheme: scheme) else {
      throw .window(activation: activation, count: count)
    }
    let leftIndex = bytes.integer(at: SecretKeyLayout.leftIndex)
    guard window.trees.dropLast().contains(leftIndex) else { throw .leftTree(leftIndex) }
    let shapes = [
      window.topLevels, window.bottomLevels(leftIndex), window.bottomLevels(leftIndex + 1),
    ]
    let expected = shapes.reduce(SecretKeyLayout.fixedPart) { $0 + Subtree.byteCount(of: $1) }
    guard bytes.byteCount == expected else {
      throw .byteCount(bytes.byteCount, expected: expected)
    }
    let parameter = bytes.extracting(SecretKeyLayout.parameter)
    guard parameter.withUnsafeBytes(KoalaBear.areElements) else { throw .elementOutOfRange }
    var position = SecretKeyLayout.fixedPart
    var trees: [Subtree] = []
    for (shape, lowestLevel) in zip(shapes, [scheme.subtreeHeight, 0, 0]) {
      let tree = Subtree(
        reading: bytes, at: position, levels: shape, lowestLevel: lowestLevel)
      guard let tree else { throw .elementOutOfRange }
      trees.append(tree)
      position += Subtree.byteCount(of: shape)
    }
    self.init(
      window: window,
      key: bytes.extracting(first: PRFKey.byteCount).withUnsafeBytes { PRFKey(copying: $0) },
      hash: TweakableHash(scheme: scheme, parameter: .init(reading: parameter), kernel: kernel),
      topTree: trees[0],
      prepared: PreparedTrees(leftIndex: leftIndex, left: trees[1], right: trees[2]))
  }

  private func matches(_ bytes: RawSpan) -> Bool {
    var encoding = sszBytes()
    defer { encoding.withUnsafeMutableBufferPointer { wipe($0) } }
    return bytes.withUnsafeBytes { bytes in
      encoding.withUnsafeBytes { encoding in
        // Word by word: 8 MB take 5 ms, byte by byte 30.
        guard encoding.count == bytes.count else { return false }
        var difference: UInt32 = 0
        for offset in stride(from: 0, to: bytes.count, by: KoalaBear.elementByteCount) {
          difference |=
            bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            ^ encoding.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        }
        return difference == 0
      }
    }
  }

  /// Refuses a key whose trees are not hashes of each other and of the secret.
  private func checkTrees() throws(SecretKeyError) {
    let trees = preparedTrees
    for tree in [topTree, trees.left, trees.right] {
      if let node = tree.firstInconsistentNode(hash) {
        throw .inconsistentNode(level: node.level, index: node.index)
      }
    }
    for (index, tree) in [(trees.leftIndex, trees.left), (trees.leftIndex + 1, trees.right)] {
      guard topTree.levels[0].node(index) == tree.root else {
        throw .inconsistentNode(level: scheme.subtreeHeight, index: index)
      }
      let firstSlot = tree.levels[0].firstIndex
      let leaves = hash.leaves(key: key, firstSlot: firstSlot, count: 8)
      guard tree.levels[0].nodes.starts(with: leaves) else {
        throw .inconsistentNode(level: 0, index: firstSlot)
      }
    }
  }
}

/// Where the fixed part of an encoded key has its fields.
private enum SecretKeyLayout {
  static let parameterByteCount = Scheme.parameterElements * KoalaBear.elementByteCount
  static let parameter = 32..<(32 + parameterByteCount)
  static let activation = 52
  static let slotCount = 60
  static let leftIndex = 72
  static let fixedPart = 88
}

extension Subtree {
  /// Height, lowest level and the offset of the levels.
  static let fixedPart = 20
  /// The offset within the list, first index and the offset of the nodes.
  private static let levelOverhead = 4 + 12

  typealias Shape = [(firstIndex: UInt64, count: Int)]

  static func byteCount(of levels: Shape) -> Int {
    levels.reduce(fixedPart) { $0 + levelOverhead + $1.count * Scheme.digestByteCount }
  }

  var byteCount: Int {
    Subtree.byteCount(of: levels.map { ($0.firstIndex, $0.count) })
  }

  /// Takes the nodes of levels of known shape; `nil` for an element out of range.
  init?(reading bytes: RawSpan, at start: Int, levels shape: Shape, lowestLevel: Int) {
    var position = start + Subtree.fixedPart + shape.count * sszOffsetByteCount
    var levels: [TreeLevel] = []
    for (firstIndex, count) in shape {
      position += 12
      let end = position + count * Scheme.digestByteCount
      let nodes = bytes.extracting(position..<end).withUnsafeBytes { nodes -> [UInt32]? in
        guard KoalaBear.areElements(nodes) else { return nil }
        let capacity = count * Scheme.digestElements
        return [UInt32](unsafeUninitializedCapacity: capacity) { output, initializedCount in
          UnsafeMutableRawBufferPointer(output).copyMemory(from: nodes)
          initializedCount = capacity
        }
      }
      guard let nodes else { return nil }
      levels.append(TreeLevel(firstIndex: firstIndex, nodes: nodes))
      position = end
    }
    self.lowestLevel = lowestLevel
    self.levels = levels
  }

  func encode(height: Int, into output: inout OutputRawSpan) {
    UInt64(height).encode(into: &output)
    UInt64(lowestLevel).encode(into: &output)
    output.append(offset: Subtree.fixedPart)
    var offset = levels.count * sszOffsetByteCount
    for level in levels {
      output.append(offset: offset)
      offset += 12 + level.count * Scheme.digestByteCount
    }
    for level in levels {
      level.firstIndex.encode(into: &output)
      output.append(offset: 12)
      level.nodes.withUnsafeBytes { output.append(contentsOf: $0) }
    }
  }
}

extension TreeLevel {
  /// The node at the absolute `index`.
  func node(_ index: UInt64) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: Scheme.digestElements) { output, initializedCount in
      copyNode(index, to: output.start)
      initializedCount = Scheme.digestElements
    }
  }
}

extension RawSpan {
  fileprivate func integer(at position: Int) -> UInt64 {
    UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
  }
}

extension SIMD8<UInt32> {
  /// The elements of an encoded parameter.
  fileprivate init(reading bytes: RawSpan) {
    self.init()
    for index in 0..<Scheme.parameterElements {
      self[index] = bytes.unsafeLoadUnaligned(
        fromByteOffset: index * KoalaBear.elementByteCount, as: UInt32.self)
    }
  }
}

/// Why bytes are not a key of the scheme.
public enum SecretKeyError: Error, Hashable, Sendable {
  /// The key is cut off or too long; the right size is known once its window is.
  case byteCount(Int, expected: Int?)
  /// The key belongs to a scheme with another tree height.
  case otherScheme(height: UInt64, expected: Int)
  /// The active slots are not whole bottom trees within the lifetime.
  case window(activation: UInt64, count: UInt64)
  /// The prepared window lies outside the active slots.
  case leftTree(UInt64)
  /// A field element is at or above the prime.
  case elementOutOfRange
  /// An offset, index or count is not the one that the window requires.
  case notCanonical
  /// A stored node is not the hash of what is below it.
  case inconsistentNode(level: Int, index: UInt64)
}

extension SecretKeyError: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch self {
    case .byteCount(let count, let expected):
      "the key has \(count) bytes" + (expected.map { " instead of \($0)" } ?? ": too few")
    case .otherScheme(let height, let expected):
      "the key's tree has height \(height), the scheme's \(expected)"
    case .window(let activation, let count):
      "\(count) slots from \(activation) are not whole bottom trees of the scheme"
    case .leftTree(let index): "the prepared tree \(index) is outside the active slots"
    case .elementOutOfRange: "the key holds a field element at or above P"
    case .notCanonical: "an offset or index of the key has a value that it cannot have"
    case .inconsistentNode(let level, let index):
      "node \(index) of level \(level) is not the hash of what is below it"
    }
  }
}
