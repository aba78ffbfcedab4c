internal import Aggregation
internal import Chain
package import ChainEvents
internal import ChainHost
internal import Consensus
package import HTTPServer
internal import LeanAPI
internal import LeanMetrics
internal import LeanNode
private import Synchronization

/// One node of a devnet through all its lives: it can be killed and started again, and its clock,
/// its prover and its event bus outlive it.
package final class DevnetNode: Sendable {
  /// The node's name.
  package var name: String { configuration.name }

  /// The events of all its lives.
  package let events: EventBus

  let configuration: NodeConfiguration
  let clock: NodeClock
  let backend: SwitchableBackend

  private let launch: Launch
  private let life = Mutex<(any NodeLife)?>(nil)
  /// The chain when the last life ended.
  private let lastView = Mutex<ChainView?>(nil)

  /// How a life of the node begins.
  enum Launch: Sendable {
    /// In this process.
    case here(DevnetWire.Connect)

    /// In a process of its own.
    case child(@Sendable (EventBus) throws -> ChildNode)
  }

  init(
    _ configuration: NodeConfiguration, clock: NodeClock, backend: SwitchableBackend,
    launch: Launch
  ) {
    self.configuration = configuration
    self.clock = clock
    self.backend = backend
    self.launch = launch
    events = EventBus(
      stamp: EventStamp(
        node: configuration.name,
        genesisMilliseconds: configuration.genesis.clock.genesis.rawValue))
  }

  /// The node while it lives.
  var current: (any NodeLife)? { life.withLock { $0 } }

  /// Opens the node's files and starts it; does nothing while it lives.
  func start() throws(DevnetRefusal) {
    guard current == nil else { return }
    do {
      let node: any NodeLife
      switch launch {
      case .here(let connect):
        let here = try LeanNode(
          configuration, clock: clock, backend: backend, events: events, connect: connect)
        here.start()
        node = here
      case .child(let start): node = try start(events)
      }
      life.withLock { $0 = node }
    } catch {
      throw .node(name, reason: "\(error)")
    }
  }

  /// Passes an order on; clock and prover outlive a life in this process.
  func obey(_ order: NodeOrder) {
    switch (launch, order) {
    case (.here, .stepClock(let milliseconds)): clock.step(byMilliseconds: milliseconds)
    case (_, .proverCost(let name)):
      backend.costModel = name.flatMap { AggregationCostModel(named: $0) }
      if case .child = launch { current?.obey(order) }
    case (.here, _), (.child, _): current?.obey(order)
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

  /// Adds a line to the node's log.
  package func log(_ level: LogLevel, source: String, _ message: String) {
    emit(.node(.log(level, source: source, message: message)))
  }

  func emit(_ event: ChainEvent) {
    events.emit(event, at: clock.reading().wall.rawValue)
  }

  private func takeLife() -> (any NodeLife)? {
    life.withLock { node in
      defer { node = nil }
      lastView.withLock { $0 = (node as? LeanNode)?.view ?? $0 }
      return node
    }
  }
}

extension DevnetNode {
  /// The folder of the node's files.
  private var folder: String {
    configuration.databasePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
  }

  /// The file with what HTTP clients must bring to command the node.
  package var tokenPath: String { "\(folder)/\(name).api-token" }

  /// The HTTP interface of a node in this process, which answers when it has been started once.
  ///
  /// - Parameters:
  ///   - settings: Where it listens.
  ///   - version: The program and its version.
  ///   - unixSeconds: The time of the process's start.
  /// - Returns: The interface, which listens to the node's events from now on.
  /// - Throws: When the token cannot be written.
  package func interface(
    _ settings: HTTPInterface.Settings, version: String, unixSeconds: Double
  ) throws -> HTTPInterface {
    let grid = configuration.genesis.clock
    var source = APISource(
      version: version, peerID: nil, view: { [self] in view },
      wallSlot: { [clock] in grid.slot(at: clock.reading().wall) },
      block: { [self] root in here?.block(root) }, peers: { [] },
      setAggregator: { [self] isOn in
        obey(.command(isOn ? .becomeAggregator : .stopAggregating))
      }, metrics: { [] })
    source.command = { [self] command in obey(.command(command)) }
    source.token = try APIToken.write(to: tokenPath)
    return HTTPInterface(
      HTTPInterface.Node(
        name: name, startSeconds: unixSeconds, ownValidators: configuration.keys.count,
        source: source, workTimes: { [self] in here?.workTimes ?? WorkTimes() },
        meshPeers: { [self] in here?.meshPeers }),
      events: events, settings: settings)
  }

  /// The node while it lives in this process.
  private var here: LeanNode? { current as? LeanNode }

  /// The chain now, or when the node last lived.
  private var view: ChainView {
    guard let view = here?.view ?? lastView.withLock(\.self) else {
      preconditionFailure("\(name) answers before its first start")
    }
    return view
  }
}
