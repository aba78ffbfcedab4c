internal import ArgumentParser
internal import ChainEvents
internal import Dashboard
internal import DashboardApp
private import Devnet
internal import EventClient
private import Foundation
private import NodeStatus

/// The dashboard over nodes that run elsewhere.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Watch nodes that run elsewhere, on the dashboard.",
    discussion: """
      Each URL is the HTTP interface of a node, such as http://127.0.0.1:5052. A Swiftlet sends \
      everything that its own screen shows, from how it stands now on. An ethlambda, or another client with its \
      topics, tells less; what it does not tell is drawn so. A lost connection is made again, and goes on \
      where it was.

      Hotkeys that change something need the token that the node wrote below its data directory.

      Example: swiftlet watch http://10.0.0.5:5052 --token-file data/n0/api-token
      """)

  @Argument(help: "The nodes, as http://HOST:PORT.")
  var urls: [String]

  @Option(
    help: ArgumentHelp("The file with the node's token, for hotkeys.", valueName: "file"),
    completion: .file())
  var tokenFile: String?

  @OptionGroup(title: "Dashboard")
  var screen: ScreenOptions

  func validate() throws {
    guard urls.count <= FleetStatus.nodeLimit else {
      throw ValidationError("a screen shows at most \(FleetStatus.nodeLimit) nodes")
    }
    for url in urls where RemoteNode(url) == nil {
      throw ValidationError("'\(url)' is no address like http://127.0.0.1:5052")
    }
  }

  func run() async throws {
    let settings = try screen.settings()
    try DashboardProgram.check(settings)
    let token = try tokenFile.map { try Self.token(in: $0) }
    let nodes = urls.compactMap { RemoteNode($0, token: token) }
    let source = RemoteSource(nodes)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for node in nodes { group.addTask { await node.follow() } }
      defer { group.cancelAll() }
      try await waitForFirst(nodes)
      if DashboardProgram.hasTerminal {
        _ = try await DashboardProgram.run(
          source, settings: settings,
          act: { order in Task { await source.send(order) } })
      } else {
        try await DashboardProgram.tellLog(source) { try tellSurely($0) }
      }
    }
  }

  /// Says on the terminal why there is nothing to see yet, until there is.
  private func waitForFirst(_ nodes: [RemoteNode]) async throws {
    while !nodes.contains(where: \.hasSpoken) {
      for node in nodes {
        for line in node.takeLines() { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Reads a token: one line of at most 256 bytes.
  private static func token(in file: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: file), data.count <= 256 else {
      throw ValidationError(
        "cannot read a token from '\(file)'; the node names the file when it starts")
    }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// The events of remote nodes for one screen.
struct RemoteSource: EventSource {
  private let nodes: [RemoteNode]

  init(_ nodes: [RemoteNode]) {
    self.nodes = nodes
  }

  /// Sends an order; a refusal is shown in the log.
  func send(_ order: OperatorOrder) async {
    guard nodes.count == 1, let node = nodes.first else {
      return nodes.first?.report("commands need one node: watch it alone") ?? ()
    }
    guard let command = order.command else {
      return node.report("this can be done on the node's own screen only")
    }
    guard let refusal = await node.send(command: command) else { return }
    node.report("\(command) was refused: \(refusal)")
  }

  mutating func advance(to wallMilliseconds: UInt64) -> EventBatch {
    let batches = nodes.map { $0.drain() }
    let offset = batches.map(\.clockOffset).max() ?? 0
    return EventBatch(
      events: EventOrder.merged(batches.map(\.events)),
      nowMilliseconds: UInt64(max(0, Int64(clamping: wallMilliseconds) + offset)))
  }

  var replay: ViewState.Replay? { nil }

  mutating func control(_ wish: ReplayWish) {}
}

extension OperatorOrder {
  /// The name of the command over HTTP; `nil` for what only the node's own process can do.
  fileprivate var command: String? {
    switch action {
    case .forceFallback: "force_fallback"
    case .disarmFallback: "disarm_fallback"
    case .setAggregator(let isOn): isOn ? "become_aggregator" : "stop_aggregating"
    case .toggleFault, .disconnectPeer, .shutDown: nil
    }
  }
}
