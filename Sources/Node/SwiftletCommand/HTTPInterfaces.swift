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

  /// Serves until ``stop()``; a port that cannot be had costs this interface only, and is told.
  func serve(tell: @escaping @Sendable (String) -> Void) {
    let running = nodes.map { node, interface in
      Task {
        do {
          try await interface.run(
            onBound: { port in
              let line =
                "attach with: swiftlet watch http://127.0.0.1:\(port) --token-file "
                + node.tokenPath
              node.log(.info, source: "http", line)
              tell("\(node.name): \(line)")
            }, report: { node.log(.warning, source: "http", $0) })
        } catch is CancellationError {
        } catch {
          node.log(.error, source: "http", "no HTTP interface: \(error)")
          tell("\(node.name): no HTTP interface: \(error)")
        }
      }
    }
    tasks.withLock { $0 = running }
  }

  func stop() {
    for task in tasks.withLock(\.self) { task.cancel() }
  }
}
