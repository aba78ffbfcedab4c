import Foundation
import Hashing
import KeyFiles
import NetworkFiles
import Networking
import NodeTestSupport
import Storage
import Testing
import XMSS

@testable import NodeSettings

struct NodeSettingsTests {
  private let scratch: Scratch
  private var folder: String { scratch.directory.path }

  /// A network of one validator whose keys are made up: nothing here opens them.
  init() throws {
    scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch.path(KeyFolder.folderName), withIntermediateDirectories: true)
    let (attestation, proposal) = (Self.digits("a"), Self.digits("p"))
    try write(
      "config.yaml",
      """
      GENESIS_TIME: 1795000000
      ATTESTATION_COMMITTEE_COUNT: 4
      GENESIS_VALIDATORS:
        - {attestation_pubkey: \(attestation), proposal_pubkey: \(proposal)}
        - {attestation_pubkey: \(Self.digits("b")), proposal_pubkey: \(Self.digits("q"))}
      """)
    try write(
      "annotated_validators.yaml",
      """
      swiftlet_0:
        - {index: 0, pubkey_hex: \(attestation), privkey_file: validator_0_attester_key_sk.ssz}
        - {index: 0, pubkey_hex: \(proposal), privkey_file: validator_0_proposer_key_sk.ssz}
      watcher: []
      """)
    try write(
      "validator-config.yaml",
      """
      validators:
        - name: swiftlet_0
          privkey: cb0e49823dda462828b7be1b618523087dd94ce364350e4c199c46abc1deadf1
          enrFields: {ip: 127.0.0.1, quic: 9003}
          apiPort: 5053
          isAggregator: true
      """)
    try write(
      "nodes.yaml",
      "- /ip4/127.0.0.1/udp/9004/quic-v1/p2p/16Uiu2HAkvC6fs7y57qPXY9SnaYE5757hT2JnogsXbrHzCmPnewRE\n"
    )
    for name in ["attester", "proposer"] {
      try write("hash-sig-keys/validator_0_\(name)_key_sk.ssz", "")
    }
  }

  private static func digits(_ seed: String) -> String {
    let bytes = [0, 1].flatMap { SHA256.hash(Array("\(seed)\($0)".utf8)).bytes }
    return String(Hexadecimal.encode(bytes.prefix(52)).dropFirst(2))
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: scratch.path(name)))
  }

  private func settings(_ words: String...) throws -> NodeSettings {
    var problems = FileProblems()
    return try NodeSettings(NodeArguments(words, others: [:], &problems), problems)
  }

  private func problems(_ words: String...) -> [String] {
    var problems = FileProblems()
    let arguments = NodeArguments(words, others: [:], &problems)
    do {
      _ = try NodeSettings(arguments, problems)
      return []
    } catch {
      return error.errors.map { "\($0)" }
    }
  }

  @Test func `a folder and a name say everything`() throws {
    let settings = try settings("--genesis", folder, "--node-id", "swiftlet_0")
    #expect(settings.files.validators.map(\.index) == [0])
    #expect(settings.isAggregator)
    #expect(settings.subnets.committeeCount == 4)
    #expect(settings.subnets.taken == [0])
    #expect("\(settings.listenAddress)" == "0.0.0.0:9003")
    #expect(settings.staticPeers.count == 1)
    #expect(settings.http.apiPort == 5053)
    #expect(settings.identity != nil)
    #expect(settings.dataDirectory == "data/swiftlet_0")
    #expect(settings.journalPath == "\(folder)/hash-sig-keys/swiftlet_0.journal")
    #expect(settings.journalPolicy.rawValue == "strict")
    #expect(settings.scheme.name == "production")
    #expect(settings.warnings == [])
  }

  @Test func `lean-quickstart's own command line is taken`() throws {
    let settings = try settings(
      "--genesis", "\(folder)/config.yaml", "--validators",
      "\(folder)/annotated_validators.yaml", "--bootnodes", "\(folder)/nodes.yaml",
      "--validator-config", "\(folder)/validator-config.yaml", "--hash-sig-keys-dir",
      "\(folder)/hash-sig-keys", "--data-dir", "\(folder)/data", "--node-key",
      "cb0e49823dda462828b7be1b618523087dd94ce364350e4c199c46abc1deadf1", "--gossipsub-port",
      "9005", "--node-id", "swiftlet_0", "--http-address", "0.0.0.0", "--api-port", "5055",
      "--metrics-port", "8085", "--attestation-committee-count", "2", "--is-aggregator",
      "--aggregate-subnet-ids", "0,1", "--checkpoint-sync-url",
      "https://example.org/lean/v0/states/finalized")
    #expect(settings.subnets.committeeCount == 2, "the command line beats the file")
    #expect(settings.subnets.taken == [0, 1])
    #expect("\(settings.listenAddress)" == "0.0.0.0:9005")
    #expect(settings.checkpointURLs == ["https://example.org"])
    #expect(settings.http.metricsPort == 8085)
  }

  @Test func `a node without validators observes, with or without a name`() throws {
    let watcher = try settings("--genesis", folder, "--node-id", "watcher")
    #expect(watcher.files.validators == [])
    #expect(watcher.subnets.taken == [])
    #expect(watcher.journalPath == "data/watcher/watcher.journal")
    #expect(try settings("--genesis", folder).files.validators == [])
    #expect(try settings("--genesis", folder, "--is-aggregator").subnets.taken == [0])
  }

  @Test func `all that is wrong is told at once, with its place`() {
    let starts = [
      "--is-aggregator: is 'maybe'; ", "--prover-cost: is 'free'; ", "--journal-policy: is 'lax'; ",
      "--checkpoint-sync-url: has 'ftp://x'; ", "--scheme: is 'ed25519'; ",
      "--aggregate-subnet-ids: has 'x'; ", "--listen-address: is 'here'; ",
      "--api-port: is '0'; take 1 to 65535", "--tui: and --no-tui exclude each other; ",
      "--log-level: is 'loud'; ", "--slots: is '0'; ", "--prebuild-start: is 'never'; ",
      "--keep-slots: is '12'; take 1024 or more, or all",
      "\(folder)/annotated_validators.yaml: has no node nobody; ",
    ]
    let lines = problems(
      "--genesis", folder, "--node-id", "nobody", "--api-port", "0", "--listen-address", "here",
      "--journal-policy", "lax", "--aggregate-subnet-ids", "x", "--is-aggregator=maybe",
      "--prover-cost", "free", "--checkpoint-sync-url", "ftp://x", "--slots", "0", "--log-level",
      "loud", "--scheme", "ed25519", "--tui", "--no-tui", "--prebuild-start", "never",
      "--keep-slots", "12")
    for start in starts { #expect(lines.contains { $0.hasPrefix(start) }, "\(start)") }
    #expect(lines.count == starts.count)
    #expect(lines.allSatisfy { !$0.contains("\n") })
  }

  @Test func `blocks are kept for three days, as long as is asked, or for ever`() throws {
    #expect(try settings("--genesis", folder).retention == .slots(65_536))
    #expect(try settings("--genesis", folder, "--keep-slots", "2000").retention == .slots(2_000))
    #expect(try settings("--genesis", folder, "--retention", "all").retention == .archive)
  }

  @Test func `subnets that do not exist or are nobody's to aggregate are refused`() {
    #expect(
      problems("--genesis", folder, "--is-aggregator", "--aggregate-subnet-ids", "4") == [
        "--aggregate-subnet-ids: has 4, but there are 4 committees, counted from 0"
      ])
    #expect(
      problems("--genesis", folder, "--aggregate-subnet-ids", "1") == [
        "--aggregate-subnet-ids: is for --is-aggregator; add it"
      ])
  }

  @Test func `without a genesis there is no network`() {
    #expect(
      problems("--node-id", "a") == [
        "--genesis: is needed: config.yaml of the network, or the folder that has it"
      ])
    #expect(
      problems("--genesis", "/nowhere") == ["--genesis: is '/nowhere', which does not exist"])
  }

  @Test func `bootnodes are a file, a list or none`() throws {
    let address =
      "/ip4/127.0.0.1/udp/9101/quic-v1/p2p/16Uiu2HAm7rm9jdwe165q5jriToFsAiY6B7JrVtYjSTX4p5J87FXL"
    func peers(_ words: String...) throws -> Int {
      var problems = FileProblems()
      let all = ["--genesis", folder] + words.flatMap { ["--bootnodes", $0] }
      return try NodeSettings(NodeArguments(all, others: [:], &problems), problems)
        .staticPeers.count
    }
    #expect(try peers() == 1, "those of the folder")
    #expect(try peers("none") == 0)
    #expect(try peers(address) == 1)
    #expect(try peers("\(folder)/nodes.yaml") == 1)
    #expect(try peers(address, "\(folder)/nodes.yaml") == 2)
    #expect(throws: FileProblems.self) { try peers("nodes.yml") }
    #expect(throws: FileProblems.self) { try peers("/ip4/127.0.0.1/udp/9101/quic-v1") }
  }
}
