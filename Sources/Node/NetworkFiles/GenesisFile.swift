package import Consensus
private import Hashing
package import KeyFiles
private import SSZ
private import XMSS

/// `config.yaml`: when a chain begins, and with which validators.
///
/// Names that are not known here are passed over: each client's tools add their own.
package struct GenesisFile: Equatable, Sendable {
  /// The file's name in a genesis folder.
  package static let fileName = "config.yaml"

  /// The start of slot 0, in Unix seconds.
  package let genesisTime: UInt64

  /// The attestation committees; `nil` when the file does not say.
  package let committeeCount: UInt64?

  /// The registry.
  package let validators: Validators

  /// Creates a file's content.
  package init(genesisTime: UInt64, committeeCount: UInt64?, validators: Validators) {
    self.genesisTime = genesisTime
    self.committeeCount = committeeCount
    self.validators = validators
  }

  /// The state before the first block: the same bytes as every other client's.
  package var state: State { State(genesisTime: genesisTime, validators: validators) }

  /// Reads a file; what is wrong in it is added to `problems`.
  ///
  /// - Returns: `nil` when something was.
  package init?(_ file: YAMLValue, _ problems: inout FileProblems) {
    guard file.entries != nil else {
      problems.add(
        file.error("is no genesis configuration: GENESIS_TIME and GENESIS_VALIDATORS are expected"))
      return nil
    }
    Self.checkTimes(file, &problems)
    let time = Self.genesisTime(file, &problems)
    committeeCount = Self.committeeCount(file, "ATTESTATION_COMMITTEE_COUNT", &problems)
    guard let list = file["GENESIS_VALIDATORS"] else {
      problems.add(
        KeyFileError(
          file.path, "GENESIS_VALIDATORS is missing; it lists two public keys for each validator"))
      return nil
    }
    guard let validators = Self.validators(list, &problems), let time else { return nil }
    for name in ["VALIDATOR_COUNT", "NUM_VALIDATORS"] {
      guard let count = file[name], count.number != UInt64(validators.count) else { continue }
      problems.warn(
        count.error(
          "\(name) is \(count.text ?? "no number"), but GENESIS_VALIDATORS has \(validators.count), "
            + "which count"))
    }
    self.genesisTime = time
    self.validators = validators
  }

  /// Reads a number of committees, if it is there.
  static func committeeCount(
    _ value: YAMLValue, _ name: String, _ problems: inout FileProblems
  ) -> UInt64? {
    guard let value = value[name] else { return nil }
    // A committee without a validator would still be a topic to every node.
    let limit = UInt64(Preset.validatorRegistryLimit)
    guard let count = value.number, (1...limit).contains(count) else {
      problems.add(value.error("\(name) is \(value.text ?? "no number"); take 1 to \(limit)"))
      return nil
    }
    return count
  }

  private static func genesisTime(
    _ file: YAMLValue, _ problems: inout FileProblems
  ) -> UInt64? {
    guard let value = file["GENESIS_TIME"] else {
      problems.add(
        KeyFileError(file.path, "GENESIS_TIME is missing; it is the Unix time of slot 0"))
      return nil
    }
    // Later than any devnet, and early enough to count slots in milliseconds.
    guard let time = value.number, time < 1 << 40 else {
      problems.add(
        value.error(
          "GENESIS_TIME is \(value.text ?? "no number"); it is the Unix time of slot 0, in seconds")
      )
      return nil
    }
    return time
  }

  /// Refuses a chain with a clock of its own; most clients have no name for it.
  private static func checkTimes(_ file: YAMLValue, _ problems: inout FileProblems) {
    for (name, expected) in [
      ("MILLISECONDS_PER_SLOT", Preset.millisecondsPerSlot),
      ("SECONDS_PER_SLOT", Preset.secondsPerSlot),
    ] {
      guard let value = file[name], value.number != expected else { continue }
      problems.add(
        value.error("\(name) is \(value.text ?? "no number"), but slots have \(expected) here"))
    }
  }

  private static func validators(
    _ list: YAMLValue, _ problems: inout FileProblems
  ) -> Validators? {
    guard let values = list.values, !values.isEmpty else {
      problems.add(list.error("GENESIS_VALIDATORS is no list of validators; nobody could propose"))
      return nil
    }
    guard values.count <= Preset.validatorRegistryLimit else {
      problems.add(
        list.error(
          "GENESIS_VALIDATORS has \(values.count) validators; "
            + "a registry has at most \(Preset.validatorRegistryLimit)"))
      return nil
    }
    let read = values.enumerated().map { validator($0, $1, &problems) }
    warnOfSharedKeys(values, read, &problems)
    return read.contains { $0 == nil } ? nil : try? Validators(read.compactMap(\.self))
  }

  private static func validator(
    _ index: Int, _ value: YAMLValue, _ problems: inout FileProblems
  ) -> Validator? {
    guard value.entries != nil else {
      problems.add(
        value.error(
          "validator \(index) has no attestation_pubkey and proposal_pubkey; "
            + "networks with one key for both roles are too old"))
      return nil
    }
    let attestation = key("attestation", of: index, value, &problems)
    let proposal = key("proposal", of: index, value, &problems)
    guard let attestation, let proposal else { return nil }
    return Validator(
      attestationPublicKey: attestation, proposalPublicKey: proposal,
      index: ValidatorIndex(UInt64(index)))
  }

  /// A public key under lean-quickstart's name or leanSpec's.
  private static func key(
    _ role: String, of index: Int, _ value: YAMLValue, _ problems: inout FileProblems
  ) -> PublicKey? {
    guard let entry = value["\(role)_pubkey"] ?? value["\(role)_public_key"] else {
      problems.add(value.error("validator \(index) has no \(role)_pubkey"))
      return nil
    }
    let bytes = entry.text.flatMap { Hexadecimal.decode($0) }
    guard let bytes, let key = Bytes52(bytes) else {
      let found = bytes.map { "\($0.count) bytes" } ?? "no hexadecimal"
      let remedy =
        bytes?.count == 32
        ? "keys of 32 bytes belong to another signature scheme, leanVM's, which is not known here"
        : "a key has 52 bytes, written as 104 digits"
      problems.add(entry.error("the \(role) key of validator \(index) has \(found); \(remedy)"))
      return nil
    }
    return PublicKey(key)
  }

  /// Tells a key that has two jobs: other clients take it, but its validators must not both sign.
  private static func warnOfSharedKeys(
    _ values: [YAMLValue], _ validators: [Validator?], _ problems: inout FileProblems
  ) {
    var owners: [PublicKey: UInt64] = [:]
    for (value, validator) in zip(values, validators) {
      guard let validator else { continue }
      for key in [validator.attestationPublicKey, validator.proposalPublicKey] {
        guard let owner = owners.updateValue(validator.index.rawValue, forKey: key) else {
          continue
        }
        problems.warn(
          value.error(
            "a key of validator \(validator.index) is also validator \(owner)'s: "
              + "two signatures with one leaf give a key away"))
      }
    }
  }
}

extension GenesisFile {
  /// The file as YAML, in lean-quickstart's names and order; `logActiveSlots` is the binary logarithm
  /// of the slots that keys can sign, by which other clients' tools make keys.
  package func yaml(logActiveSlots: Int) -> String {
    let head = """
      # Genesis Settings
      GENESIS_TIME: \(genesisTime)

      # Chain Settings
      ATTESTATION_COMMITTEE_COUNT: \(committeeCount ?? Preset.attestationCommitteeCount)

      # Key Settings
      ACTIVE_EPOCH: \(logActiveSlots)

      # Validator Settings
      VALIDATOR_COUNT: \(validators.count)

      # List of Genesis Validators' Public Keys (attestation + proposal)
      GENESIS_VALIDATORS:

      """
    return validators.reduce(into: head) { text, validator in
      text += """
          - attestation_pubkey: "\(validator.attestationPublicKey.digits)"
            proposal_pubkey: "\(validator.proposalPublicKey.digits)"

        """
    }
  }
}

extension PublicKey {
  /// The digits without `0x`.
  fileprivate var digits: Substring { Hexadecimal.encode(bytes).dropFirst(2) }
}
