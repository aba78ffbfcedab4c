private import Consensus
private import Foundation
package import Hashing
package import KeyFiles
private import PeerIdentity
private import SSZ
package import Wire
package import XMSS

/// A network to be made: a folder of files that nodes of any client start from.
///
///     OUT/config.yaml                  genesis time and registry; written last
///     OUT/validator-config.yaml        nodes with names, addresses and ports
///     OUT/validators.yaml              which node has which validators
///     OUT/annotated_validators.yaml    the same with keys and their files
///     OUT/nodes.yaml                   signed node records
///     OUT/NODE.key                     secp256k1 key of a node
///     OUT/hash-sig-keys/               keys of validators with their manifest
package struct NetworkPlan: Sendable {
  /// A node to be made.
  package struct Node: Equatable, Sendable {
    /// The name: letters, digits, `_` and `-`; other clients' scripts take the client's name from
    /// what is before the first `_`.
    package var name: String

    /// The UDP port of QUIC.
    package var quicPort: UInt16

    /// The TCP port of metrics.
    package var metricsPort: UInt16

    /// The TCP port of the HTTP API.
    package var apiPort: UInt16

    /// Whether the node aggregates votes.
    package var isAggregator: Bool

    /// Creates a node.
    package init(
      name: String, quicPort: UInt16, metricsPort: UInt16, apiPort: UInt16, isAggregator: Bool
    ) {
      self.name = name
      self.quicPort = quicPort
      self.metricsPort = metricsPort
      self.apiPort = apiPort
      self.isAggregator = isAggregator
    }

    /// Whether a name can stand in file names and shell scripts as it is.
    package static func isName(_ text: String) -> Bool {
      (1...64).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
          default: false
          }
        }
    }
  }

  /// The folder.
  package let folder: String

  /// The nodes; validators are dealt out to them in turn.
  package let nodes: [Node]

  /// Where all nodes are.
  package let address: IPAddress

  /// The number of validators.
  package let validatorCount: UInt64

  /// The signature scheme.
  package let scheme: Scheme

  /// The slots that keys must be able to sign.
  package let keySlots: UInt64

  /// The attestation committees.
  package let committeeCount: UInt64

  /// Creates a plan for nodes with different names.
  package init(
    folder: String, nodes: [Node], address: IPAddress, validatorCount: UInt64, scheme: Scheme,
    keySlots: UInt64, committeeCount: UInt64
  ) {
    precondition(nodes.allSatisfy { Node.isName($0.name) }, "names that scripts can use")
    precondition(!nodes.isEmpty && Set(nodes.map(\.name)).count == nodes.count, "one node a name")
    self.folder = folder
    self.nodes = nodes
    self.address = address
    self.validatorCount = validatorCount
    self.scheme = scheme
    self.keySlots = keySlots
    self.committeeCount = committeeCount
  }

  /// Makes keys and files; keys that are there from a run that was stopped are kept.
  ///
  /// Blocks until all is done: never call it on Swift's cooperative pool.
  /// - Parameters:
  ///   - genesisTime: Asked once the keys are there; they may take minutes.
  ///   - secret: 32 random bytes for each node.
  ///   - onProgress: As for `KeyMaker`.
  /// - Returns: What `config.yaml` says.
  /// - Throws: ``KeyFileError`` when the folder holds a network already, or cannot be written.
  package func write(
    genesisTime: () -> UInt64, secret: () -> Bytes32,
    onProgress: @escaping @Sendable (KeyMakingProgress) -> Void = { _ in }
  ) throws(KeyFileError) -> GenesisFile {
    let configPath = "\(folder)/\(GenesisFile.fileName)"
    // Its keys have signed slots that a new genesis would ask them to sign again.
    guard !FileManager.default.fileExists(atPath: configPath) else {
      throw KeyFileError(
        configPath, "exists: the folder holds a network, and its keys are spent; name another one")
    }
    let keys = KeyPlan(
      scheme: scheme, slots: 0..<keySlots, validators: 0..<validatorCount, folder: folder,
      nodes: nodes.map(\.name))
    let manifest = try KeyMaker(keys).run(onProgress: onProgress)
    guard let assignment = try AnnotatedValidators(folder: folder) else {
      throw KeyFileError(folder, "lost \(AnnotatedValidators.fileName) while it was made")
    }
    let logSlots = 63 - manifest.slotCount.leadingZeroBitCount
    let config = try validatorConfig(assignment, secret)
    try put(ValidatorConfig.fileName, config.yaml(logActiveSlots: logSlots))
    try put(AnnotatedValidators.plainFileName, assignment.plainYAML)
    try put(NodesFile.fileName, try records(config))
    let genesis = GenesisFile(
      genesisTime: genesisTime(), committeeCount: committeeCount,
      validators: try registry(manifest))
    try put(GenesisFile.fileName, genesis.yaml(logActiveSlots: logSlots))
    return genesis
  }

  private func put(_ name: String, _ text: String) throws(KeyFileError) {
    try DurableFile.write(Array(text.utf8), to: "\(folder)/\(name)", readers: .everyone)
  }

  private func validatorConfig(
    _ assignment: AnnotatedValidators, _ secret: () -> Bytes32
  ) throws(KeyFileError) -> ValidatorConfig {
    var planned: [ValidatorConfig.Node] = []
    for node in nodes {
      let identity = try PeerKeyFile.readOrMake("\(folder)/\(node.name).key", secret: secret)
      let indices = Set((assignment.rows[node.name] ?? []).map(\.index))
      planned.append(
        ValidatorConfig.Node(
          name: node.name, identity: identity, address: address, quicPort: node.quicPort,
          metricsPort: node.metricsPort, apiPort: node.apiPort, isAggregator: node.isAggregator,
          validatorCount: UInt64(indices.count)))
    }
    return ValidatorConfig(nodes: planned, committeeCount: committeeCount)
  }

  /// A record of each node, with the keys that the field's genesis tool writes.
  private func records(_ config: ValidatorConfig) throws(KeyFileError) -> String {
    var lines = ""
    for node in config.nodes {
      guard let identity = node.identity, let port = node.quicPort else { continue }
      let values: [NodeRecord.Key: [UInt8]] = [
        address.isVersion6 ? .ip6 : .ip: address.bytes,
        address.isVersion6 ? .quic6 : .quic: [UInt8(port >> 8), UInt8(port & 0xFF)],
      ]
      do {
        lines += "- \(try NodeRecord(of: identity, sequenceNumber: 1, values: values))\n"
      } catch {
        throw KeyFileError(folder, "the record of \(node.name) was not made: \(error)")
      }
    }
    return lines
  }

  private func registry(_ manifest: KeyManifest) throws(KeyFileError) -> Validators {
    do {
      return try Validators(
        manifest.validators.map { validator in
          Validator(
            attestationPublicKey: validator.attestation.publicKey,
            proposalPublicKey: validator.proposal.publicKey,
            index: ValidatorIndex(validator.index))
        })
    } catch {
      throw KeyFileError(
        folder,
        "holds keys of other validators than 0 to \(validatorCount - 1); name another folder")
    }
  }
}
