public import Foundation
private import Hashing
private import SSZ
public import XMSS
internal import Yams

/// `validator-keys-manifest.yaml`: the keys of a folder, in the form that the field's tools share.
public struct KeyManifest: Equatable, Sendable {
  /// The file's name beside the keys.
  public static let fileName = "validator-keys-manifest.yaml"

  /// One key of a validator.
  public struct Key: Equatable, Sendable {
    /// The public key.
    public let publicKey: PublicKey

    /// The secret key's file, relative to the manifest's folder unless absolute.
    public let file: String

    /// Creates an entry.
    public init(publicKey: PublicKey, file: String) {
      self.publicKey = publicKey
      self.file = file
    }
  }

  /// The two keys of a validator.
  public struct Validator: Equatable, Sendable {
    /// The validator's index in the registry.
    public let index: UInt64

    /// The key for attestation data.
    public let attestation: Key

    /// The key for block roots.
    public let proposal: Key

    /// Creates an entry.
    public init(index: UInt64, attestation: Key, proposal: Key) {
      self.index = index
      self.attestation = attestation
      self.proposal = proposal
    }

    /// The key of a role.
    public subscript(role: KeyRole) -> Key {
      switch role {
      case .attestation: attestation
      case .proposal: proposal
      }
    }
  }

  /// The signature scheme of all keys.
  public let scheme: Scheme

  /// The first slot that the keys can sign.
  public let firstSlot: UInt64

  /// The number of slots that the keys can sign.
  public let slotCount: UInt64

  /// The validators, by ascending index.
  public let validators: [Validator]

  /// The prover that the keys are for, where there are several that do not understand each other.
  public let generation: String?

  /// Creates a manifest; validators are put in order.
  public init(
    scheme: Scheme, firstSlot: UInt64, slotCount: UInt64, validators: [Validator],
    generation: String? = nil
  ) {
    self.generation = generation
    self.scheme = scheme
    self.firstSlot = firstSlot
    self.slotCount = slotCount
    self.validators = validators.sorted { $0.index < $1.index }
  }

  /// Reads the manifest of a folder.
  ///
  /// - Throws: ``KeyFileError`` with the place and the remedy.
  public init(folder: String) throws(KeyFileError) {
    let path = "\(folder)/\(Self.fileName)"
    try self.init(
      yaml: DurableFile.read(path, maximumBytes: YAMLValue.maximumFileBytes), path: path)
  }

  /// Reads a manifest's bytes; `path` is for errors.
  ///
  /// - Throws: ``KeyFileError`` with the place and the remedy.
  public init(yaml: Data, path: String) throws(KeyFileError) {
    let content: Content
    do {
      content = try YAMLDecoder().decode(Content.self, from: yaml)
    } catch {
      throw KeyFileError(path, "is no key manifest: \(yamlProblem(error))")
    }
    scheme = try content.namedScheme(path)
    generation = content.generation
    firstSlot = content.firstSlot ?? 0
    guard let slots = content.slots ?? content.logSlots.map({ $0 < 64 ? 1 << $0 : 0 }), slots > 0
    else {
      throw KeyFileError(path, "num_active_epochs is missing; it is the number of slots of a key")
    }
    slotCount = slots
    validators = try content.validators.enumerated().map {
      [scheme] position, entry throws(KeyFileError) in
      try entry.validator(position: position, of: scheme, path)
    }
    .sorted { $0.index < $1.index }
    try check(path)
  }

  /// Refuses what would make one validator sign with another's key, or one key do two jobs.
  private func check(_ path: String) throws(KeyFileError) {
    guard let last = validators.last else { throw KeyFileError(path, "names no validator") }
    guard last.index < KeyPlan.maximumValidators else {
      throw KeyFileError(
        path,
        "names validator \(last.index); a registry has at most \(KeyPlan.maximumValidators)")
    }
    for (left, right) in zip(validators, validators.dropFirst()) where left.index == right.index {
      throw KeyFileError(path, "names validator \(left.index) twice; keep one entry")
    }
    var owners: [PublicKey: UInt64] = [:]
    for validator in validators {
      for role in KeyRole.allCases {
        let key = validator[role].publicKey
        if let owner = owners.updateValue(validator.index, forKey: key) {
          throw KeyFileError(
            path,
            "gives one key to validator \(owner) and to the \(role) of \(validator.index); "
              + "each role of each validator needs a key of its own")
        }
      }
    }
  }

  /// What keys of another program's scheme need beside the rest.
  private var foreignHead: [(String, Node)] {
    [("pubkey_bytes", .number(scheme.publicKeyByteCount))]
      + (generation.map { [("generation", .quoted($0))] } ?? [])
  }

  /// The manifest as YAML, the same bytes for the same keys.
  public var yaml: String {
    let head: [(String, Node)] =
      [
        ("key_scheme", .word(scheme.label)),
        ("hash_function", .word(scheme.isImplemented ? "Poseidon1" : "leanVM")),
        ("encoding", .word("TargetSum")),
        ("lifetime", .number(scheme.lifetime)),
        ("log_num_active_epochs", .number(slotCount == 0 ? 0 : 63 - slotCount.leadingZeroBitCount)),
        ("num_active_epochs", .number(slotCount)),
        ("num_validators", .number(validators.count)),
        // Not known to other tools: the scheme's name here, and where the keys' slots begin.
        ("scheme", .word(scheme.name)),
        ("first_active_epoch", .number(firstSlot)),
      ] + (scheme.isImplemented ? [] : foreignHead)
    let entries = validators.map { validator in
      Node.block(
        [("index", .number(validator.index))]
          + KeyRole.allCases.flatMap { role in
            [
              // lean-quickstart refuses a manifest whose keys do not begin with 0x.
              ("\(role.fileWord)_key_pubkey_hex", .quoted("\(validator[role].publicKey)")),
              ("\(role.fileWord)_key_privkey_file", .word(validator[role].file)),
            ]
          })
    }
    return Node.block(head + [("validators", .block(entries))]).text
  }
}

extension Scheme {
  /// The name that the field's tools give to a scheme with this lifetime, dimension and base.
  fileprivate var label: String {
    isImplemented ? leanSigLabel : "leanXMSS"
  }

  private var leanSigLabel: String {
    "SIGTopLevelTargetSumLifetime\(logLifetime)Dim\(dimension)Base\(base)"
  }
}

/// The fields as they are written; everything else in the file is ignored.
private struct Content: Decodable {
  let scheme: String?
  let label: String?
  let hashFunction: String?
  let publicKeyByteCount: Int?
  let lifetime: UInt64?
  let slots: UInt64?
  let logSlots: UInt64?
  let firstSlot: UInt64?
  let generation: String?
  let validators: [Entry]

  enum CodingKeys: String, CodingKey {
    case scheme
    case label = "key_scheme"
    case hashFunction = "hash_function"
    case publicKeyByteCount = "pubkey_bytes"
    case lifetime
    case slots = "num_active_epochs"
    case logSlots = "log_num_active_epochs"
    case firstSlot = "first_active_epoch"
    case generation
    case validators
  }

  struct Entry: Decodable {
    let index: UInt64?
    let attesterKey: String?
    let attesterFile: String?
    let proposerKey: String?
    let proposerFile: String?
    let attestationKey: String?
    let attestationFile: String?
    let proposalKey: String?
    let proposalFile: String?

    enum CodingKeys: String, CodingKey {
      case index
      case attesterKey = "attester_key_pubkey_hex"
      case attesterFile = "attester_key_privkey_file"
      case proposerKey = "proposer_key_pubkey_hex"
      case proposerFile = "proposer_key_privkey_file"
      // leanSpec's names for the same.
      case attestationKey = "attestation_public_key_hex"
      case attestationFile = "attestation_private_key_file"
      case proposalKey = "proposal_public_key_hex"
      case proposalFile = "proposal_private_key_file"
    }

    func validator(
      position: Int, of scheme: Scheme, _ path: String
    ) throws(KeyFileError) -> KeyManifest.Validator {
      let index = index ?? UInt64(position)
      func key(
        _ role: KeyRole, _ text: String?, _ file: String?
      ) throws(KeyFileError) -> KeyManifest.Key {
        guard let text else {
          throw KeyFileError(
            path,
            "validator \(index) has no \(role.fileWord)_key_pubkey_hex; "
              + "manifests with one key for both roles are too old")
        }
        guard let publicKey = PublicKey(hexadecimal: text) else {
          throw KeyFileError(
            path,
            "the \(role.fileWord) key of validator \(index) is not \(scheme.publicKeyByteCount) "
              + "bytes of hexadecimal")
        }
        if let problem = publicKey.mismatch(with: scheme) {
          throw KeyFileError(
            path, "the \(role.fileWord) key of validator \(index) does not fit: \(problem)")
        }
        return KeyManifest.Key(
          publicKey: publicKey, file: file ?? role.secretKeyFile(validator: index))
      }
      return KeyManifest.Validator(
        index: index,
        attestation: try key(
          .attestation, attesterKey ?? attestationKey, attesterFile ?? attestationFile),
        proposal: try key(.proposal, proposerKey ?? proposalKey, proposerFile ?? proposalFile))
    }
  }

  /// The beginnings of the names that tools give to the schemes known here.
  private static let knownLabels = ["SIGTopLevelTargetSum", "SchemeAbortingTargetSum"]

  /// The scheme by name, or by lifetime: the labels of other tools name outdated dimensions.
  func namedScheme(_ path: String) throws(KeyFileError) -> Scheme {
    if scheme == Scheme.leanXMSS.name { return .leanXMSS }
    let known = Scheme.all.map(\.name).joined(separator: ", ")
    if let other = otherScheme {
      throw KeyFileError(
        path,
        "holds keys of another signature scheme, \(other); known are \(known): "
          + "make the keys with `swiftlet keys generate`")
    }
    if let name = scheme {
      guard let scheme = Scheme(named: name) else {
        throw KeyFileError(path, "scheme \(name) is unknown; known are \(known)")
      }
      guard lifetime == nil || lifetime == scheme.lifetime else {
        throw KeyFileError(
          path,
          "names the scheme \(name), but the lifetime \(lifetime ?? 0) of another one; "
            + "\(name) has \(scheme.lifetime)")
      }
      return scheme
    }
    guard let lifetime, let scheme = Scheme.all.first(where: { $0.lifetime == lifetime }) else {
      throw KeyFileError(
        path,
        "lifetime \(lifetime.map { "\($0)" } ?? "is missing and") fits no scheme; "
          + "known are \(known)")
    }
    return scheme
  }

  /// What the file says of a scheme that no program here knows, as `leanVM`'s with 32-byte keys.
  private var otherScheme: String? {
    if let label, !Self.knownLabels.contains(where: label.hasPrefix) { return label }
    if let hashFunction, !hashFunction.hasPrefix("Poseidon") {
      return "\(label ?? "unnamed") over \(hashFunction)"
    }
    if let publicKeyByteCount, publicKeyByteCount != Bytes52.count {
      return "\(label ?? "unnamed") with public keys of \(publicKeyByteCount) bytes"
    }
    return nil
  }
}

extension PublicKey {
  /// The digits without `0x`, as `annotated_validators.yaml` has them.
  var plainHexadecimal: String {
    String(description.dropFirst(2))
  }
}
