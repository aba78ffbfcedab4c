private import Dispatch
private import Foundation
internal import KeyFiles
internal import ProverWorkers
private import Synchronization
internal import XMSS

/// Moves the windows of a node's keys in the background, one at a time.
///
/// A production window takes seconds of a core and is wanted hours before it is needed, so nothing
/// ever waits for it. Only after a long pause the clock is beyond a window: such a key signs nothing
/// until its window has moved, so it goes first, and on all cores. A window never goes back: what lies
/// behind it was signed, or missed, and a clock that went back and returns must find the window where
/// it left it.
final class KeyPreparer: Sendable {
  /// Windows that will be needed, and those that the clock has left.
  private let later: DispatchQueue
  private let now: DispatchQueue
  private let trees: TreeFolder
  private static let cores = ProcessInfo.processInfo.activeProcessorCount
  private let busy = Mutex<Set<PublicKey>>([])

  /// Creates a preparer that keeps what it computes in a folder.
  init(name: String, treePath: String) {
    trees = TreeFolder(path: treePath)
    later = DispatchQueue(label: "\(name) key windows", qos: .background)
    now = DispatchQueue(label: "\(name) late key windows", qos: .utility)
  }

  /// Starts to move the window of `key` if `slot` is in its second half; else does nothing.
  func prepare(_ key: SigningKey, for slot: UInt64, finished: @escaping @Sendable () -> Void) {
    switch key {
    case .own(let key): prepare(key, for: slot, finished: finished)
    case .worker(let key): prepare(key, for: slot, finished: finished)
    }
  }

  /// Has a worker make the next tree when half of the current one is used.
  private func prepare(
    _ key: WorkerKey, for slot: UInt64, finished: @escaping @Sendable () -> Void
  ) {
    guard let tree = key.missingTree(for: slot),
      busy.withLock({ $0.insert(key.publicKey).inserted })
    else { return }
    later.async { [self] in
      // A worker that failed is asked again in the next slot.
      let isMade = (try? key.prepare(tree: tree)) != nil
      busy.withLock { _ = $0.remove(key.publicKey) }
      if isMade { finished() }
    }
  }

  /// Moves the window of a key of ours when half of it is used.
  func prepare(
    _ key: SecretKey, for slot: UInt64, finished: @escaping @Sendable () -> Void
  ) {
    guard slot >= key.preparedSlots.lowerBound, key.preparation(for: slot) != nil,
      busy.withLock({ $0.insert(key.publicKey).inserted })
    else { return }
    let isLate = slot >= key.preparedSlots.upperBound
    (isLate ? now : later).async { [self] in
      // Work that was cancelled is unfinished: the window stays, and the next slot tries again.
      let isMoved = (try? move(key, to: slot, threads: isLate ? Self.cores : 1)) == true
      busy.withLock { _ = $0.remove(key.publicKey) }
      if isMoved { finished() }
    }
  }

  private func move(
    _ key: SecretKey, to slot: UInt64, threads: Int
  ) throws(KeyGenerationError) -> Bool {
    let name = key.publicKey
    let preparation = key.preparation(for: slot) { trees.tree($0, of: name) }
    guard let preparation else { return false }
    DispatchQueue.concurrentPerform(iterations: threads) { _ in preparation.work.run() }
    try preparation.finish { trees.keep($1, $0, of: name) }
    trees.forget(
      before: key.preparedSlots.lowerBound / key.scheme.slotsPerBottomTree, of: name)
    return true
  }
}
