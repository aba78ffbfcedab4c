private import Consensus
private import Foundation
package import KeyFiles
package import Libp2p
package import PeerIdentity
package import Wire
package import XMSS

/// Everything that a node reads from the files of its network, checked against each other.
package struct NetworkFiles: Sendable {
  /// Where the files are; all but the first may be missing.
  package struct Paths: Equatable, Sendable {
    /// `config.yaml`.
    package var genesis: String

    /// `annotated_validators.yaml` or `validators.yaml`; without it a node has no validators.
    package var validators: String?

    /// `nodes.yaml`.
    package var bootnodes: String?

    /// `validator-config.yaml`.
    package var validatorConfig: String?

    /// The folder of keys with its manifest.
    package var keys: String?

    /// The file of the node's secp256k1 key.
    package var nodeKey: String?

    /// Names the one file that no node can do without.
    package init(genesis: String) {
      self.genesis = genesis
    }

    /// The files of a genesis folder under their usual names, those that are there.
    package init(folder: String, node: String) {
      func file(_ names: String...) -> String? {
        names.map { "\(folder)/\($0)" }.first { FileManager.default.fileExists(atPath: $0) }
      }
      genesis = "\(folder)/\(GenesisFile.fileName)"
      validators = file(AnnotatedValidators.fileName, AnnotatedValidators.plainFileName)
      bootnodes = file(NodesFile.fileName)
      validatorConfig = file(ValidatorConfig.fileName)
      keys = file(KeyFolder.folderName)
      nodeKey = file("\(node).key")
    }
  }

  /// The chain's beginning.
  package let genesis: GenesisFile

  /// The node's validators with their key files; none for an observer.
  package let validators: [KeyManifest.Validator]

  /// The folder of key files.
  package let keyFolder: String?

  /// The signature scheme by the keys' manifest; `nil` when there is none.
  package let scheme: Scheme?

  /// The slots that the keys can sign, by the manifest.
  package let keySlots: Range<UInt64>?

  /// The attestation committees: `config.yaml` before `validator-config.yaml`; `nil` when neither
  /// says.
  package let committeeCount: UInt64?

  /// The peers that are always dialled.
  package let bootnodes: [DialBook.StaticPeer]

  /// The nodes of the network; `nil` without `validator-config.yaml`.
  package let nodes: ValidatorConfig?

  /// Who this node is among peers, by its key file or else by `validator-config.yaml`.
  package let identity: PeerIdentity?

  /// What works although it looks wrong, a line each.
  package let warnings: [KeyFileError]

  /// Reads the files for a node.
  ///
  /// - Throws: ``FileProblems`` with all that makes a file useless, of all files.
  package init(_ paths: Paths, node: String) throws(FileProblems) {
    var problems = FileProblems()
    let genesis = Self.read(paths.genesis, &problems) { GenesisFile($0, &$1) } ?? nil
    let config = Self.read(paths.validatorConfig, &problems) { ValidatorConfig($0, &$1) }
    let bootnodes = Self.read(paths.bootnodes, &problems) { NodesFile($0, &$1) }
    let rows = Self.read(paths.validators, &problems) { AnnotatedValidators($0, &$1) }
    let manifest = Self.manifest(paths.keys, &problems)
    let key = paths.nodeKey.flatMap { path in
      problems.collect { () throws(KeyFileError) in try PeerKeyFile.read(path) }
    }
    var validators: [KeyManifest.Validator] = []
    if let genesis, let rows, let path = paths.validators {
      let registry = genesis.validators.map {
        (attestation: $0.attestationPublicKey, proposal: $0.proposalPublicKey)
      }
      validators =
        problems.collect { () throws(KeyFileError) in
          try rows.validators(of: node, registry: registry, manifest: manifest, path: path)
        } ?? []
    }
    if !validators.isEmpty, let genesis, let path = paths.validators {
      Self.checkKeys(validators, paths.keys, manifest, genesis, path, &problems)
    }
    try problems.check()
    guard let genesis else { preconditionFailure("a genesis that was not read is a problem") }
    self.genesis = genesis
    self.validators = validators
    keyFolder = paths.keys
    scheme = manifest?.scheme
    keySlots = manifest.map { $0.firstSlot..<$0.firstSlot + $0.slotCount }
    committeeCount = genesis.committeeCount ?? config?.committeeCount
    self.bootnodes = bootnodes?.peers ?? []
    nodes = config
    identity = key ?? config?[node]?.identity
    warnings = problems.warnings
  }

  /// The names that peers have in `validator-config.yaml`.
  package var peerNames: [PeerID: String] {
    Dictionary(
      (nodes?.nodes ?? []).compactMap { node in node.identity.map { ($0.peerID, node.name) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// Opens the keys of the node's validators for signing, as `KeyFolder.load` does.
  ///
  /// - Throws: `KeyFileError` about the first key that is not in order or in use.
  package func loadKeys(
    scheme: Scheme, onProgress: @escaping @Sendable (_ loaded: Int) -> Void = { _ in }
  ) throws(KeyFileError) -> [LoadedKeys] {
    guard let keyFolder, !validators.isEmpty else { return [] }
    return try KeyFolder.load(validators, in: keyFolder, scheme: scheme, onProgress: onProgress)
  }

  private static func read<Content>(
    _ path: String?, _ problems: inout FileProblems,
    _ body: (YAMLValue, inout FileProblems) -> Content
  ) -> Content? {
    guard let path else { return nil }
    let file = problems.collect { () throws(KeyFileError) in try YAMLValue(file: path) }
    return file.map { body($0, &problems) }
  }

  /// The manifest of the key folder, if it has one: annotated validators name key files too.
  private static func manifest(
    _ folder: String?, _ problems: inout FileProblems
  ) -> KeyManifest? {
    guard let folder,
      FileManager.default.fileExists(atPath: "\(folder)/\(KeyManifest.fileName)")
    else { return nil }
    return problems.collect { () throws(KeyFileError) in try KeyManifest(folder: folder) }
  }

  /// Names key files that are missing, and a manifest of another network.
  private static func checkKeys(
    _ validators: [KeyManifest.Validator], _ folder: String?, _ manifest: KeyManifest?,
    _ genesis: GenesisFile, _ path: String, _ problems: inout FileProblems
  ) {
    guard let folder else {
      return problems.add(
        KeyFileError(
          path,
          "gives this node validators, but no folder of keys is known; "
            + "put \(KeyFolder.folderName) beside it, or give --hash-sig-keys-dir"))
    }
    for validator in validators {
      for role in KeyRole.allCases {
        let file = validator[role].file
        let place = file.hasPrefix("/") ? file : "\(folder)/\(file)"
        guard !FileManager.default.fileExists(atPath: place) else { continue }
        problems.add(
          KeyFileError(
            place, "does not exist; it is the \(role) key of validator \(validator.index)"))
      }
      guard let known = manifest?.validators.first(where: { $0.index == validator.index }),
        KeyRole.allCases.contains(where: { known[$0].publicKey != validator[$0].publicKey })
      else { continue }
      problems.add(
        KeyFileError(
          "\(folder)/\(KeyManifest.fileName)",
          "has other keys for validator \(validator.index) than the genesis; "
            + "the keys and the genesis belong to different networks"))
    }
  }
}
