internal import Aggregation
internal import Chain
public import ChainEvents
internal import Consensus
internal import LeanNode
private import Synchronization

/// One node of a devnet through all its lives: it can be killed and started again, and its clock,
/// its prover and its event bus outlive it.
public final class DevnetNode: Sendable {
  /// The node's name.
  public var name: String { configuration.name }

  /// The events of all its lives.
  public let events: EventBus

  let configuration: NodeConfiguration
  let clock: NodeClock
  let backend: SwitchableBackend

  private let connect: DevnetWire.Connect
  private let life = Mutex<LeanNode?>(nil)

  init(
    _ configuration: NodeConfiguration, clock: NodeClock, backend: SwitchableBackend,
    connect: @escaping DevnetWire.Connect
  ) {
    self.configuration = configuration
    self.clock = clock
    self.backend = backend
    self.connect = connect
    events = EventBus(
      stamp: EventStamp(
        node: configuration.name,
        genesisMilliseconds: configuration.genesis.clock.genesis.rawValue))
  }

  /// The node while it lives.
  var current: LeanNode? { life.withLock { $0 } }

  /// Opens the node's files and starts it; does nothing while it lives.
  func start() throws(DevnetRefusal) {
    guard current == nil else { return }
    do {
      let node = try LeanNode(
        configuration, clock: clock, backend: backend, events: events, connect: connect)
      life.withLock { $0 = node }
      node.start()
    } catch {
      throw .node(name, reason: error.description)
    }
  }

  /// Ends the node in order.
  func stop() async {
    await takeLife()?.stop()
  }

  /// Ends the node as the death of its process would.
  func kill() {
    takeLife()?.kill()
  }

  func emit(_ event: ChainEvent) {
    events.emit(event, at: clock.reading().wall.rawValue)
  }

  private func takeLife() -> LeanNode? {
    life.withLock { node in
      defer { node = nil }
      return node
    }
  }
}
