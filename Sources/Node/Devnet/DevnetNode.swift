internal import Aggregation
internal import Chain
public import ChainEvents
internal import ChainHost
internal import Consensus
package import HTTPServer
internal import LeanAPI
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
  /// The chain when the last life ended.
  private let lastView = Mutex<ChainView?>(nil)

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

  /// Adds a line to the node's log.
  package func log(_ level: LogLevel, source: String, _ message: String) {
    emit(.node(.log(level, source: source, message: message)))
  }

  func emit(_ event: ChainEvent) {
    events.emit(event, at: clock.reading().wall.rawValue)
  }

  private func takeLife() -> LeanNode? {
    life.withLock { node in
      defer { node = nil }
      lastView.withLock { $0 = node?.view ?? $0 }
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

  /// The node's HTTP interface, which answers when the node has been started once.
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
      block: { [self] root in current?.block(root) }, peers: { [] },
      setAggregator: { [self] isOn in
        current?.command(isOn ? .becomeAggregator : .stopAggregating)
      }, metrics: { [] })
    source.command = { [self] command in current?.command(command) }
    source.token = try APIToken.write(to: tokenPath)
    return HTTPInterface(
      HTTPInterface.Node(
        name: name, startSeconds: unixSeconds, ownValidators: configuration.keys.count,
        source: source),
      events: events, settings: settings)
  }

  /// The chain now, or when the node last lived.
  private var view: ChainView {
    guard let view = current?.view ?? lastView.withLock(\.self) else {
      preconditionFailure("\(name) answers before its first start")
    }
    return view
  }
}
