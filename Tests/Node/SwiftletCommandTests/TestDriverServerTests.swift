import Foundation
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// `swiftlet node` as hive's simulator starts it for vectors.
struct TestDriverServerTests {
  @Test func `the variable makes a driver of the node, which answers and ends with status 0`()
    async throws
  {
    let process = Process()
    process.executableURL = try swiftletProgram()
    process.arguments = ["node", "--api-port", "0"]
    process.environment = ProcessInfo.processInfo.environment
      .merging(["HIVE_LEAN_TEST_DRIVER": "1"]) { $1 }
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    var said = ""
    while !said.hasSuffix("\n") {
      let data = errors.fileHandleForReading.availableData
      guard !data.isEmpty else { break }
      said += String(decoding: data, as: UTF8.self)
    }
    let port = try #require(said.split(separator: ":").last?.dropLast())
    let root = "http://127.0.0.1:\(port)/lean/v0"
    let health = try await ask("\(root)/health")
    #expect(health == #"{"service":"lean-rpc-api","status":"healthy"} 200"#)
    let step = try await ask(
      "\(root)/test_driver/fork_choice/step", body: #"{"stepType":"checks"}"#)
    #expect(step.hasSuffix(" 409"))
    #expect(try await ask("\(root)/node/syncing").hasSuffix(" 404"))
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// The body and the status of an answer.
  private func ask(_ url: String, body: String? = nil) async throws -> String {
    var request = URLRequest(url: try #require(URL(string: url)))
    if let body {
      request.httpMethod = "POST"
      request.httpBody = Data(body.utf8)
    }
    let (data, response) = try await URLSession.shared.data(for: request)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    return "\(String(decoding: data, as: UTF8.self)) \(status)"
  }
}
