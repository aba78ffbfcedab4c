internal import ChainEvents
internal import Dashboard
internal import DashboardApp
internal import Devnet

/// The events of all nodes of a devnet for one screen, and the devnet's time.
struct FleetSource: EventSource {
  private let devnet: Devnet
  private let subscriptions: [EventSubscription]

  init(_ devnet: Devnet) {
    self.devnet = devnet
    subscriptions = devnet.nodes.compactMap { $0.events.subscribe() }
  }

  mutating func advance(to wallMilliseconds: UInt64) -> EventBatch {
    EventBatch(
      events: EventOrder.merged(subscriptions.map { $0.drain() }),
      nowMilliseconds: devnet.nowMilliseconds)
  }

  var replay: ViewState.Replay? { nil }

  mutating func control(_ wish: ReplayWish) {}
}
