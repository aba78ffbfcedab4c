internal import ArgumentParser
private import Foundation
private import Hashing
private import KeyFiles
private import NetworkFiles
private import SSZ
private import Wire
private import XMSS

/// Makes the files of a network.
struct GenesisCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "genesis",
    abstract: "Make the files that a network of any clients starts from.",
    discussion: """
      Writes OUT/config.yaml, validator-config.yaml, validators.yaml, annotated_validators.yaml, \
      nodes.yaml, one NODE.key for each node and the keys of all validators, as lean-quickstart's \
      tools do. Ports count up from the first node's.

      A run that was stopped goes on where it stopped; a folder that holds a network is refused, \
      because its keys have signed slots of that network.

      Example: swiftlet genesis --node swiftlet_0 --node ethlambda_0 --validators 4 --out net
      """)

  @Option(
    name: .customLong("node"), parsing: .singleValue,
    help: ArgumentHelp(
      "A node: its client's name, _ and a number; repeat it for more.", valueName: "name"))
  var nodes: [String] = ["swiftlet_0", "swiftlet_1"]

  @Option(
    help: ArgumentHelp(
      "How many validators the nodes share in turn; one for each node unless given.",
      valueName: "count"))
  var validators: UInt64?

  @Option(help: ArgumentHelp("How many of the first nodes aggregate.", valueName: "count"))
  var aggregators = 1

  @Option(help: ArgumentHelp("Attestation committees.", valueName: "count"))
  var committees: UInt64 = 1

  @Option(help: "production, devnet or test.")
  var scheme = "production"

  @Option(
    help: ArgumentHelp(
      "How many slots the keys can sign; rounded up to what the scheme allows.",
      valueName: "count"))
  var slots: UInt64 = 131_072

  @Option(
    help: ArgumentHelp(
      "Seconds from the end of this command to slot 0.", valueName: "seconds"))
  var genesisIn: UInt64 = 30

  @Option(help: ArgumentHelp("Where the nodes are.", valueName: "address"))
  var ip = "127.0.0.1"

  @Option(help: ArgumentHelp("The first node's UDP port of QUIC.", valueName: "port"))
  var quicPort: UInt16 = 9_001

  @Option(help: ArgumentHelp("The first node's TCP port of metrics.", valueName: "port"))
  var metricsPort: UInt16 = 8_081

  @Option(help: ArgumentHelp("The first node's TCP port of the HTTP API.", valueName: "port"))
  var apiPort: UInt16 = 5_051

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "folder"))
  var out: String

  func validate() throws {
    try Scheme.validateOwn(scheme)
    for name in nodes where !NetworkPlan.Node.isName(name) {
      throw ValidationError("--node '\(name)' is no name; take letters, digits, _ and -")
    }
    guard Set(nodes).count == nodes.count else {
      throw ValidationError("--node names must be different")
    }
    guard (1...KeyPlan.maximumValidators).contains(validatorCount) else {
      throw ValidationError(
        "--validators is \(validatorCount); take 1 to \(KeyPlan.maximumValidators)")
    }
    guard (0...nodes.count).contains(aggregators) else {
      throw ValidationError("--aggregators is \(aggregators); take 0 to \(nodes.count)")
    }
    guard (1...KeyPlan.maximumValidators).contains(committees) else {
      throw ValidationError("--committees is \(committees); take 1 or more")
    }
    guard slots > 0 else { throw ValidationError("--slots is 0; take 1 or more") }
    guard genesisIn <= 1 << 32 else { throw ValidationError("--genesis-in is too far away") }
    guard IPAddress(text: ip) != nil else {
      throw ValidationError("--ip '\(ip)' is no IP address: host names are not looked up")
    }
    for (option, port) in [
      ("quic-port", quicPort), ("metrics-port", metricsPort), ("api-port", apiPort),
    ] where port == 0 || Int(port) + nodes.count - 1 > UInt16.max {
      throw ValidationError("--\(option) \(port) leaves no ports for \(nodes.count) nodes")
    }
  }

  private var validatorCount: UInt64 { validators ?? UInt64(nodes.count) }

  func run() throws {
    guard let scheme = Scheme(named: scheme), let address = IPAddress(text: ip) else { return }
    let plan = NetworkPlan(
      folder: out,
      nodes: nodes.enumerated().map { index, name in
        NetworkPlan.Node(
          name: name, quicPort: quicPort + UInt16(index), metricsPort: metricsPort + UInt16(index),
          apiPort: apiPort + UInt16(index), isAggregator: index < aggregators)
      },
      address: address, validatorCount: validatorCount, scheme: scheme, keySlots: slots,
      committeeCount: committees)
    let progress = ProgressLine(isTerminal: isatty(STDERR_FILENO) != 0)
    let genesis = try plan.write(
      genesisTime: { UInt64(Date().timeIntervalSince1970) + genesisIn },
      secret: { Bytes32 { bytes in for index in 0..<32 { bytes[index] = .random(in: 0...255) } } },
      onProgress: { progress.show($0) })
    progress.finish()
    print(
      """
      a network of \(nodes.count) nodes and \(validatorCount) validators is in \(out)
      slot 0 begins at \(genesis.genesisTime), genesis state \(genesis.state.hashTreeRoot())
      """)
  }
}
