/// A setting of `swiftlet node`: one row feeds the command line, the file of `--config`, and the help.
package struct NodeOption: Sendable {
  /// What a setting is called here; the raw value is its name for people.
  package enum Name: String, CaseIterable, Sendable {
    case genesis
    case nodeID = "node-id"
    case validators
    case bootnodes
    case validatorConfig = "validator-config"
    case keys = "hash-sig-keys-dir"
    case nodeKey = "node-key"
    case committeeCount = "attestation-committee-count"
    case genesisState = "genesis-state"
    case isAggregator = "is-aggregator"
    case aggregatedSubnets = "aggregate-subnet-ids"
    case prebuildStart = "prebuild-start"
    case commit
    case onStale = "on-stale"
    case proverCost = "prover-cost"
    case dataDirectory = "data-dir"
    case keptSlots = "keep-slots"
    case journal
    case journalPolicy = "journal-policy"
    case scheme
    case checkpointURL = "checkpoint-sync-url"
    case listenAddress = "listen-address"
    case port = "gossipsub-port"
    case httpAddress = "http-address"
    case apiPort = "api-port"
    case metrics
    case metricsAddress = "metrics-address"
    case metricsPort = "metrics-port"
    case tui
    case noTUI = "no-tui"
    case readOnly = "read-only"
    case logLevel = "log-level"
    case record
    case slots
    case config
    case check
    case help
    case child
  }

  /// Headings of the help.
  package enum Group: String, CaseIterable, Sendable {
    case network = "The network, from its files"
    case duties = "Duties"
    case disk = "Disk and sync"
    case peers = "Peers"
    case http = "HTTP"
    case output = "What is shown"
    case start = "Start"
  }

  package let name: Name
  /// What other clients call it; all are understood.
  package let aliases: [String]
  /// What follows the name; `nil` for a switch.
  package let value: String?
  package let group: Group?
  package let help: String

  private init(
    _ name: Name, _ aliases: [String] = [], _ value: String? = nil, _ group: Group?,
    _ help: String
  ) {
    (self.name, self.aliases, self.value, self.group, self.help) =
      (name, aliases, value, group, help)
  }

  /// All names under which the setting is understood, without dashes.
  package var names: [String] { [name.rawValue] + aliases }

  /// The setting with a name or an alias.
  package static func named(_ name: String) -> NodeOption? { byName[name] }

  /// The row of a name.
  package static func row(_ name: Name) -> NodeOption {
    guard let row = byName[name.rawValue] else {
      preconditionFailure("\(name.rawValue) has no row")
    }
    return row
  }

  private static let byName = Dictionary(
    uniqueKeysWithValues: all.flatMap { option in option.names.map { ($0, option) } })

  /// All settings, in the order of the help.
  package static let all: [NodeOption] = [
    NodeOption(
      .genesis,
      [
        "custom-genesis", "custom-network-config-dir", "network", "genesis-config", "genesis-dir",
        "genesis-file",
      ], "file|folder", .network,
      "config.yaml, or the folder of all files; others beside it are found by their names."),
    NodeOption(
      .nodeID, ["node", "node-name"], "name", .network,
      "Which of the nodes this one is: swiftlet_0."),
    NodeOption(
      .validators, ["validator-registry-path", "validator-registry", "validator-keys-path"],
      "file", .network,
      "annotated_validators.yaml or validators.yaml; without validators the node observes."),
    NodeOption(
      .bootnodes, ["nodes-path", "bootnode", "bootnodes-file"], "file|list|none", .network,
      "nodes.yaml, or node records and multiaddrs with commas between; may come more than once."),
    NodeOption(
      .validatorConfig, ["validator-config-path"], "file", .network,
      "validator-config.yaml: names, ports and keys of all nodes."),
    NodeOption(
      .keys,
      ["hash-sig-key-dir", "hash-sig-keys", "sig-keys-dir", "validator-keys", "xmss-keys-dir"],
      "folder", .network, "The validators' keys and their manifest."),
    NodeOption(
      .nodeKey, ["node-key-path", "private-key-path"], "file|hex", .network,
      "The secp256k1 key by which peers know the node; made in the data folder if absent."),
    NodeOption(
      .committeeCount, ["committee-count"], "count", .network,
      "Attestation committees; beats config.yaml, which beats 1."),
    NodeOption(.genesisState, [], "file", nil, "Not needed: the state follows from config.yaml."),

    NodeOption(
      .isAggregator, ["aggregator"], nil, .duties, "Aggregate votes; beats validator-config.yaml."),
    NodeOption(
      .aggregatedSubnets, ["aggregate-subnets"], "0,1,…", .duties,
      "Subnets to aggregate beside those of own validators."),
    NodeOption(
      .prebuildStart, [], "interval4|auto|off", .duties,
      "When to start building a block; off: in its slot (auto)."),
    NodeOption(.commit, [], "early|auto|late", .duties, "When to sign a block (auto)."),
    NodeOption(
      .onStale, [], "forfeit|publish", .duties, "What to do with a signed stale block (forfeit)."),
    NodeOption(
      .proverCost, [], "preset", nil, "Add a real prover's published latency, for tests."),

    NodeOption(
      .dataDirectory, ["data-path", "datadir", "data", "db-path"], "folder", .disk,
      "Where the chain is kept (data/NODE)."),
    NodeOption(
      .keptSlots, ["retention"], "count|all", .disk,
      "How many slots of blocks to keep behind the finalized one, for peers that catch up (65536)."),
    NodeOption(
      .journal, ["signing-journal"], "file", .disk,
      "The signing journal (NODE.journal beside the keys, so that wiping data keeps it)."),
    NodeOption(
      .journalPolicy, [], "strict|devnet", .disk,
      "Whether keys that signed on another chain may sign again: devnet (strict)."),
    NodeOption(
      .scheme, ["signature-scheme"], "name", .disk,
      "The signature scheme, where no manifest says it: production, devnet, test."),
    NodeOption(
      .checkpointURL, ["checkpoint-sync", "checkpoint-url"], "url,…", .disk,
      "Start from another node's finalized state; may come more than once."),

    NodeOption(
      .listenAddress, ["socket-address", "listen-host", "p2p-address"], "ip", .peers,
      "The address to listen on (0.0.0.0)."),
    NodeOption(
      .port, ["listen-port", "socket-port", "p2p-port", "quic-port"], "port", .peers,
      "The UDP port of QUIC; beats validator-config.yaml, which beats 9000."),

    NodeOption(.httpAddress, ["api-address"], "ip", .http, "The address of the API (127.0.0.1)."),
    NodeOption(.apiPort, ["http-port"], "port", .http, "The TCP port of the API (5052)."),
    NodeOption(.metrics, [], nil, .http, "Serve metrics."),
    NodeOption(.metricsAddress, [], "ip", .http, "The address of metrics (that of the API)."),
    NodeOption(.metricsPort, [], "port", .http, "The TCP port of metrics."),

    NodeOption(.tui, [], nil, .output, "Show the dashboard; that is so on a terminal."),
    NodeOption(.noTUI, [], nil, .output, "Print log lines instead, and one line a slot."),
    NodeOption(.readOnly, [], nil, .output, "Refuse every action of the dashboard; only look."),
    NodeOption(
      .logLevel, ["verbosity", "console-log-level"], "trace|info|notice|warning|error", .output,
      "The least level of log lines (info)."),
    NodeOption(
      .record, [], "file", .output, "Append every event to this file, for swiftlet replay."),

    NodeOption(
      .slots, ["stop-after-slots"], "count", .start, "Stop in order after so many slots."),
    NodeOption(
      .config, [], "file", .start,
      "Settings by the same names in YAML; the command line beats it."),
    NodeOption(
      .check, [], nil, .start,
      "Only check all of this: a line for each problem, exit status 0 or 1."),
    NodeOption(.help, ["h"], nil, .start, "Show this."),
    NodeOption(
      .child, [], nil, nil,
      "Events as JSON lines on standard output, orders on standard input: for swiftlet devnet."),
  ]
}
