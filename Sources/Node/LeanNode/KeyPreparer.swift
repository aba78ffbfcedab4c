private import Dispatch
internal import KeyFiles
private import Synchronization
internal import XMSS

/// Moves the windows of a node's keys in the background, one at a time, at the lowest priority.
///
/// A production window takes seconds of a core and is wanted hours before it is needed, so nothing
/// ever waits for it. A window never goes back: what lies behind it was signed, or missed, and a clock
/// that went back and returns must find the window where it left it.
final class KeyPreparer: Sendable {
  private let queue: DispatchQueue
  private let trees: TreeFolder
  private let busy = Mutex<Set<PublicKey>>([])

  /// Creates a preparer that keeps what it computes in a folder.
  init(name: String, treePath: String) {
    trees = TreeFolder(path: treePath)
    queue = DispatchQueue(label: "\(name) key windows", qos: .background)
  }

  /// Starts to move the window of `key` if `slot` is in its second half; else does nothing.
  func prepare(_ key: SecretKey, for slot: UInt64, finished: @escaping @Sendable () -> Void) {
    guard slot >= key.preparedSlots.lowerBound, key.preparation(for: slot) != nil,
      busy.withLock({ $0.insert(key.publicKey).inserted })
    else { return }
    queue.async { [self] in
      // Work that was cancelled is unfinished: the window stays, and the next slot tries again.
      let isMoved = (try? move(key, to: slot)) == true
      busy.withLock { _ = $0.remove(key.publicKey) }
      if isMoved { finished() }
    }
  }

  private func move(_ key: SecretKey, to slot: UInt64) throws(KeyGenerationError) -> Bool {
    let name = key.publicKey
    let preparation = key.preparation(for: slot) { trees.tree($0, of: name) }
    guard let preparation else { return false }
    preparation.work.run()
    try preparation.finish { trees.keep($1, $0, of: name) }
    trees.forget(
      before: key.preparedSlots.lowerBound / key.scheme.slotsPerBottomTree, of: name)
    return true
  }
}
