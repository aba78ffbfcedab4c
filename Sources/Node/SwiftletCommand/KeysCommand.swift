private import Aggregation
internal import ArgumentParser
private import Foundation
private import Hashing
private import KeyFiles
private import SigningLedger
private import Storage
private import XMSS

/// Makes, shows and checks validator keys.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Make, inspect, check and move validator keys.",
    discussion: """
      A validator has two one-time keys, for attestations and for proposals. Each slot spends one \
      leaf of a key, and two different messages signed with one leaf give the key away. So there \
      is a signing journal beside the keys, which remembers what was signed: keys and journal move \
      together, and never run in two places at once.
      """,
    subcommands: [
      KeysGenerateCommand.self, KeysInspectCommand.self, KeysCheckCommand.self,
      KeysJournalCommand.self,
    ])
}

/// Makes keys.
struct KeysGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Make the keys of validators, in the layout that all lean clients read.",
    discussion: """
      Writes OUT/hash-sig-keys with the keys (secrets with mode 0600, the rest for every user) and \
      validator-keys-manifest.yaml, and OUT/annotated_validators.yaml, which gives the validators to \
      nodes in turn. A run for more validators adds them to both files.

      A run that was stopped goes on where it stopped when it is started again; a key that exists \
      is never overwritten, and two runs in one folder refuse each other. All cores but one are used.

      Schemes: production has 2^32 slots, and no key smaller than 131,072 of them, which takes \
      some 10 to 20 seconds of one core; devnet hashes the same way below a shallow tree, so \
      that a day of keys takes seconds; test has 256 slots and no security. leanxmss keys are \
      seeds of 32 bytes for all 2^32 slots; the public half is made by the prover that \
      `swiftlet prover install` brings, in some three seconds each.

      Example: swiftlet keys generate --validators 4 --scheme devnet --slots 21600 --out net
      """)

  @Option(help: ArgumentHelp("How many validators get keys.", valueName: "count"))
  var validators: UInt64

  @Option(help: ArgumentHelp("The index of the first of them.", valueName: "index"))
  var firstValidator: UInt64 = 0

  @Option(help: "production, devnet, test or leanxmss; it must be the network's.")
  var scheme: String

  @Option(
    help: ArgumentHelp(
      "How many slots the keys can sign; rounded up to what the scheme allows.",
      valueName: "count"))
  var slots: UInt64?

  @Option(help: ArgumentHelp("The first slot.", valueName: "slot"))
  var firstSlot: UInt64 = 0

  @Option(
    name: .customLong("node"), parsing: .singleValue,
    help: ArgumentHelp(
      "A node that signs for a share of the validators; repeat it for more.", valueName: "name"))
  var nodes: [String] = ["swiftlet_0"]

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "folder"))
  var out: String

  @OptionGroup var prover: KeyProverOption

  func validate() throws {
    guard let scheme = Scheme(named: scheme) else { throw ValidationError(Scheme.unknown(scheme)) }
    guard (1...KeyPlan.maximumValidators).contains(validators) else {
      throw ValidationError(
        "--validators is \(validators); take 1 to \(KeyPlan.maximumValidators)")
    }
    guard firstValidator <= KeyPlan.maximumValidators - validators else {
      throw ValidationError(
        "a registry has at most \(KeyPlan.maximumValidators) validators; lower --first-validator")
    }
    try validateSlots(scheme)
    guard Set(nodes).count == nodes.count, !nodes.contains("") else {
      throw ValidationError("--node names must be different and not empty")
    }
  }

  private func validateSlots(_ scheme: Scheme) throws {
    guard scheme.isImplemented else {
      guard slots == nil, firstSlot == 0 else {
        throw ValidationError(
          "keys of \(scheme) sign every slot; leave --slots and --first-slot out")
      }
      return
    }
    guard let slots else { throw ValidationError("keys of \(scheme) need --slots") }
    guard slots > 0 else { throw ValidationError("--slots is 0; take 1 or more") }
    guard !firstSlot.addingReportingOverflow(slots).overflow else {
      throw ValidationError("--first-slot and --slots together pass the last slot; lower them")
    }
  }

  func run() throws {
    guard let scheme = Scheme(named: scheme) else { return }
    let plan = KeyPlan(
      scheme: scheme, slots: firstSlot..<firstSlot + (slots ?? scheme.lifetime),
      validators: firstValidator..<firstValidator + validators, folder: out, nodes: nodes)
    let manifest = try make(plan)
    print(
      """
      \(manifest.validators.count) validators, scheme \(scheme), slots \(manifest.firstSlot) to \
      \(manifest.firstSlot + manifest.slotCount - 1), in \(out)/\(KeyFolder.folderName)
      """)
    guard scheme.isImplemented else { return }
    let most = XMSSListBackend.maximumValidators(scheme: scheme)
    if firstValidator + validators > most {
      print("note: blocks of the embedded prover hold the signatures of \(most) validators")
    }
  }

  private func make(_ plan: KeyPlan) throws -> KeyManifest {
    let progress = ProgressLine(isTerminal: isatty(STDERR_FILENO) != 0)
    defer { progress.finish() }
    guard !plan.scheme.isImplemented else { return try KeyMaker(plan).run { progress.show($0) } }
    let worker = try KeyWorker(below: prover.dataDir)
    defer { worker.stop() }
    return try SeedMaker(plan, generation: worker.generation)
      .run(publicKeys: worker.publicKey) { progress.show($0) }
  }
}

/// Where the prover is that computes keys of its own scheme.
struct KeyProverOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "For leanxmss: the data directory below which the prover is installed.", valueName: "folder"))
  var dataDir = "data/devnet"
}

/// Shows keys.
struct KeysInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show public keys, windows, leaves left and journal floors.",
    discussion: "Reads a few kilobytes of every secret key file, and changes nothing.")

  @Argument(help: "The folder of keys, or the genesis folder that holds it.")
  var folder: String

  @Option(help: ArgumentHelp("The current slot, to count the leaves left.", valueName: "slot"))
  var slot: UInt64 = 0

  @OptionGroup var journal: JournalOption

  func run() throws {
    let folder = try KeyFolder(path: folder)
    let manifest = folder.manifest
    let floors = try journal.floors(folder)
    print("scheme \(manifest.scheme), \(manifest.validators.count) validators, \(floors.summary)")
    for validator in manifest.validators {
      for role in KeyRole.allCases {
        let (publicKey, slots) = try folder.window(of: validator, role)
        let next = max(slot, slots.lowerBound)
        let left = next < slots.upperBound ? slots.upperBound - next : 0
        print(
          """
          validator \(validator.index) \(role): \(publicKey)
            slots \(slots.lowerBound) to \(slots.upperBound - 1), \(left) leaves left from slot \
          \(slot), floor \(floors.floor(of: publicKey))
          """)
      }
    }
  }
}

/// Checks keys.
struct KeysCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check that keys are whole, private and the manifest's.",
    discussion: """
      Hashes the stored trees of every key again, compares public keys and slots with the \
      manifest, and tries signing with a key that is thrown away: no leaf of yours is spent. Of \
      leanxmss keys, the prover computes each public half again.
      """)

  @Argument(help: "The folder of keys, or the genesis folder that holds it.")
  var folder: String

  @OptionGroup var prover: KeyProverOption

  func run() throws {
    let folder = try KeyFolder(path: folder)
    let findings = try findings(folder)
    let problems = findings.compactMap(\.problem)
    for problem in problems { print(problem) }
    print("\(findings.count - problems.count) of \(findings.count) keys are in order")
    if !problems.isEmpty { throw ExitCode.failure }
  }

  private func findings(_ folder: KeyFolder) throws -> [KeyCheck.Finding] {
    guard !folder.manifest.scheme.isImplemented else {
      try KeyCheck.tryThrowAwayKey(folder.manifest.scheme)
      return KeyCheck.check(folder)
    }
    let worker = try KeyWorker(below: prover.dataDir)
    defer { worker.stop() }
    return KeyCheck.check(seedsOf: folder, publicKeys: worker.publicKey)
  }
}

extension KeyFolder {
  /// The public half of a key and the slots that it can sign.
  fileprivate func window(
    of validator: KeyManifest.Validator, _ role: KeyRole
  ) throws(KeyFileError) -> (PublicKey, Range<UInt64>) {
    guard manifest.scheme.isImplemented else {
      return (validator[role].publicKey, 0..<manifest.scheme.lifetime)
    }
    let key = try secretKey(of: validator, role)
    return (key.publicKey, key.activeSlots)
  }
}

/// Where the journal is.
struct JournalOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The signing journal; beside the keys unless given.", valueName: "file"),
    completion: .file())
  var journal: String?

  /// The floors that the journal holds, if there is one that nobody uses now.
  fileprivate func floors(_ folder: KeyFolder) throws -> JournalFloors {
    let path = journal ?? folder.journalPath
    guard FileManager.default.fileExists(atPath: path) else {
      guard journal == nil else {
        throw ValidationError("\(path) does not exist; leave --journal out or name the right file")
      }
      return JournalFloors(summary: "no journal yet", records: [:])
    }
    do throws(JournalError) {
      let store = try JournalStore(path: path)
      defer { try? store.close() }
      let records = try store.records().map { ($0.key, $0) }
      return JournalFloors(
        summary: "journal \(path)", records: Dictionary(uniqueKeysWithValues: records))
    } catch {
      guard error.code == .inUse else { throw error }
      return JournalFloors(summary: "journal in use by a running node: no floors", records: [:])
    }
  }
}

/// What the journal says of keys, in words.
private struct JournalFloors {
  let summary: String
  let records: [SigningKeyID: JournalRecord]

  func floor(of key: PublicKey) -> String {
    guard let record = records[SigningKeyID(key)] else { return "none" }
    let floor = record.history(under: nil).highWaterSlot.map { "\($0)" } ?? "none"
    return record.isRetired ? "\(floor), retired" : floor
  }
}
