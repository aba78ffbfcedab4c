package import ChainEvents
internal import ChainHost
package import LeanAPI
package import LeanMetrics
internal import NodeStatus
private import Synchronization

/// The HTTP interface of one node: its events, its metrics and its listeners.
///
/// It reads what the node publishes and sits in no call of the engine.
package final class HTTPInterface: Sendable {
  /// Where it listens.
  package struct Settings: Sendable {
    /// The address of the API.
    package var address = "127.0.0.1"
    /// The port of the API; 0 takes a free one.
    package var apiPort = 5052
    /// The port of the metrics; `nil` where the API's serves them alone.
    package var metricsPort: Int?
    /// The address of the metrics; `nil` for that of the API.
    package var metricsAddress: String?

    /// Creates the default settings.
    package init() {}
  }

  /// What it tells of the node beside its events.
  package struct Node: Sendable {
    /// The node's name.
    package var name: String
    /// When the process began, in seconds since 1970.
    package var startSeconds: Double
    /// Validators of ours.
    package var ownValidators: Int
    /// What the routes need; its peers and metrics are filled in here, from the events.
    package var source: APISource
    /// What its threads measure.
    package var workTimes: @Sendable () -> WorkTimes
    /// Peers in the mesh of the blocks' topic; `nil` without a mesh.
    package var meshPeers: @Sendable () -> Int?

    /// Creates the description.
    package init(
      name: String, startSeconds: Double, ownValidators: Int, source: APISource,
      workTimes: @escaping @Sendable () -> WorkTimes,
      meshPeers: @escaping @Sendable () -> Int?
    ) {
      self.name = name
      self.startSeconds = startSeconds
      self.ownValidators = ownValidators
      self.source = source
      self.workTimes = workTimes
      self.meshPeers = meshPeers
    }
  }

  /// How long events gather before they are written: a person sees no difference, and a thousand
  /// streams are woken twenty times a second, not once for each event.
  private static let gatherMilliseconds = 50

  private let settings: Settings
  private let hub: EventHub
  private let events: EventBus
  private let subscription: EventSubscription?
  private let metrics: MetricsLedger
  private let api: LeanAPI

  /// Begins to listen to a node's events; nothing is served yet.
  package init(_ node: Node, events: EventBus, settings: Settings) {
    self.settings = settings
    self.events = events
    // Streams of an earlier run must not go on in this one.
    let hub = EventHub(run: UInt64(max(0, node.startSeconds * 1000)))
    self.hub = hub
    subscription = events.subscribe(capacity: EventSubscription.defaultCapacity * 4)
    let metrics = MetricsLedger()
    self.metrics = metrics
    var source = node.source
    source.peers = { hub.status.nodes.first?.peers.peers.map { APISource.Peer($0) } ?? [] }
    source.metrics = { metrics.text(node, hub) }
    api = LeanAPI(source)
  }

  /// Serves until the task is cancelled; a port that cannot be had costs the interface, not the
  /// node.
  ///
  /// - Parameters:
  ///   - tokenPath: The file of the token, for the line that says how to attach.
  ///   - log: Takes what there is to say, a line each.
  package func serve(
    tokenPath: String, log: @escaping @Sendable (LogLevel, String) -> Void
  ) async {
    do {
      try await run(
        onBound: { [settings] port in
          let url = "http://\(settings.address):\(port)"
          log(.info, "attach with: swiftlet watch \(url) --token-file \(tokenPath)")
        }, report: { log(.warning, $0) })
    } catch is CancellationError {
    } catch {
      log(.error, "no HTTP interface: \(error); choose another --api-port")
    }
  }

  private func run(
    onBound: @escaping @Sendable (Int) async -> Void,
    report: @escaping @Sendable (String) -> Void
  ) async throws {
    var api = HTTPServer.Settings()
    (api.address, api.port) = (settings.address, settings.apiPort)
    let main = HTTPServer(self.api, hub: hub, settings: api, report: report)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.pump() }
      group.addTask { try await main.run(onBound: onBound) }
      if let port = settings.metricsPort, port != settings.apiPort {
        var metrics = api
        (metrics.port, metrics.connectionLimit) = (port, 64)
        metrics.address = settings.metricsAddress ?? settings.address
        let other = HTTPServer(self.api, hub: hub, settings: metrics, report: report)
        group.addTask { try await other.run() }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Moves events from the node to the streams.
  private func pump() async {
    guard let subscription else { return }
    defer {
      events.unsubscribe(subscription)
      hub.end()
    }
    var silence = 0
    while (try? await Task.sleep(for: .milliseconds(Self.gatherMilliseconds))) != nil {
      let gathered = subscription.drain()
      metrics.update(gathered)
      if !gathered.isEmpty { hub.take(gathered) }
      silence += Self.gatherMilliseconds
      guard silence >= HTTPServer.keepAliveSeconds * 1000 else { continue }
      silence = 0
      hub.keepAlive()
    }
  }
}

/// The counters of one node, written by its events and read by scrapes.
private final class MetricsLedger: Sendable {
  private let metrics = Mutex(NodeMetrics())

  func update(_ events: [TimedEvent]) {
    metrics.withLock { metrics in
      for event in events { metrics.update(event) }
    }
  }

  func text(_ node: HTTPInterface.Node, _ hub: EventHub) -> [UInt8] {
    let source = node.source
    let facts = MetricsFacts(
      name: node.name, version: source.version,
      chain: source.view().metricsFacts(wallSlot: source.wallSlot()),
      ownValidators: node.ownValidators, startSeconds: node.startSeconds,
      meshPeers: node.meshPeers(),
      eventReaders: hub.readerCount)
    let status = hub.status.nodes.first
    return metrics.withLock { $0.text(status, node.workTimes(), facts) }
  }
}

extension APISource.Peer {
  fileprivate init(_ peer: KnownPeer) {
    self.init(peerID: peer.peer, direction: peer.direction?.rawValue)
  }
}
