internal import Conformance
private import Foundation
private import HTTPServer
internal import LeanAPI

/// Hive's test driver on a port: vectors come over HTTP, and are answered by the code that imports
/// blocks.
struct TestDriverServer: Sendable {
  /// The variable that asks for the driver instead of a node.
  static let variable = "HIVE_LEAN_TEST_DRIVER"

  /// Bytes of a vector: states of a full registry in JSON.
  private static let bodyLimit = 64 << 20

  private let driver = TestDriver()

  /// Serves until the process is told to end.
  ///
  /// - Parameters:
  ///   - address: The address to bind.
  ///   - port: The port to bind.
  /// - Throws: When the port cannot be had.
  func run(address: String, port: Int) async throws {
    var settings = HTTPServer.Settings()
    (settings.address, settings.port, settings.bodyLimit) = (address, port, Self.bodyLimit)
    settings.bodySeconds = 60
    let server = HTTPServer(
      hub: EventHub(run: 0), settings: settings, report: { say($0) },
      answer: { [driver] in Self.answer($0, driver) })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await server.run { say("the test driver listens on \(address):\($0)") }
      }
      group.addTask { await Interruption.wait(until: { Task.isCancelled }) }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private static func answer(_ request: APIRequest, _ driver: TestDriver) -> APIAnswer {
    if request.path == "/lean/v0/health" { return LeanAPI.health }
    guard request.method == .post, let answer = driver.answer(request.path, Data(request.body))
    else {
      let reason = #"{"error":"no such route of the test driver"}"#
      return .json(bytes: Array(reason.utf8), status: 404)
    }
    return .json(bytes: Array(answer.body), status: answer.status)
  }
}
