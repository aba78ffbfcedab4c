private import ChainEvents
internal import Devnet
private import Foundation
internal import HTTPServer
private import Synchronization

/// The HTTP interfaces of a devnet's nodes.
final class HTTPInterfaces: Sendable {
  private let nodes: [(node: DevnetNode, interface: HTTPInterface)]
  private let tasks = Mutex<[Task<Void, Never>]>([])

  /// Begins to listen to the nodes' events.
  init(_ devnet: Devnet, firstPort: Int?) throws {
    nodes = try devnet.nodes.enumerated().map { index, node in
      var settings = HTTPInterface.Settings()
      settings.apiPort = firstPort.map { $0 + index } ?? 0
      return (
        node,
        try node.interface(
          settings, version: "swiftlet/\(Swiftlet.version)",
          unixSeconds: Date().timeIntervalSince1970)
      )
    }
  }

  /// Serves until ``stop()``; how to attach and what fails is told as well.
  func serve(tell: @escaping @Sendable (String) -> Void) {
    let running = nodes.map { node, interface in
      Task {
        await interface.serve(tokenPath: node.tokenPath) { level, line in
          node.log(level, source: "http", line)
          if level != .warning { tell("\(node.name): \(line)") }
        }
      }
    }
    tasks.withLock { $0 = running }
  }

  func stop() {
    for task in tasks.withLock(\.self) { task.cancel() }
  }
}
