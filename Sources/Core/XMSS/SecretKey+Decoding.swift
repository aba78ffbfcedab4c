internal import SSZ

extension SecretKey {
  /// Decodes a key of `scheme`.
  ///
  /// - Throws: ``SecretKeyError``.
  public convenience init(
    ssz bytes: RawSpan, scheme: Scheme, checkingTrees: Bool = true
  ) throws(SecretKeyError) {
    try self.init(
      stored: KeyBytesInMemory(bytes), scheme: scheme, checkingTrees: checkingTrees,
      secret: bytes.byteCount < PRFKey.byteCount
        ? nil : bytes.extracting(first: PRFKey.byteCount).withUnsafeBytes { PRFKey(copying: $0) })
  }

  /// Decodes a key of `scheme`, its trees checked.
  ///
  /// - Throws: ``SecretKeyError``.
  public convenience init(ssz bytes: [UInt8], scheme: Scheme) throws(SecretKeyError) {
    try self.init(ssz: bytes.span.bytes, scheme: scheme)
  }

  /// Opens a key of `scheme` whose trees stay where they are; only the secret is copied.
  ///
  /// That takes 2 ms: all offsets and counts are compared, the first leaves are computed from the
  /// secret, and the first of them is followed up to the public key. Every signature does the same
  /// with its own leaf, so an altered node is noticed before anyone sees a signature.
  /// Checking the trees means to hash all stored nodes again, some 70 ms for a production key.
  ///
  /// - Throws: ``SecretKeyError``.
  package convenience init(
    stored bytes: any KeyBytes, scheme: Scheme, checkingTrees: Bool
  ) throws(SecretKeyError) {
    var secret = [UInt8](repeating: 0, count: PRFKey.byteCount)
    defer { secret.withUnsafeMutableBufferPointer { wipe($0) } }
    let isRead = secret.withUnsafeMutableBytes { bytes.copy(at: 0, to: $0) }
    try self.init(
      stored: bytes, scheme: scheme, checkingTrees: checkingTrees,
      secret: isRead ? secret.withUnsafeBytes { PRFKey(copying: $0) } : nil)
  }

  private convenience init(
    stored bytes: any KeyBytes, scheme: Scheme, checkingTrees: Bool, secret: PRFKey?
  ) throws(SecretKeyError) {
    let head = try SecretKeyHead(reading: bytes, scheme: scheme)
    guard let secret else { throw .unreadable }
    let parameter = try bytes.read(
      at: SecretKeyHead.parameter.lowerBound, count: SecretKeyHead.parameter.count)
    guard parameter.withUnsafeBytes(KoalaBear.areElements) else { throw .elementOutOfRange }
    guard try head.matches(bytes) else { throw .notCanonical }
    let trees = head.shapes.indices.map { tree in
      StoredTree(
        in: bytes, at: head.offsets[tree], shape: head.shapes[tree],
        lowestLevel: head.lowestLevels[tree])
    }
    guard let root = KeyTree.stored(trees[0]).root else { throw .elementOutOfRange }
    self.init(
      window: head.window, key: secret,
      hash: TweakableHash(
        scheme: scheme, parameter: .init(reading: parameter), kernel: chosenKernel),
      topTree: .stored(trees[0]), root: root,
      prepared: PreparedTrees(
        leftIndex: head.leftIndex, left: .stored(trees[1]), right: .stored(trees[2])))
    if checkingTrees { try checkTrees() }
    try checkFirstLeaf()
  }

  /// A bottom tree of this key that is kept by itself; `nil` when the bytes are not that tree.
  ///
  /// Its nodes are not hashed: every signature proves those that it needs.
  func bottomTree(_ index: UInt64, in bytes: any KeyBytes) -> KeyTree? {
    let shape = window.bottomLevels(index)
    guard window.trees.contains(index), bytes.byteCount == TreeEncoding.byteCount(of: shape),
      (try? TreeEncoding.matches(
        bytes, at: 0, shape: shape, height: scheme.logLifetime, lowestLevel: 0)) == true
    else { return nil }
    let tree = KeyTree.stored(StoredTree(in: bytes, at: 0, shape: shape, lowestLevel: 0))
    guard let root = tree.root else { return nil }
    let isOurs = withUnsafeTemporaryAllocation(
      of: UInt32.self, capacity: Scheme.digestElements
    ) { node in
      topTree.copyLowestNode(index, to: node.start) && node.elementsEqual(root)
    }
    return isOurs ? tree : nil
  }

  /// Refuses a key whose trees are not hashes of each other.
  private func checkTrees() throws(SecretKeyError) {
    let prepared = preparedTrees
    guard let top = topTree.loaded else { throw .elementOutOfRange }
    try top.checkNodes(hash)
    for (index, tree) in [
      (prepared.leftIndex, prepared.left), (prepared.leftIndex + 1, prepared.right),
    ] {
      guard let loaded = tree.loaded else { throw .elementOutOfRange }
      try loaded.checkNodes(hash)
      guard top.levels[0].node(index) == loaded.root else {
        throw .inconsistentNode(level: scheme.subtreeHeight, index: index)
      }
      try checkLeaves(of: tree, index: index)
    }
  }

  /// Follows the first leaf of the window up to the public key and down to the secret.
  private func checkFirstLeaf() throws(SecretKeyError) {
    let prepared = preparedTrees
    try checkLeaves(of: prepared.left, index: prepared.leftIndex)
    let slot = prepared.leftIndex * scheme.slotsPerBottomTree
    guard provenPath(of: slot, in: prepared.left) != nil else {
      throw .inconsistentNode(level: scheme.logLifetime, index: 0)
    }
  }

  /// Compares the first group of leaves of a bottom tree with those that the secret gives.
  private func checkLeaves(of tree: KeyTree, index: UInt64) throws(SecretKeyError) {
    let first = index * scheme.slotsPerBottomTree
    let leaves = hash.leaves(key: key, firstSlot: first, count: Scheme.batchSize)
    for offset in 0..<Scheme.batchSize {
      let isSame = withUnsafeTemporaryAllocation(
        of: UInt32.self, capacity: Scheme.digestElements
      ) { node in
        tree.copyLowestNode(first + UInt64(offset), to: node.start)
          && node.elementsEqual(
            leaves[offset * Scheme.digestElements..<(offset + 1) * Scheme.digestElements])
      }
      guard isSame else { throw .otherSecret }
    }
  }
}

extension Subtree {
  fileprivate func checkNodes(_ hash: TweakableHash) throws(SecretKeyError) {
    guard let node = firstInconsistentNode(hash) else { return }
    throw .inconsistentNode(level: node.level, index: node.index)
  }
}

extension TreeLevel {
  /// The node at the absolute `index`.
  fileprivate func node(_ index: UInt64) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: Scheme.digestElements) { output, initializedCount in
      copyNode(index, to: output.start)
      initializedCount = Scheme.digestElements
    }
  }
}

extension SecretKeyHead {
  /// Reads what varies from where it must be.
  fileprivate init(reading bytes: any KeyBytes, scheme: Scheme) throws(SecretKeyError) {
    let heightPlace = Self.fixedPart
    guard bytes.byteCount >= heightPlace + TreeEncoding.headByteCount(levels: 0) else {
      throw .byteCount(bytes.byteCount, expected: nil)
    }
    let height = try bytes.integer(at: heightPlace)
    guard height == UInt64(scheme.logLifetime) else {
      throw .otherScheme(height: height, expected: scheme.logLifetime)
    }
    let activation = try bytes.integer(at: Self.activation)
    let count = try bytes.integer(at: Self.slotCount)
    guard let window = KeyWindow(activation: activation, count: count, scheme: scheme) else {
      throw .window(activation: activation, count: count)
    }
    let leftIndex = try bytes.integer(at: Self.leftIndex)
    guard window.trees.dropLast().contains(leftIndex) else { throw .leftTree(leftIndex) }
    self.init(window: window, leftIndex: leftIndex)
    guard bytes.byteCount == byteCount else {
      throw .byteCount(bytes.byteCount, expected: byteCount)
    }
  }
}

extension KeyBytes {
  fileprivate func integer(at offset: Int) throws(SecretKeyError) -> UInt64 {
    try read(at: offset, count: 8).withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))
    }
  }
}

extension SIMD8<UInt32> {
  /// The elements of an encoded parameter.
  fileprivate init(reading bytes: [UInt8]) {
    self.init()
    bytes.withUnsafeBytes { bytes in
      for index in 0..<Scheme.parameterElements {
        self[index] = bytes.loadUnaligned(
          fromByteOffset: index * KoalaBear.elementByteCount, as: UInt32.self)
      }
    }
  }
}
