package import KeyFiles
package import PeerIdentity
package import Wire

/// `validator-config.yaml`: the nodes of a network with their addresses, as people plan it.
///
/// lean-quickstart makes the other files from it; it is the only one with names and ports.
package struct ValidatorConfig: Sendable {
  /// The file's name in a genesis folder.
  package static let fileName = "validator-config.yaml"

  /// More nodes than any devnet has.
  static let nodeLimit = 4_096

  /// A node of the network.
  package struct Node: Sendable {
    /// The name, the client's name and a number: `swiftlet_0`.
    package let name: String

    /// Who the node is among peers; `nil` when the file has no key for it.
    package let identity: PeerIdentity?

    /// Where the node is; `nil` when the file does not say.
    package let address: IPAddress?

    /// The UDP port of QUIC.
    package let quicPort: UInt16?

    /// The TCP port of metrics.
    package let metricsPort: UInt16?

    /// The TCP port of the HTTP API.
    package let apiPort: UInt16?

    /// Whether the node aggregates votes.
    package let isAggregator: Bool

    /// How many validators the node has.
    package let validatorCount: UInt64

    /// Creates a node of a network that is planned here.
    package init(
      name: String, identity: PeerIdentity, address: IPAddress, quicPort: UInt16,
      metricsPort: UInt16, apiPort: UInt16, isAggregator: Bool, validatorCount: UInt64
    ) {
      self.name = name
      self.identity = identity
      self.address = address
      self.quicPort = quicPort
      self.metricsPort = metricsPort
      self.apiPort = apiPort
      self.isAggregator = isAggregator
      self.validatorCount = validatorCount
    }
  }

  /// The nodes, in the order of the file; each name once.
  package let nodes: [Node]

  /// The attestation committees; `nil` when the file does not say.
  package let committeeCount: UInt64?

  /// Creates a file's content.
  package init(nodes: [Node], committeeCount: UInt64?) {
    self.nodes = nodes
    self.committeeCount = committeeCount
  }

  /// Reads a file; what is wrong in it is added to `problems`, and left out here.
  package init(_ file: YAMLValue, _ problems: inout FileProblems) {
    committeeCount = file["config"].flatMap {
      GenesisFile.committeeCount($0, "attestation_committee_count", &problems)
    }
    guard let values = file["validators"]?.values, values.count <= Self.nodeLimit else {
      problems.add(
        file.error(
          "has no list of nodes named validators, of at most \(Self.nodeLimit)"))
      nodes = []
      return
    }
    var names: Set<String> = []
    nodes = values.compactMap { value in
      guard let node = Node(value, &problems) else { return nil }
      guard names.insert(node.name).inserted else {
        problems.add(value.error("names node \(node.name) twice; keep one entry"))
        return nil
      }
      return node
    }
  }

  /// The node with a name.
  package subscript(name: String) -> Node? { nodes.first { $0.name == name } }
}

extension ValidatorConfig.Node {
  fileprivate init?(_ value: YAMLValue, _ problems: inout FileProblems) {
    guard let name = value["name"]?.text else {
      problems.add(value.error("has a node without a name"))
      return nil
    }
    self.name = name
    identity = Self.identity(value["privkey"], name, &problems)
    let endpoint = value["enrFields"] ?? value
    address = Self.address(endpoint["ip"], name, &problems)
    func port(_ key: String, _ value: YAMLValue) -> UInt16? {
      guard let entry = value[key] else { return nil }
      guard let number = entry.number, let port = UInt16(exactly: number), port > 0 else {
        problems.add(
          entry.error("\(key) of \(name) is \(entry.text ?? "no number"); take 1 to 65535"))
        return nil
      }
      return port
    }
    quicPort = port("quic", endpoint)
    metricsPort = port("metricsPort", value)
    apiPort = port("apiPort", value)
    isAggregator = Self.flag(value["isAggregator"], name, &problems)
    validatorCount = Self.count(value["count"], name, &problems)
  }

  // The key itself is never told: problems end up in logs.
  private static func identity(
    _ value: YAMLValue?, _ name: String, _ problems: inout FileProblems
  ) -> PeerIdentity? {
    guard let value, let text = value.text else { return nil }
    let identity = PeerIdentity(text: text.hasPrefix("0x") ? String(text.dropFirst(2)) : text)
    if identity == nil {
      problems.add(
        value.error("privkey of \(name) is no secp256k1 key; 64 hexadecimal digits are expected"))
    }
    return identity
  }

  private static func address(
    _ value: YAMLValue?, _ name: String, _ problems: inout FileProblems
  ) -> IPAddress? {
    guard let value else { return nil }
    let address = value.text.flatMap { IPAddress(text: $0) }
    if address == nil {
      problems.add(value.error("ip of \(name) is \(value.text ?? "no text"), no IP address"))
    }
    return address
  }

  private static func flag(
    _ value: YAMLValue?, _ name: String, _ problems: inout FileProblems
  ) -> Bool {
    guard let value else { return false }
    if value.flag == nil {
      problems.add(
        value.error("isAggregator of \(name) is \(value.text ?? "no text"); take true or false"))
    }
    return value.flag ?? false
  }

  private static func count(
    _ value: YAMLValue?, _ name: String, _ problems: inout FileProblems
  ) -> UInt64 {
    guard let value else { return 1 }
    guard let count = value.number, count <= KeyPlan.maximumValidators else {
      problems.add(
        value.error(
          "count of \(name) is \(value.text ?? "no number"); "
            + "take 0 to \(KeyPlan.maximumValidators) validators"))
      return 0
    }
    return count
  }
}

extension ValidatorConfig {
  /// The file as YAML, in lean-quickstart's names and order; `logActiveSlots` is the binary logarithm
  /// of the slots that keys can sign.
  package func yaml(logActiveSlots: Int) -> String {
    let head = """
      shuffle: roundrobin
      deployment_mode: local
      config:
        activeEpoch: \(logActiveSlots)
        keyType: "hash-sig"
        attestation_committee_count: \(committeeCount ?? 1)
      validators:

      """
    return nodes.reduce(into: head) { $0 += $1.yaml }
  }
}

extension ValidatorConfig.Node {
  fileprivate var yaml: String {
    var lines = ["  - name: \"\(name)\""]
    if let identity { lines.append("    privkey: \"\(identity.text.dropLast())\"") }
    lines.append("    enrFields:")
    if let address { lines.append("      ip: \"\(address)\"") }
    if let quicPort { lines.append("      quic: \(quicPort)") }
    if let metricsPort { lines.append("    metricsPort: \(metricsPort)") }
    if let apiPort { lines.append("    apiPort: \(apiPort)") }
    lines.append("    isAggregator: \(isAggregator)")
    lines.append("    count: \(validatorCount)")
    return lines.joined(separator: "\n") + "\n"
  }
}
