internal import Hashing
internal import SSZ
internal import Synchronization

/// The secret half of an XMSS key, with the trees to sign for a window of slots at once.
///
/// One object per key: copies could sign twice. The only secret is the PRF key, which is wiped
/// when the last reference goes; tree nodes are public hashes. leanSpec: `xmss/containers.py`.
public final class SecretKey: Sendable {
  /// The public half.
  public let publicKey: PublicKey

  let window: KeyWindow
  let key: PRFKey
  let hash: TweakableHash
  let topTree: KeyTree
  private let prepared: Mutex<PreparedTrees>

  init(
    window: KeyWindow, key: PRFKey, hash: TweakableHash, topTree: KeyTree, root: [UInt32],
    prepared: PreparedTrees
  ) {
    self.window = window
    self.key = key
    self.hash = hash
    self.topTree = topTree
    self.prepared = Mutex(prepared)
    publicKey = PublicKey(root: root, parameter: hash.parameter)
  }

  /// The scheme of the key.
  public var scheme: Scheme { window.scheme }

  /// The slots that the key can ever sign for.
  public var activeSlots: Range<UInt64> { window.slots }

  /// The slots that the key can sign for now: two bottom trees.
  public var preparedSlots: Range<UInt64> {
    let left = preparedTrees.leftIndex
    return window.slots(of: left..<left + 2)
  }

  var preparedTrees: PreparedTrees { prepared.withLock { $0 } }

  /// The work that moves the prepared window so that it begins with the bottom tree of `slot`.
  ///
  /// Call it when a slot in the second half of the window is reached, long before the window
  /// ends, and after loading a key. Signing goes on meanwhile.
  ///
  /// - Returns: `nil` when the window is in place already or the key is not active for `slot`.
  public func preparation(for slot: UInt64) -> WindowPreparation? {
    preparation(for: slot) { _ in nil }
  }

  /// The work that moves the prepared window, less the bottom trees that were kept.
  ///
  /// - Parameters:
  ///   - slot: The slot to prepare for.
  ///   - kept: The encoding of a bottom tree of this key, by its index.
  /// - Returns: `nil` when the window is in place already or the key is not active for `slot`.
  package func preparation(
    for slot: UInt64, kept: (_ tree: UInt64) -> (any KeyBytes)?
  ) -> WindowPreparation? {
    guard activeSlots.contains(slot) else { return nil }
    let wanted = min(slot / scheme.slotsPerBottomTree, window.trees.upperBound - 2)
    let current = preparedTrees
    guard wanted != current.leftIndex else { return nil }
    var stored: [UInt64: KeyTree] = [:]
    for index in [wanted, wanted + 1] where current[index] == nil {
      stored[index] = kept(index).flatMap { bottomTree(index, in: $0) }
    }
    let missing = [wanted, wanted + 1].filter { current[$0] == nil && stored[$0] == nil }
    return WindowPreparation(key: self, leftIndex: wanted, missing: missing, stored: stored)
  }

  /// Replaces the prepared trees; those that are still wanted stay.
  fileprivate func prepare(leftIndex: UInt64, new: [UInt64: KeyTree]) {
    prepared.withLock { trees in
      guard
        let left = new[leftIndex] ?? trees[leftIndex],
        let right = new[leftIndex + 1] ?? trees[leftIndex + 1]
      else { return }
      trees = PreparedTrees(leftIndex: leftIndex, left: left, right: right)
    }
  }
}

/// The two neighbouring bottom trees that can sign now.
struct PreparedTrees: Sendable {
  let leftIndex: UInt64
  let left: KeyTree
  let right: KeyTree

  /// The tree with this index, if it is one of the two.
  subscript(index: UInt64) -> KeyTree? {
    switch index {
    case leftIndex: left
    case leftIndex + 1: right
    default: nil
    }
  }
}

/// The move of a key's prepared window, made in the background.
public final class WindowPreparation: Sendable {
  /// The long part, for as many threads as the caller brings.
  public let work: KeyWork

  private let key: SecretKey
  private let leftIndex: UInt64
  private let missing: [UInt64]
  private let stored: [UInt64: KeyTree]

  fileprivate init(
    key: SecretKey, leftIndex: UInt64, missing: [UInt64], stored: [UInt64: KeyTree]
  ) {
    self.key = key
    self.leftIndex = leftIndex
    self.missing = missing
    self.stored = stored
    work = KeyWork(hash: key.hash, key: key.key, trees: missing, keptTrees: missing.count)
  }

  /// Moves the window; does nothing once another preparation has moved it elsewhere.
  ///
  /// - Throws: ``KeyGenerationError/unfinished(_:)`` unless all of ``work`` is done.
  public func finish() throws(KeyGenerationError) {
    try finish { _, _ in nil }
  }

  /// Moves the window, and lets new trees be kept elsewhere than in memory, where one has 4 MB.
  ///
  /// - Parameter keep: Keeps the encoding of a bottom tree, by its index, and gives it back; `nil`
  ///   when it cannot be kept.
  /// - Throws: ``KeyGenerationError/unfinished(_:)`` unless all of ``work`` is done.
  package func finish(
    keep: (_ tree: UInt64, _ encoding: [UInt8]) -> (any KeyBytes)?
  ) throws(KeyGenerationError) {
    var new = stored
    for (index, tree) in zip(missing, try work.finish()) {
      let encoding = tree.sszBytes(height: key.scheme.logLifetime)
      let kept = keep(index, encoding).flatMap { key.bottomTree(index, in: $0) }
      new[index] = kept ?? .made(tree)
    }
    key.prepare(leftIndex: leftIndex, new: new)
  }
}

extension PublicKey {
  init(root: [UInt32], parameter: SIMD8<UInt32>) {
    let elements = root + (0..<Scheme.parameterElements).map { parameter[$0] }
    guard let bytes = elements.withUnsafeBytes({ Bytes52($0) }) else {
      preconditionFailure("\(elements.count) elements in a public key")
    }
    self.init(bytes)
  }

  /// The elements of the parameter, five of eight.
  var parameter: SIMD8<UInt32> {
    withBytes { bytes in
      var parameter = SIMD8<UInt32>()
      for index in 0..<Scheme.parameterElements {
        parameter[index] = bytes.loadUnaligned(
          fromByteOffset: Scheme.digestByteCount + index * KoalaBear.elementByteCount,
          as: UInt32.self)
      }
      return parameter
    }
  }
}
