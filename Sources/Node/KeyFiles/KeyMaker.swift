private import Foundation
private import SSZ
private import Synchronization
public import XMSS

/// What keys to make, and where.
public struct KeyPlan: Equatable, Sendable {
  /// The most validators that one run makes keys for: the registry's limit.
  public static let maximumValidators: UInt64 = 4_096

  /// The signature scheme of the network.
  public let scheme: Scheme

  /// The slots that the keys must be able to sign; the scheme widens them to whole trees.
  public let slots: Range<UInt64>

  /// The indices of the validators in the registry.
  public let validators: Range<UInt64>

  /// The genesis folder; keys go into a folder inside it.
  public let folder: String

  /// The nodes that the validators are dealt out to.
  public let nodes: [String]

  /// Creates a plan.
  public init(
    scheme: Scheme, slots: Range<UInt64>, validators: Range<UInt64>, folder: String,
    nodes: [String]
  ) {
    self.scheme = scheme
    self.slots = slots
    self.validators = validators
    self.folder = folder
    self.nodes = nodes
  }
}

/// How far the making of keys has come.
public struct KeyMakingProgress: Equatable, Sendable {
  /// The keys that are on the disk, those of an earlier run included.
  public internal(set) var finishedKeys: Int

  /// The keys of the plan.
  public internal(set) var totalKeys: Int

  /// The leaves computed in this run.
  public internal(set) var computedLeaves: Int

  /// The leaves that this run still has to compute.
  public internal(set) var remainingLeaves: Int
}

/// Makes the keys of a plan, one after the other, each on all threads.
///
/// Every finished key is on the disk before the next begins, and keys that are there are kept, so a
/// run that was stopped goes on where it stopped. No key is ever overwritten.
public struct KeyMaker: Sendable {
  private let plan: KeyPlan
  private let threadCount: Int

  /// Creates a maker that leaves one core to others.
  public init(_ plan: KeyPlan) {
    self.init(plan, threadCount: max(1, ProcessInfo.processInfo.activeProcessorCount - 1))
  }

  package init(_ plan: KeyPlan, threadCount: Int) {
    self.plan = plan
    self.threadCount = threadCount
  }

  private var keyFolder: String { "\(plan.folder)/\(KeyFolder.folderName)" }

  /// Makes what is missing and writes the manifests.
  ///
  /// Blocks until all is done, on threads of its own: never on Swift's cooperative pool.
  /// - Parameter onProgress: Called at the start, after each part of a key and after each key, on
  ///   any thread but never on two at once.
  /// - Returns: The manifest.
  /// - Throws: ``KeyFileError`` when a file cannot be written or a key that is there does not fit
  ///   the plan.
  public func run(
    onProgress: @escaping @Sendable (KeyMakingProgress) -> Void = { _ in }
  ) throws(KeyFileError) -> KeyManifest {
    try prepareFolder()
    // Until the manifests are written: two runs at once would mix their keys.
    let lock = try FolderLock(keyFolder)
    defer { withExtendedLifetime(lock) {} }
    DurableFile.removeUnfinished(in: keyFolder)
    let earlier = try earlierManifest()
    let leavesPerKey = try generation().work.progress.totalLeaves
    var validators: [KeyManifest.Validator] = []
    var existing: [(attestation: PublicKey?, proposal: PublicKey?)] = []
    for index in plan.validators {
      existing.append((try existingKey(index, .attestation), try existingKey(index, .proposal)))
    }
    let missing = existing.reduce(0) { missing, keys in
      missing + (keys.attestation == nil ? 1 : 0) + (keys.proposal == nil ? 1 : 0)
    }
    let tracker = ProgressTracker(
      KeyMakingProgress(
        finishedKeys: 2 * existing.count - missing, totalKeys: 2 * existing.count,
        computedLeaves: 0, remainingLeaves: missing * leavesPerKey),
      report: onProgress)
    for (index, keys) in zip(plan.validators, existing) {
      validators.append(
        KeyManifest.Validator(
          index: index, attestation: try key(index, .attestation, keys.attestation, tracker),
          proposal: try key(index, .proposal, keys.proposal, tracker)))
    }
    return try writeManifests(validators, besides: earlier)
  }

  private func key(
    _ index: UInt64, _ role: KeyRole, _ existing: PublicKey?, _ tracker: ProgressTracker
  ) throws(KeyFileError) -> KeyManifest.Key {
    let publicKey = if let existing { existing } else { try make(index, role, tracker) }
    return KeyManifest.Key(publicKey: publicKey, file: role.secretKeyFile(validator: index))
  }

  private func prepareFolder() throws(KeyFileError) {
    do {
      try FileManager.default.createDirectory(
        atPath: keyFolder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o755])
    } catch {
      throw KeyFileError(keyFolder, "cannot be created; check the path and its owner")
    }
  }

  /// The manifest of earlier runs for other validators, which stay in it; `nil` when there is none.
  private func earlierManifest() throws(KeyFileError) -> KeyManifest? {
    let path = "\(keyFolder)/\(KeyManifest.fileName)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let manifest = try KeyManifest(folder: keyFolder)
    let slots = try generation().activeSlots
    guard manifest.scheme == plan.scheme, manifest.firstSlot == slots.lowerBound,
      manifest.slotCount == UInt64(slots.count)
    else {
      throw KeyFileError(
        path,
        "is for the scheme \(manifest.scheme) and \(manifest.slotCount) slots from "
          + "\(manifest.firstSlot), the plan wants \(plan.scheme) and \(slots.count) from "
          + "\(slots.lowerBound); name another folder")
    }
    return manifest
  }

  /// A key of an earlier run; its public key file is written again when a crash left it out.
  private func existingKey(_ index: UInt64, _ role: KeyRole) throws(KeyFileError) -> PublicKey? {
    let path = "\(keyFolder)/\(role.secretKeyFile(validator: index))"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let file = try OpenFile(path, maximumBytes: KeyFolder.maximumKeyBytes)
    let key = try file.secretKey(scheme: plan.scheme, checkingTrees: false)
    let wanted = try generation().activeSlots
    guard key.activeSlots == wanted else {
      throw KeyFileError(
        path,
        "signs slots \(key.activeSlots), the plan wants \(wanted); "
          + "name another folder, or move the old keys away with their journal")
    }
    try writePublicKey(key.publicKey, index, role)
    return key.publicKey
  }

  private func generation() throws(KeyFileError) -> KeyGeneration {
    var random = SystemRandomNumberGenerator()
    do throws(KeyGenerationError) {
      return try KeyGeneration(scheme: plan.scheme, slots: plan.slots, using: &random)
    } catch {
      throw KeyFileError(plan.folder, "no keys can be made: \(error)")
    }
  }

  private func make(
    _ index: UInt64, _ role: KeyRole, _ tracker: ProgressTracker
  ) throws(KeyFileError) -> PublicKey {
    let generation = try generation()
    tracker.beginKey()
    runOnThreads(threadCount) { generation.work.run { tracker.update($0) } }
    let path = "\(keyFolder)/\(role.secretKeyFile(validator: index))"
    let key: SecretKey
    var bytes: [UInt8]
    do {
      key = try generation.finish()
      bytes = try key.sszBytes()
    } catch {
      throw KeyFileError(path, "was not made: \(error); run the command again")
    }
    defer { wipe(&bytes) }
    try DurableFile.create(bytes, at: path, readers: .owner)
    try writePublicKey(key.publicKey, index, role)
    tracker.endKey()
    return key.publicKey
  }

  private func writePublicKey(
    _ key: PublicKey, _ index: UInt64, _ role: KeyRole
  ) throws(KeyFileError) {
    let path = "\(keyFolder)/\(role.publicKeyFile(validator: index))"
    guard !FileManager.default.fileExists(atPath: path) else { return }
    try DurableFile.create(key.bytes, at: path, readers: .everyone)
  }

  /// Adds the validators to the manifests of earlier runs.
  private func writeManifests(
    _ validators: [KeyManifest.Validator], besides earlier: KeyManifest?
  ) throws(KeyFileError) -> KeyManifest {
    let slots = try generation().activeSlots
    let others = (earlier?.validators ?? []).filter { !plan.validators.contains($0.index) }
    let manifest = KeyManifest(
      scheme: plan.scheme, firstSlot: slots.lowerBound, slotCount: UInt64(slots.count),
      validators: others + validators)
    let annotated = AnnotatedValidators(
      validators, nodes: plan.nodes,
      besides: try AnnotatedValidators(folder: plan.folder) ?? AnnotatedValidators(rows: [:]))
    try DurableFile.write(
      Data(manifest.yaml.utf8), to: "\(keyFolder)/\(KeyManifest.fileName)", readers: .everyone)
    try DurableFile.write(
      Data(annotated.yaml.utf8), to: "\(plan.folder)/\(AnnotatedValidators.fileName)",
      readers: .everyone)
    return manifest
  }
}

/// Adds up the progress that several threads report for one key after the other.
private final class ProgressTracker: Sendable {
  private struct State {
    var progress: KeyMakingProgress
    var leavesBeforeKey = 0
  }

  private let state: Mutex<State>
  private let report: @Sendable (KeyMakingProgress) -> Void

  init(_ progress: KeyMakingProgress, report: @escaping @Sendable (KeyMakingProgress) -> Void) {
    state = Mutex(State(progress: progress))
    self.report = report
    report(progress)
  }

  func beginKey() {
    state.withLock { $0.leavesBeforeKey = $0.progress.computedLeaves }
  }

  func update(_ key: KeyProgress) {
    state.withLock { state in
      // Threads may report out of order; the count never falls.
      let computed = state.leavesBeforeKey + key.finishedLeaves
      guard computed > state.progress.computedLeaves else { return }
      state.progress.remainingLeaves -= computed - state.progress.computedLeaves
      state.progress.computedLeaves = computed
      report(state.progress)
    }
  }

  func endKey() {
    state.withLock { state in
      state.progress.finishedKeys += 1
      report(state.progress)
    }
  }
}

/// Overwrites secret bytes before their memory is given back.
private func wipe(_ bytes: inout [UInt8]) {
  bytes.withUnsafeMutableBytes { buffer in
    if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
  }
}
