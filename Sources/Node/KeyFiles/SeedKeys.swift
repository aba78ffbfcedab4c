private import Foundation
public import XMSS

/// The two secret seeds of a validator whose keys a worker signs with.
public struct LoadedSeeds: Sendable {
  /// The validator as the manifest has it.
  public let validator: KeyManifest.Validator

  /// 32 secret bytes of the key for attestation data.
  public let attestation: [UInt8]

  /// 32 secret bytes of the key for block roots.
  public let proposal: [UInt8]

  /// Keeps the files locked for this process.
  private let files: [OpenFile]

  init(validator: KeyManifest.Validator, folder: KeyFolder) throws(KeyFileError) {
    self.validator = validator
    var seeds: [[UInt8]] = []
    var files: [OpenFile] = []
    for role in [KeyRole.attestation, .proposal] {
      let file = try OpenFile(folder.path(of: validator[role]), maximumBytes: SeedMaker.byteCount)
      guard file.lock() else {
        throw KeyFileError(
          file.path,
          "is in use by another process; stop that one first: "
            + "two signers with one key give the key away")
      }
      seeds.append(try file.seed())
      files.append(file)
    }
    (attestation, proposal) = (seeds[0], seeds[1])
    self.files = files
  }
}

extension KeyFolder {
  /// Opens and locks the seeds of all validators of the manifest.
  ///
  /// - Throws: ``KeyFileError`` about the first file that is not in order or in use.
  public func loadSeeds() throws(KeyFileError) -> [LoadedSeeds] {
    try manifest.validators.map { validator throws(KeyFileError) in
      try LoadedSeeds(validator: validator, folder: self)
    }
  }
}

extension OpenFile {
  /// The seed that the file holds.
  fileprivate func seed() throws(KeyFileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: SeedMaker.byteCount)
    guard byteCount == bytes.count, bytes.withUnsafeMutableBytes({ copy(at: 0, to: $0) }) else {
      throw KeyFileError(
        path, "is no seed of \(SeedMaker.byteCount) bytes; restore the file from a copy")
    }
    guard !isExposed else {
      throw KeyFileError(path, "can be read by others; chmod 600, and replace the key if it was")
    }
    return bytes
  }
}

extension KeyCheck {
  /// Reads every seed, one after the other: its file must be private and its public key the
  /// manifest's.
  public static func check(
    seedsOf folder: KeyFolder, publicKeys: SeedMaker.PublicKeys
  ) -> [Finding] {
    folder.manifest.validators.flatMap { validator in
      [KeyRole.attestation, .proposal].map { role in
        let path = folder.path(of: validator[role])
        return Finding(
          index: validator.index, role: role,
          problem: problem(path, validator[role].publicKey, publicKeys))
      }
    }
  }

  private static func problem(
    _ path: String, _ expected: PublicKey, _ publicKeys: SeedMaker.PublicKeys
  ) -> String? {
    do throws(KeyFileError) {
      let seed = try OpenFile(path, maximumBytes: SeedMaker.byteCount).seed()
      return try publicKeys(seed) == expected
        ? nil : "\(path): is another key's seed; restore the right file"
    } catch {
      return error.description
    }
  }
}

/// Makes the seeds of a plan for a scheme whose keys a worker computes.
///
/// A seed is on the disk, for its owner only, before anybody is asked for its public key; seeds that
/// are there are kept and never overwritten.
public struct SeedMaker: Sendable {
  /// The bytes of a seed.
  public static let byteCount = 32

  /// Gives the public key of a seed; takes seconds.
  public typealias PublicKeys = (_ seed: [UInt8]) throws(KeyFileError) -> PublicKey

  private let plan: KeyPlan
  private let generation: String

  /// Creates a maker.
  ///
  /// - Parameters:
  ///   - plan: A plan of a scheme that is not implemented here.
  ///   - generation: The prover that the keys are for, for the manifest.
  public init(_ plan: KeyPlan, generation: String) {
    precondition(!plan.scheme.isImplemented, "\(plan.scheme) has keys of its own")
    self.plan = plan
    self.generation = generation
  }

  private var keyFolder: String { "\(plan.folder)/\(KeyFolder.folderName)" }

  /// Makes what is missing and writes the manifests.
  ///
  /// - Parameters:
  ///   - publicKeys: Gives the public key of each seed.
  ///   - onProgress: Called at the start and after each key.
  /// - Returns: The manifest.
  /// - Throws: ``KeyFileError`` when a file cannot be written, or what `publicKeys` throws.
  public func run(
    publicKeys: PublicKeys, onProgress: (KeyMakingProgress) -> Void = { _ in }
  ) throws(KeyFileError) -> KeyManifest {
    do {
      try FileManager.default.createDirectory(
        atPath: keyFolder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o755])
    } catch {
      throw KeyFileError(keyFolder, "cannot be created; check the path and its owner")
    }
    let lock = try FolderLock(keyFolder)
    defer { withExtendedLifetime(lock) {} }
    DurableFile.removeUnfinished(in: keyFolder)
    var progress = KeyMakingProgress(
      finishedKeys: 0, totalKeys: 2 * plan.validators.count, computedLeaves: 0,
      remainingLeaves: 0)
    onProgress(progress)
    let validators = try plan.validators.map { index throws(KeyFileError) in
      var keys: [KeyManifest.Key] = []
      for role in [KeyRole.attestation, .proposal] {
        keys.append(try key(index, role, publicKeys))
        progress.finishedKeys += 1
        onProgress(progress)
      }
      return KeyManifest.Validator(index: index, attestation: keys[0], proposal: keys[1])
    }
    return try write(validators)
  }

  private func key(
    _ index: UInt64, _ role: KeyRole, _ publicKeys: PublicKeys
  ) throws(KeyFileError) -> KeyManifest.Key {
    let name = role.seedFile(validator: index)
    let path = "\(keyFolder)/\(name)"
    if !FileManager.default.fileExists(atPath: path) {
      var random = SystemRandomNumberGenerator()
      let seed = (0..<Self.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
      try DurableFile.create(seed, at: path, readers: .owner)
    }
    let seed = try OpenFile(path, maximumBytes: Self.byteCount).seed()
    let publicKey = try publicKeys(seed)
    if let problem = publicKey.mismatch(with: plan.scheme) { throw KeyFileError(path, problem) }
    return KeyManifest.Key(publicKey: publicKey, file: name)
  }

  private func write(
    _ validators: [KeyManifest.Validator]
  ) throws(KeyFileError) -> KeyManifest {
    let manifest = KeyManifest(
      scheme: plan.scheme, firstSlot: 0, slotCount: plan.scheme.lifetime, validators: validators,
      generation: generation)
    let annotated = AnnotatedValidators(
      validators, nodes: plan.nodes, besides: AnnotatedValidators(rows: [:]))
    try DurableFile.write(
      Data(manifest.yaml.utf8), to: "\(keyFolder)/\(KeyManifest.fileName)", readers: .everyone)
    try DurableFile.write(
      Data(annotated.yaml.utf8), to: "\(plan.folder)/\(AnnotatedValidators.fileName)",
      readers: .everyone)
    return manifest
  }
}

extension KeyRole {
  /// The seed's file: 32 bytes, from which the key is made anew at each start.
  func seedFile(validator index: UInt64) -> String {
    "validator_\(index)_\(fileWord)_key_seed"
  }
}
