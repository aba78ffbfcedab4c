internal import Synchronization

/// How far the computation of a key's leaves has come.
public struct KeyProgress: Hashable, Sendable {
  /// The leaves computed so far.
  public let finishedLeaves: Int

  /// The leaves to compute.
  public let totalLeaves: Int
}

/// The leaves of bottom trees, computed in chunks by as many threads as the caller brings.
///
/// Each thread calls ``run(onProgress:)``, which blocks for long: never call it from Swift's
/// cooperative pool, which has one thread per core. A chunk is at most 256 leaves, some 30 ms.
public final class KeyWork: Sendable {
  private static let maximumChunkHeight = 8

  /// The leaves of a chunk, unless a bottom tree has fewer.
  package static let maximumChunkLeaves = 1 << maximumChunkHeight

  private struct State {
    var nextChunk = 0
    var finishedChunks = 0
    var isCancelled = false
    /// The subtree over each finished chunk; only its root beyond the kept trees.
    var chunks: [Subtree?]
  }

  private let hash: TweakableHash
  private let key: PRFKey
  private let trees: [UInt64]
  /// Trees of which all nodes are kept, the first ones; of the others only the root is.
  private let keptTrees: Int
  private let chunkHeight: Int
  private let state: Mutex<State>

  init(hash: TweakableHash, key: PRFKey, trees: [UInt64], keptTrees: Int) {
    self.hash = hash
    self.key = key
    self.trees = trees
    self.keptTrees = keptTrees
    chunkHeight = min(hash.scheme.subtreeHeight, KeyWork.maximumChunkHeight)
    let count = trees.count << (hash.scheme.subtreeHeight - chunkHeight)
    state = Mutex(State(chunks: Array(repeating: nil, count: count)))
  }

  private var chunksPerTree: Int { 1 << (hash.scheme.subtreeHeight - chunkHeight) }

  private var chunkCount: Int { trees.count * chunksPerTree }

  /// How far the work has come.
  public var progress: KeyProgress {
    progress(finishedChunks: state.withLock { $0.finishedChunks })
  }

  /// Computes chunks until none is left or the work is cancelled.
  ///
  /// - Parameter onProgress: Called after each chunk, on the calling thread.
  public func run(onProgress: (KeyProgress) -> Void = { _ in }) {
    while let chunk = takeChunk() {
      let subtree = compute(chunk)
      let finished = state.withLock { state in
        state.chunks[chunk] = subtree
        state.finishedChunks += 1
        return state.finishedChunks
      }
      onProgress(progress(finishedChunks: finished))
    }
  }

  /// Stops the work: every thread returns after its current chunk.
  public func cancel() {
    state.withLock { $0.isCancelled = true }
  }

  /// The finished trees, in order; those beyond the kept ones have only their root's level.
  func finish() throws(KeyGenerationError) -> [Subtree] {
    let chunks = state.withLock { $0.chunks.compactMap { $0 } }
    guard chunks.count == chunkCount else { throw .unfinished(progress) }
    return trees.indices.map { tree in
      join(chunks[tree * chunksPerTree..<(tree + 1) * chunksPerTree])
    }
  }

  private func progress(finishedChunks: Int) -> KeyProgress {
    KeyProgress(
      finishedLeaves: finishedChunks << chunkHeight, totalLeaves: chunkCount << chunkHeight)
  }

  private func takeChunk() -> Int? {
    state.withLock { state in
      guard !state.isCancelled, state.nextChunk < chunkCount else { return nil }
      defer { state.nextChunk += 1 }
      return state.nextChunk
    }
  }

  private func compute(_ chunk: Int) -> Subtree {
    let (tree, part) = chunk.quotientAndRemainder(dividingBy: chunksPerTree)
    let firstSlot =
      trees[tree] * hash.scheme.slotsPerBottomTree + UInt64(part << chunkHeight)
    let leaves = TreeLevel(
      firstIndex: firstSlot,
      nodes: hash.leaves(key: key, firstSlot: firstSlot, count: 1 << chunkHeight))
    let subtree = hash.subtree(above: leaves, level: 0, height: chunkHeight)
    if tree < keptTrees { return subtree }
    return Subtree(lowestLevel: chunkHeight, levels: subtree.levels.suffix(1))
  }

  /// Joins the subtrees of one tree's chunks, level by level, and hashes the levels above them.
  private func join(_ chunks: ArraySlice<Subtree>) -> Subtree {
    guard let first = chunks.first else { preconditionFailure("a tree without chunks") }
    let joined = first.levels.indices.map { height in
      TreeLevel(
        firstIndex: first.levels[height].firstIndex,
        nodes: chunks.flatMap { $0.levels[height].nodes })
    }
    guard let top = joined.last else { preconditionFailure("a subtree without levels") }
    let above = hash.subtree(
      above: top, level: chunkHeight, height: hash.scheme.subtreeHeight - chunkHeight)
    return Subtree(lowestLevel: first.lowestLevel, levels: joined.dropLast() + above.levels)
  }
}

extension SecretKey {
  /// The leaves of `count` slots, whole batches, computed from the secret.
  package func leaves(firstSlot: UInt64, count: Int) -> [UInt32] {
    hash.leaves(key: key, firstSlot: firstSlot, count: count)
  }
}

extension TweakableHash {
  /// The leaves of `count` slots, whole batches.
  func leaves(key: PRFKey, firstSlot: UInt64, count: Int) -> [UInt32] {
    let capacity = count * Scheme.digestElements
    return [UInt32](unsafeUninitializedCapacity: capacity) { output, initializedCount in
      key.withBytes { key in
        kernel.leaves(
          self, key: key, firstSlot: UInt32(firstSlot), count: count, into: output.start)
      }
      initializedCount = capacity
    }
  }
}
