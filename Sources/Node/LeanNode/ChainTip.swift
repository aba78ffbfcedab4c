internal import ChainHost
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Networking
internal import RequestResponse
internal import Storage
private import Synchronization

/// How far our chain is, for peers: first what the disk held, then what the engine publishes.
final class ChainTip: Sendable {
  private let initial: (status: Status, beforeHead: Bytes32)
  private let published = Mutex<PublishedView?>(nil)

  init(_ store: Store) {
    let head = store.headNode
    initial = (
      Status(
        finalized: store.latestFinalized, head: Checkpoint(root: head.root, slot: head.slot)),
      head.block.parentRoot
    )
  }

  /// From now on the engine says it.
  func follow(_ view: PublishedView) {
    published.withLock { $0 = view }
  }

  /// How far the chain is, and the parent of its head.
  var newest: (status: Status, beforeHead: Bytes32) {
    guard let view = published.withLock(\.self)?.current else { return initial }
    return (
      Status(
        finalized: view.finalized, head: Checkpoint(root: view.head.root, slot: view.head.slot)),
      view.head.block.parentRoot
    )
  }
}

extension ChainSource {
  /// Our chain from the engine's view and the disk.
  init(_ tip: ChainTip, _ database: ChainDatabase, slot: @escaping @Sendable () -> Slot) {
    self.init(
      slot: slot,
      status: { tip.newest.status },
      block: { root in try? database.block(root) },
      range: { start, count in
        let (status, beforeHead) = tip.newest
        let range = try? database.range(
          from: start, count: count, head: status.head, beforeHead: beforeHead)
        switch range {
        case .roots(let roots): return .roots(roots)
        case .outsideHistory: return .outsideHistory
        case .incomplete, nil: return .incompleteHistory
        }
      })
  }
}

/// The first time that a peer says where it stands.
final class FirstMeeting: Sendable {
  private struct State {
    var isOver = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// A peer has said it, or nobody waits any longer.
  func end() {
    let waiters = state.withLock { state in
      state.isOver = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns after the meeting, or after `limit`.
  func wait(atMost limit: Duration) async {
    let timeout = Task {
      try? await Task.sleep(for: limit)
      end()
    }
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if !state.isOver { state.waiters.append(continuation) }
        return state.isOver
      }
      if isOver { continuation.resume() }
    }
    timeout.cancel()
  }
}
