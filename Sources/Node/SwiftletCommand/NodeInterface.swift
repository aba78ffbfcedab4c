private import Chain
internal import ChainEvents
internal import Consensus
private import Foundation
internal import HTTPServer
private import LeanAPI
internal import LeanNode
private import NetworkFiles
internal import NodeSettings

/// The HTTP interface of `swiftlet node`.
struct NodeInterface: Sendable {
  /// The port of the API where none is given, as other clients have it.
  static let usualPort: UInt16 = 5052

  private let interface: HTTPInterface
  private let tokenPath: String
  private let log: @Sendable (LogLevel, String) -> Void

  /// Begins to listen to a node's events; the node has not been started yet.
  ///
  /// - Throws: When the token of commands cannot be written.
  init(
    _ node: LeanNode, _ settings: NodeSettings, grid: SlotClock, peerID: String?
  ) throws {
    var wanted = HTTPInterface.Settings()
    wanted.address = "\(settings.http.address)"
    wanted.apiPort = Int(settings.http.apiPort ?? Self.usualPort)
    wanted.metricsAddress = "\(settings.http.metricsAddress)"
    wanted.metricsPort = settings.http.metricsPort.map { Int($0) }
    tokenPath = "\(settings.dataDirectory)/api-token"
    let clock = node.clock
    var source = APISource(
      version: "swiftlet/\(Swiftlet.version)", peerID: peerID, view: { node.view },
      wallSlot: { grid.slot(at: clock.reading().wall) }, block: { node.block($0) }, peers: { [] },
      setAggregator: { node.command($0 ? .becomeAggregator : .stopAggregating) }, metrics: { [] })
    source.command = { node.command($0) }
    source.token = try APIToken.write(to: tokenPath)
    interface = HTTPInterface(
      HTTPInterface.Node(
        name: settings.name, startSeconds: Date().timeIntervalSince1970,
        ownValidators: settings.files.validators.count, source: source,
        workTimes: { node.workTimes }, meshPeers: { node.meshPeers }),
      events: node.events, settings: wanted)
    log = { [events = node.events] level, message in
      events.emit(
        .node(.log(level, source: "http", message: message)), at: clock.reading().wall.rawValue)
    }
  }

  /// Serves until the task is cancelled.
  func run() async { await interface.serve(tokenPath: tokenPath, log: log) }
}
