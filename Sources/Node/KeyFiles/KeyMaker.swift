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
    return try writeManifests(validators)
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
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw KeyFileError(keyFolder, "cannot be created; check the path and its owner")
    }
  }

  /// A key of an earlier run; its public key file is written again when a crash left it out.
  private func existingKey(_ index: UInt64, _ role: KeyRole) throws(KeyFileError) -> PublicKey? {
    let path = "\(keyFolder)/\(role.secretKeyFile(validator: index))"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let key = try KeyFolder.readSecretKey(path, scheme: plan.scheme)
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
    do throws(KeyGenerationError) {
      key = try generation.finish()
    } catch {
      throw KeyFileError(path, "was not made: \(error); run the command again")
    }
    var bytes = key.sszBytes()
    defer { wipe(&bytes) }
    try PrivateFile.write(bytes, to: path)
    try writePublicKey(key.publicKey, index, role)
    tracker.endKey()
    return key.publicKey
  }

  private func writePublicKey(
    _ key: PublicKey, _ index: UInt64, _ role: KeyRole
  ) throws(KeyFileError) {
    let path = "\(keyFolder)/\(role.publicKeyFile(validator: index))"
    try PrivateFile.write(key.bytes.bytes, to: path)
  }

  private func writeManifests(
    _ validators: [KeyManifest.Validator]
  ) throws(KeyFileError) -> KeyManifest {
    let slots = try generation().activeSlots
    let manifest = KeyManifest(
      scheme: plan.scheme, firstSlot: slots.lowerBound, slotCount: UInt64(slots.count),
      validators: validators)
    try PrivateFile.write(
      Data(manifest.yaml.utf8), to: "\(keyFolder)/\(KeyManifest.fileName)")
    try PrivateFile.write(
      Data(AnnotatedValidators(manifest, nodes: plan.nodes).yaml.utf8),
      to: "\(plan.folder)/\(AnnotatedValidators.fileName)")
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

/// Runs `body` on so many threads of their own and waits for all of them.
func runOnThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) {
  let group = DispatchGroup()
  for _ in 0..<count {
    group.enter()
    let thread = Thread {
      body()
      group.leave()
    }
    thread.stackSize = 8 << 20
    thread.start()
  }
  group.wait()
}
