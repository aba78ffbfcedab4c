package import Chain
package import Consensus
package import ForkChoice
private import Synchronization

/// The chain and the engine as they were after a call: what readers outside may know.
package struct ChainView: Sendable {
  /// Where the engine is in its life.
  package let life: ChainEngine.Life

  /// The block that fork choice selects, with its state.
  package let head: BlockNode

  /// The justified checkpoint.
  package let justified: Checkpoint

  /// The finalized checkpoint.
  package let finalized: Checkpoint

  /// The finalized block, with its state.
  package let finalizedNode: BlockNode

  /// The tree of blocks with its weights.
  package let forkChoice: ForkChoiceSnapshot

  /// The time of the store.
  package let time: Interval

  /// Whether our view is fresh enough to sign, and why.
  package let gate: SyncGate.State

  /// Whether votes are aggregated here.
  package let isAggregator: Bool

  /// Looks at an engine.
  ///
  /// - Parameters:
  ///   - engine: The engine after a call.
  ///   - last: The view before the call, from which the tree is taken while nothing in it moved.
  package init(_ engine: ChainEngine, after last: ChainView? = nil) {
    let store = engine.store
    life = engine.life
    head = store.headNode
    justified = store.latestJustified
    finalized = store.latestFinalized
    finalizedNode = store.finalizedNode
    time = store.time
    gate = engine.gateState
    isAggregator = engine.isAggregator
    if let last, last.forkChoice.shows(store), last.time == store.time {
      forkChoice = last.forkChoice
    } else {
      forkChoice = ForkChoiceSnapshot(store)
    }
  }
}

/// The newest view, for readers that must not wait for the engine.
///
/// It holds references to blocks and no copy of the store; the tree is drawn anew at most a few
/// times in a slot.
package final class PublishedView: Sendable {
  private let view: Mutex<ChainView>

  init(_ view: ChainView) {
    self.view = Mutex(view)
  }

  /// The view after the engine's last call.
  package var current: ChainView { view.withLock { $0 } }

  func publish(_ newest: ChainView) {
    view.withLock { $0 = newest }
  }
}
