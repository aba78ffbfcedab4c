public import Foundation
public import XMSS
internal import Yams

/// `annotated_validators.yaml`: which node signs for which validators, with which key files.
public struct AnnotatedValidators: Equatable, Sendable {
  /// The file's name in a genesis folder.
  public static let fileName = "annotated_validators.yaml"

  static let maximumBytes = 16 << 20

  /// One key of a node.
  public struct Row: Equatable, Sendable {
    /// The validator's index in the registry.
    public let index: UInt64

    /// The public key; files of old tools leave it out.
    public let publicKey: PublicKey?

    /// The secret key's file.
    public let file: String

    /// Creates a row.
    public init(index: UInt64, publicKey: PublicKey?, file: String) {
      self.index = index
      self.publicKey = publicKey
      self.file = file
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
    try self.init(
      yaml: DurableFile.read(path, maximumBytes: Self.maximumBytes), path: path)
  }

  /// Reads a file's bytes; `path` is for errors.
  ///
  /// - Throws: ``KeyFileError`` with the place and the remedy.
  public init(yaml: Data, path: String) throws(KeyFileError) {
    let content: [String: [Content]]
    do {
      content = try YAMLDecoder().decode([String: [Content]].self, from: yaml)
    } catch {
      throw KeyFileError(path, "does not list keys by node: \(yamlProblem(error))")
    }
    var rows: [String: [Row]] = [:]
    for (node, entries) in content.sorted(by: { $0.key < $1.key }) {
      rows[node] = try entries.map { entry throws(KeyFileError) in
        guard entry.index < KeyPlan.maximumValidators else {
          throw KeyFileError(
            path,
            "names validator \(entry.index), node \(node); "
              + "a registry has at most \(KeyPlan.maximumValidators)")
        }
        var publicKey: PublicKey?
        if let text = entry.publicKey {
          publicKey = PublicKey(hexadecimal: text)
          guard publicKey != nil else {
            throw KeyFileError(
              path, "pubkey_hex of \(entry.file), node \(node), is not 52 bytes of hexadecimal")
          }
        }
        return Row(index: entry.index, publicKey: publicKey, file: entry.file)
      }
    }
    self.rows = rows
  }

  private struct Content: Decodable {
    let index: UInt64
    let publicKey: String?
    let file: String

    enum CodingKeys: String, CodingKey {
      case index
      case publicKey = "pubkey_hex"
      case file = "privkey_file"
    }
  }

  /// The keys of `node`, with roles.
  ///
  /// The registry decides the role where a public key is given: file names are spelled differently
  /// by every tool. The name decides otherwise.
  /// - Parameters:
  ///   - node: The node's name.
  ///   - registry: The attestation and proposal keys of all validators, by index.
  ///   - path: The file, for errors.
  /// - Returns: The validators of the node, by ascending index.
  /// - Throws: ``KeyFileError`` when a key is missing, comes twice, or is not the registry's.
  public func validators(
    of node: String, registry: [(attestation: PublicKey, proposal: PublicKey)], path: String
  ) throws(KeyFileError) -> [KeyManifest.Validator] {
    guard let rows = rows[node] else {
      let known = self.rows.keys.sorted().joined(separator: ", ")
      throw KeyFileError(path, "has no node \(node); it has \(known.isEmpty ? "none" : known)")
    }
    var found: [UInt64: [KeyRole: KeyManifest.Key]] = [:]
    for row in rows {
      guard row.index < registry.count else {
        throw KeyFileError(
          path, "names validator \(row.index), but the genesis has \(registry.count)")
      }
      let entry = registry[Int(row.index)]
      let role = try role(of: row, entry, path)
      let publicKey = role == .attestation ? entry.attestation : entry.proposal
      let key = KeyManifest.Key(publicKey: publicKey, file: row.file)
      guard found[row.index, default: [:]].updateValue(key, forKey: role) == nil else {
        throw KeyFileError(path, "names two \(role) keys for validator \(row.index); keep one")
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

  private func role(
    of row: Row, _ entry: (attestation: PublicKey, proposal: PublicKey), _ path: String
  ) throws(KeyFileError) -> KeyRole {
    guard let publicKey = row.publicKey else {
      guard let role = KeyRole(fileName: row.file) else {
        throw KeyFileError(
          path, "\(row.file) tells no role; add its pubkey_hex, or attester or proposer to its name"
        )
      }
      return role
    }
    if publicKey == entry.attestation { return .attestation }
    if publicKey == entry.proposal { return .proposal }
    throw KeyFileError(
      path,
      "pubkey_hex of \(row.file) is no key of validator \(row.index) in the genesis; "
        + "the keys and the genesis belong to different networks")
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
  fileprivate var node: Node {
    var pairs: [(String, Node)] = [("index", .number(index))]
    if let publicKey { pairs.append(("pubkey_hex", .quoted(publicKey.plainHexadecimal))) }
    pairs.append(("privkey_file", .word(file)))
    return .block(pairs)
  }
}
