public import Foundation
public import XMSS
internal import Yams

/// `annotated_validators.yaml`: which node signs for which validators, with which key files.
///
/// `validators.yaml`, which has indices only, is read too.
public struct AnnotatedValidators: Equatable, Sendable {
  /// The file's name in a genesis folder.
  public static let fileName = "annotated_validators.yaml"

  /// The name of the file with indices only.
  public static let plainFileName = "validators.yaml"

  /// One key of a node, or both keys of a validator.
  public struct Row: Equatable, Sendable {
    /// The validator's index in the registry.
    public let index: UInt64

    /// The public key; files of old tools leave it out.
    public let publicKey: PublicKey?

    /// The secret key's file; `nil` when both keys of the validator are meant.
    public let file: String?

    /// The row's line in its file, for errors.
    var line: Int?

    /// Creates a row.
    public init(index: UInt64, publicKey: PublicKey?, file: String?) {
      self.index = index
      self.publicKey = publicKey
      self.file = file
    }

    /// Compares what the rows say, wherever they stand.
    public static func == (left: Self, right: Self) -> Bool {
      left.index == right.index && left.publicKey == right.publicKey && left.file == right.file
    }
  }

  /// The rows of each node.
  public let rows: [String: [Row]]

  /// Creates a file's content.
  public init(rows: [String: [Row]]) {
    self.rows = rows
  }

  /// Deals validators out to nodes, one after the other.
  ///
  /// - Parameters:
  ///   - validators: The validators, each of which belongs to one node afterwards.
  ///   - nodes: The nodes.
  ///   - earlier: What the other validators of the folder were given to.
  public init(
    _ validators: [KeyManifest.Validator], nodes: [String], besides earlier: Self = Self(rows: [:])
  ) {
    precondition(!nodes.isEmpty, "validators need a node")
    let dealt = Set(validators.map(\.index))
    // A validator that stayed with its old node too would sign twice.
    var rows = earlier.rows.mapValues { $0.filter { !dealt.contains($0.index) } }
    for node in nodes { rows[node, default: []] += [] }
    for (position, validator) in validators.enumerated() {
      for role in KeyRole.allCases {
        let key = validator[role]
        rows[nodes[position % nodes.count]]?.append(
          Row(index: validator.index, publicKey: key.publicKey, file: key.file))
      }
    }
    self.rows = rows
  }

  /// Reads the file of a genesis folder; `nil` when there is none.
  ///
  /// - Throws: ``KeyFileError`` with the place and the remedy.
  public init?(folder: String) throws(KeyFileError) {
    let path = "\(folder)/\(Self.fileName)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    try self.init(YAMLValue(file: path))
  }

  /// Reads a file's bytes; `path` is for errors.
  ///
  /// - Throws: ``KeyFileError`` about the first problem, with its place and the remedy.
  public init(yaml: Data, path: String) throws(KeyFileError) {
    try self.init(YAMLValue(yaml: yaml, path: path))
  }

  private init(_ file: YAMLValue) throws(KeyFileError) {
    var problems = FileProblems()
    self.init(file, &problems)
    if let error = problems.errors.first { throw error }
  }

  /// Reads a file; what is wrong in it is added to `problems`, and left out here.
  package init(_ file: YAMLValue, _ problems: inout FileProblems) {
    var rows: [String: [Row]] = [:]
    let content = file["validators"].flatMap { $0.entries == nil ? nil : $0 } ?? file
    if content.entries == nil, !content.isNothing {
      problems.add(content.error("does not list keys by node: `node: [...]` is expected"))
    }
    for (name, value) in content.entries ?? [] {
      guard let node = name.text, value.values != nil || value.isNothing else {
        problems.add(
          name.error("does not list keys by node: node \(name.text ?? "?") needs a list, or []"))
        continue
      }
      guard value.values?.count ?? 0 <= 2 * Int(KeyPlan.maximumValidators) else {
        problems.add(value.error("gives node \(node) more keys than a registry has"))
        continue
      }
      rows[node] = (value.values ?? []).compactMap { Row($0, node, &problems) }
    }
    self.rows = rows
    checkOwners(file, &problems)
  }

  /// Refuses a validator of two nodes: both would sign with one key.
  private func checkOwners(_ file: YAMLValue, _ problems: inout FileProblems) {
    var owners: [UInt64: String] = [:]
    for (node, rows) in rows.sorted(by: { $0.key < $1.key }) {
      for row in rows {
        let owner = owners.updateValue(node, forKey: row.index)
        guard let owner, owner != node else { continue }
        problems.add(
          KeyFileError(
            file.path, line: row.line,
            "gives validator \(row.index) to \(owner) and to \(node), and two signers with one key "
              + "give the key away; keep one"))
      }
    }
  }

  /// The keys of `node`, with roles.
  ///
  /// The registry decides the role where a public key is given: file names are spelled differently
  /// by every tool. The name decides otherwise.
  /// - Parameters:
  ///   - node: The node's name.
  ///   - registry: The attestation and proposal keys of all validators, by index.
  ///   - manifest: Names the key files of validators for which the file has an index only.
  ///   - path: The file, for errors.
  /// - Returns: The validators of the node, by ascending index.
  /// - Throws: ``KeyFileError`` when a key is missing, comes twice, or is not the registry's.
  public func validators(
    of node: String, registry: [(attestation: PublicKey, proposal: PublicKey)],
    manifest: KeyManifest? = nil, path: String
  ) throws(KeyFileError) -> [KeyManifest.Validator] {
    guard let rows = rows[node] else {
      let known = self.rows.keys.sorted().joined(separator: ", ")
      throw KeyFileError(
        path,
        "has no node \(node); it has \(known.isEmpty ? "none" : known): "
          + "to run without validators add `\(node): []`")
    }
    var found: [UInt64: [KeyRole: KeyManifest.Key]] = [:]
    for row in rows {
      guard row.index < registry.count else {
        throw KeyFileError(
          path, line: row.line,
          "names validator \(row.index), but the genesis has \(registry.count)")
      }
      let entry = registry[Int(row.index)]
      for (role, file) in try row.files(entry, manifest, path) {
        let publicKey = role == .attestation ? entry.attestation : entry.proposal
        let key = KeyManifest.Key(publicKey: publicKey, file: file)
        guard found[row.index, default: [:]].updateValue(key, forKey: role) == nil else {
          throw KeyFileError(
            path, line: row.line,
            "names two \(role) keys for validator \(row.index); keep one")
        }
      }
    }
    return try found.sorted { $0.key < $1.key }.map { index, keys throws(KeyFileError) in
      guard let attestation = keys[.attestation], let proposal = keys[.proposal] else {
        let missing = keys[.attestation] == nil ? KeyRole.attestation : .proposal
        throw KeyFileError(path, "names no \(missing) key for validator \(index); add its row")
      }
      return KeyManifest.Validator(index: index, attestation: attestation, proposal: proposal)
    }
  }

  /// The indices of each node as YAML: the content of `validators.yaml`.
  public var plainYAML: String {
    Node.block(
      rows.sorted { $0.key < $1.key }.map { node, rows in
        (node, .block(Set(rows.map(\.index)).sorted().map(Node.number)))
      }
    ).text
  }

  /// The file as YAML, the same bytes for the same rows.
  public var yaml: String {
    Node.block(
      rows.sorted { $0.key < $1.key }.map { node, rows in
        (node, .block(rows.sorted { $0.index < $1.index }.map(\.node)))
      }
    ).text
  }
}

extension AnnotatedValidators.Row {
  /// Reads a row: an index, or names with values.
  fileprivate init?(_ value: YAMLValue, _ node: String, _ problems: inout FileProblems) {
    let isPlain = value.text != nil
    guard let index = (isPlain ? value : value["index"])?.number else {
      problems.add(value.error("has a row of \(node) without the index of a validator"))
      return nil
    }
    guard index < KeyPlan.maximumValidators else {
      problems.add(
        value.error(
          "names validator \(index), node \(node); "
            + "a registry has at most \(KeyPlan.maximumValidators)"))
      return nil
    }
    let file = value["privkey_file"]?.text
    guard isPlain || file != nil else {
      problems.add(value.error("privkey_file is missing, validator \(index) of \(node)"))
      return nil
    }
    let publicKey = value["pubkey_hex"]?.text.map { PublicKey(hexadecimal: $0) }
    if let publicKey, publicKey == nil {
      problems.add(
        value.error(
          "pubkey_hex of \(file ?? "?"), node \(node), is not 52 bytes of hexadecimal"))
      return nil
    }
    self.init(index: index, publicKey: publicKey ?? nil, file: file)
    line = value.line
  }

  /// The key files that the row means.
  fileprivate func files(
    _ entry: (attestation: PublicKey, proposal: PublicKey), _ manifest: KeyManifest?,
    _ path: String
  ) throws(KeyFileError) -> [(KeyRole, String)] {
    guard let file else {
      let known = manifest?.validators.first { $0.index == index }
      return KeyRole.allCases.map { role in
        (role, known?[role].file ?? role.secretKeyFile(validator: index))
      }
    }
    return [(try role(file, entry, path), file)]
  }

  private func role(
    _ file: String, _ entry: (attestation: PublicKey, proposal: PublicKey), _ path: String
  ) throws(KeyFileError) -> KeyRole {
    guard let publicKey else {
      guard let role = KeyRole(fileName: file) else {
        throw KeyFileError(
          path, line: line,
          "\(file) tells no role; add its pubkey_hex, or attester or proposer to its name")
      }
      return role
    }
    guard entry.attestation != entry.proposal else {
      throw KeyFileError(
        path, line: line,
        "validator \(index) has one key for both roles in the genesis: it would sign twice with one "
          + "leaf; make a network with two keys for each validator")
    }
    if publicKey == entry.attestation { return .attestation }
    if publicKey == entry.proposal { return .proposal }
    throw KeyFileError(
      path, line: line,
      "pubkey_hex of \(file) is no key of validator \(index) in the genesis; "
        + "the keys and the genesis belong to different networks")
  }

  fileprivate var node: Node {
    guard let file else { return .number(index) }
    var pairs: [(String, Node)] = [("index", .number(index))]
    if let publicKey { pairs.append(("pubkey_hex", .quoted(publicKey.plainHexadecimal))) }
    pairs.append(("privkey_file", .word(file)))
    return .block(pairs)
  }
}
