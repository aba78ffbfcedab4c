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

  /// Runs the start script of hive's client with some of hive's variables.
  private func hive(_ variables: [String: String]) throws -> Outcome {
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../hive/swiftlet/swiftlet.sh").standardized
    let usual = ["SWIFTLET_PROGRAM": try swiftletProgram().path, "SWIFTLET_ASSETS": folder]
    return try run(script, ["--check"], environment: usual.merging(variables) { $1 })
  }

  @Test func `hive's start script starts a node from the files that the simulator prepares`() throws
  {
    let config = "\(folder)/validator-config.yaml"
    let text = try String(contentsOfFile: config, encoding: .utf8)
    try text.replacing("127.0.0.1", with: "__HIVE_LOCAL_IP__")
      .write(toFile: config, atomically: true, encoding: .utf8)
    let outcome = try hive([
      "HIVE_LEAN_DEVNET_LABEL": "devnet5", "HIVE_NODE_ID": "a_0", "HIVE_BOOTNODES": "none",
      "HIVE_IS_AGGREGATOR": "1", "HIVE_ATTESTATION_COMMITTEE_COUNT": "1",
      "HIVE_CLIENT_PRIVATE_KEY": String(repeating: "5a", count: 32),
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasSuffix("everything is in order\n"))
    #expect(try !String(contentsOfFile: config, encoding: .utf8).contains("HIVE"))
  }

  @Test(arguments: [
    ([:], "HIVE_LEAN_DEVNET_LABEL is not set"),
    (["HIVE_LEAN_DEVNET_LABEL": "devnet3"], "no rules for devnet3"),
    (
      ["HIVE_LEAN_DEVNET_LABEL": "devnet5", "SWIFTLET_ASSETS": "/nothing"],
      "/nothing/config.yaml is not there"
    ),
  ])
  func `hive's start script says what is missing`(variables: [String: String], words: String) throws
  {
    let outcome = try hive(variables)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(words))
  }

  @Test func `lean-quickstart's command starts a node from its variables`() throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../quickstart/swiftlet-cmd.sh").standardized
    let outcome = try run(
      URL(filePath: "/bin/bash"),
      ["-ec", "source \(script.path); echo \"$node_docker\" >&2; eval \"$node_binary --check\""],
      environment: [
        "SWIFTLET": try swiftletProgram().path, "item": "a_0", "configDir": folder,
        "dataDir": "\(folder)/data", "quicPort": "9700", "apiPort": "9701",
        "metricsPort": "9702", "isAggregator": "true", "aggregateSubnetIds": "0,1",
        "attestationCommitteeCount": "2", "checkpoint_sync_url": "http://127.0.0.1:9703",
      ])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.hasSuffix("everything is in order\n"))
    #expect(
      outcome.errors == """
        swiftlet:latest node --genesis /config/config.yaml --data-dir /data --node-id a_0 \
        --gossipsub-port 9700 --http-address 0.0.0.0 --api-port 9701 --metrics-port 9702 --no-tui \
        --is-aggregator --aggregate-subnet-ids 0,1 --attestation-committee-count 2 \
        --checkpoint-sync-url http://127.0.0.1:9703

        """)
  }
}
