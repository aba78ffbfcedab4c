public import Chain
public import Consensus
public import ForkChoice
private import Synchronization

/// The chain and the engine as they were after a call: what readers outside may know.
public struct ChainView: Sendable {
  /// Where the engine is in its life.
  public let life: ChainEngine.Life

  /// The block that fork choice selects, with its state.
  public let head: BlockNode

  /// The justified checkpoint.
  public let justified: Checkpoint

  /// The finalized checkpoint.
  public let finalized: Checkpoint

  /// The time of the store.
  public let time: Interval

  /// Whether our view is fresh enough to sign, and why.
  public let gate: SyncGate.State

  /// Whether votes are aggregated here.
  public let isAggregator: Bool

  init(_ engine: ChainEngine) {
    let store = engine.store
    life = engine.life
    head = store.headNode
    justified = store.latestJustified
    finalized = store.latestFinalized
    time = store.time
    gate = engine.gateState
    isAggregator = engine.isAggregator
  }
}

/// The newest view, for readers that must not wait for the engine.
///
/// It holds references to blocks and no copy of the store, so publishing one costs nothing.
public final class PublishedView: Sendable {
  private let view: Mutex<ChainView>

  init(_ view: ChainView) {
    self.view = Mutex(view)
  }

  /// The view after the engine's last call.
  public var current: ChainView { view.withLock { $0 } }

  func publish(_ newest: ChainView) {
    view.withLock { $0 = newest }
  }
}
