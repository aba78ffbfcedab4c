import Foundation
import NodeTestSupport
import Testing

/// `swiftlet node` from outside, on networks that `swiftlet genesis` made.
struct NodeCommandTests {
  private let scratch: Scratch
  private var folder: String { scratch.path("net") }

  init() throws {
    scratch = try Scratch()
    let made = try swiftlet(
      "genesis", "--out", scratch.path("net"), "--node", "a_0", "--node", "b_0", "--scheme",
      "test", "--slots", "256", "--genesis-in", "1")
    #expect(made.status == 0, "\(made.errors)")
  }

  private func node(_ words: String...) throws -> Outcome {
    try swiftlet(["node", "--genesis", folder, "--data-dir", scratch.path("data")] + words)
  }

  @Test func `a check tells what the node would be, and starts nothing`() throws {
    let outcome = try node("--node-id", "a_0", "--check")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("keys match the registry, scheme test"))
    #expect(outcome.output.hasSuffix("everything is in order\n"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path("data")))
  }

  @Test func `problems are lines on standard error, and the status says so`() throws {
    let outcome = try node("--node-id", "c_0", "--api-port", "x", "--check")
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(outcome.errors.split(separator: "\n").count == 2)
  }

  @Test func `a node without validators observes, says a line a slot, and ends in order`() throws {
    let outcome = try node(
      "--bootnodes", "none", "--listen-address", "127.0.0.1", "--gossipsub-port", "0",
      "--slots", "2", "--no-tui")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("validators=none (observing)"))
    #expect(outcome.output.contains(" SLOT  slot=1 head=0:"))
  }

  @Test func `SIGTERM ends a node within two seconds, with status 0`() async throws {
    let process = Process()
    process.executableURL = try swiftletProgram()
    process.arguments = [
      "node", "--genesis", folder, "--node-id", "a_0", "--data-dir", scratch.path("data"),
      "--listen-address", "127.0.0.1", "--gossipsub-port", "0",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var text = ""
    while !text.contains("event=node_started") {
      let data = output.fileHandleForReading.availableData
      guard !data.isEmpty else { break }
      text += String(decoding: data, as: UTF8.self)
    }
    #expect(text.contains("event=node_started"))
    let second = try node(
      "--node-id", "a_0", "--gossipsub-port", "0", "--listen-address", "127.0.0.1")
    #expect(second.status == 1)
    #expect(second.errors.contains("in use"))
    let start = ContinuousClock.now
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
    #expect(ContinuousClock.now - start < .seconds(3), "two, and one for a busy machine")
  }
}
