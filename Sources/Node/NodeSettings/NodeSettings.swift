package import Aggregation
private import Consensus
private import Foundation
private import Hashing
package import KeyFiles
package import Libp2p
package import NetworkFiles
package import Networking
package import PeerIdentity
package import Proposing
package import QUIC
package import Storage
package import Wire
package import XMSS

/// Everything that `swiftlet node` is told, judged as a whole before anything starts.
package struct NodeSettings: Sendable {
  /// What the node shows.
  package enum Display: Sendable {
    /// The dashboard where there is a terminal, log lines elsewhere.
    case automatic
    case dashboard
    case logLines
    /// JSON lines for the program that started it.
    case child
  }

  /// The node's name in logs and among operators.
  package let name: String
  package let files: NetworkFiles
  package let scheme: Scheme
  /// Who the node is among peers; `nil` when a key is still to be made in the data folder.
  package let identity: PeerIdentity?
  package let subnets: AttestationSubnets
  package let isAggregator: Bool
  package let bootnodes: [DialBook.StaticPeer]
  package let policy: ProposalPolicy
  package let proverCost: AggregationCostModel?
  package let dataDirectory: String
  /// How far back blocks are kept.
  package let retention: ChainDatabase.Retention
  package let journalPath: String
  package let journalPolicy: JournalPolicy
  package let checkpointURLs: [String]
  package let listenAddress: NetworkAddress
  package let http: HTTPAddresses
  package let display: Display
  package let isReadOnly: Bool
  package let logLevel: String
  package let recordingPath: String?
  package let slotLimit: UInt64?
  /// What works although it looks wrong, a line each.
  package let warnings: [KeyFileError]

  /// Where the HTTP interface listens; a port that is `nil` is not wanted.
  package struct HTTPAddresses: Equatable, Sendable {
    package var address: IPAddress
    package var apiPort: UInt16?
    package var metricsAddress: IPAddress
    package var metricsPort: UInt16?
  }

  /// Reads and judges all settings and all files that they name.
  ///
  /// - Throws: ``FileProblems`` with a line for each problem.
  package init(
    _ arguments: NodeArguments, _ earlier: FileProblems = FileProblems()
  ) throws(FileProblems) {
    var reader = SettingsReader(arguments, earlier)
    let name = reader.text(.nodeID)
    self.name = name ?? "swiftlet"
    let paths = reader.paths(node: name)
    let inlineKey = reader.inlineNodeKey()
    policy = reader.policy()
    proverCost = reader.proverCost()
    let dataDirectory = reader.text(.dataDirectory) ?? "data/\(self.name)"
    self.dataDirectory = dataDirectory
    retention = reader.retention()
    journalPolicy = reader.choice(.journalPolicy, JournalPolicy.self) ?? .strict
    checkpointURLs = reader.checkpointURLs()
    let wantedScheme = reader.scheme()
    let wantedCommittees = reader.number(
      .committeeCount, 1...UInt64(Preset.validatorRegistryLimit))
    let aggregator = reader.flag(.isAggregator)
    let aggregated = reader.subnets()
    // Port 0 takes a free one.
    let port = reader.number(.port, 0...UInt64(UInt16.max)).map { UInt16($0) }
    let address = reader.address(.listenAddress)
    let httpAddress = reader.address(.httpAddress)
    let metricsAddress = reader.address(.metricsAddress)
    let (apiPort, metricsPort) = (reader.port(.apiPort), reader.port(.metricsPort))
    let wantsMetrics = reader.flag(.metrics)
    display = reader.display()
    isReadOnly = reader.flag(.readOnly) ?? false
    logLevel = reader.logLevel()
    recordingPath = reader.text(.record)
    slotLimit = reader.number(.slots, 1...UInt64(UInt32.max))
    bootnodes = reader.bootnodes()
    reader.noteWhatIsNotHere()
    let files = reader.files(paths, node: self.name)
    let config = files?.nodes?[self.name]
    isAggregator = aggregator ?? config?.isAggregator ?? false
    subnets = reader.takenSubnets(
      validators: files?.validators.map { ValidatorIndex($0.index) } ?? [],
      isAggregator: isAggregator, aggregated: aggregated,
      committeeCount: wantedCommittees ?? files?.committeeCount ?? 1)
    scheme = reader.scheme(wantedScheme, of: files)
    journalPath = reader.journalPath(self.name, files: files, dataDirectory: dataDirectory)
    identity = inlineKey ?? files?.identity
    listenAddress =
      NetworkAddress(
        bytes: (address ?? .any).bytes, port: port ?? config?.quicPort ?? 9_000)
      ?? .loopback(port: 9_000)
    let api = httpAddress ?? .loopback
    http = HTTPAddresses(
      address: api, apiPort: apiPort ?? config?.apiPort, metricsAddress: metricsAddress ?? api,
      metricsPort: wantsMetrics == false ? nil : metricsPort ?? config?.metricsPort)
    try reader.problems.check()
    guard let files else { preconditionFailure("files that were not read are a problem") }
    self.files = files
    warnings = reader.problems.warnings
  }

  /// All peers that are dialled for ever: those of `nodes.yaml` and those of the command line.
  package var staticPeers: [DialBook.StaticPeer] { files.bootnodes + bootnodes }
}

extension IPAddress {
  fileprivate static var any: IPAddress { known("0.0.0.0") }
  fileprivate static var loopback: IPAddress { known("127.0.0.1") }

  private static func known(_ text: String) -> IPAddress {
    guard let address = IPAddress(text: text) else { preconditionFailure("\(text) is an address") }
    return address
  }
}
