private import Aggregation
internal import ChainEvents
private import Foundation
private import Proposing
private import QUIC
private import XMSS

/// How the process of one node is started, in each of its lives.
struct ChildPlan: Sendable {
  private let program: String
  private let arguments: [String]
  private let logPath: String

  init(
    _ settings: DevnetSettings, _ chain: DevnetChain, _ wire: DevnetWire, node index: Int
  ) {
    let own = wire.peers[index]
    let others = wire.peers.filter { $0.name != own.name }.map(\.multiaddr)
    var arguments = [
      "node", "--child", "--genesis", chain.folder, "--node-id", own.name,
      "--data-dir", "\(chain.folder)/\(own.name)", "--journal", chain.journalPath(node: index),
      "--listen-address", "127.0.0.1", "--gossipsub-port", "\(own.address.port)",
      "--bootnodes", others.isEmpty ? "none" : others.joined(separator: ","),
      "--is-aggregator=\(index < settings.aggregators)", "--scheme", settings.scheme.name,
      "--prebuild-start", settings.policy.start.rawValue,
      "--commit", settings.policy.commit.rawValue, "--on-stale", settings.policy.stale.rawValue,
    ]
    if let cost = settings.proverCost { arguments += ["--prover-cost", cost.name] }
    if let port = settings.firstAPIPort { arguments += ["--api-port", "\(port + index)"] }
    self.arguments = arguments
    program = settings.program
    logPath = "\(chain.folder)/\(own.name)/errors.log"
  }

  /// Starts a life.
  func start(_ events: EventBus) throws -> ChildNode {
    if !FileManager.default.fileExists(atPath: logPath) {
      _ = FileManager.default.createFile(atPath: logPath, contents: nil)
    }
    guard let log = FileHandle(forWritingAtPath: logPath) else {
      throw DevnetRefusal.directory(logPath, reason: "it cannot be written")
    }
    _ = try? log.seekToEnd()
    return try ChildNode(
      URL(filePath: program).resolvingSymlinksInPath().path, arguments, log: log, events: events,
      onEnd: { [logPath] end in
        let message = "\(end); its last words are in \(logPath)"
        let now = UInt64(max(0, Date().timeIntervalSince1970 * 1_000))
        events.emit(.node(.log(.error, source: "process", message: message)), at: now)
      })
  }
}
