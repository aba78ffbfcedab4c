internal import Consensus
private import Foundation
package import KeyFiles
internal import LeanNode
internal import SSZ
private import Storage
internal import XMSS

/// The keys and the genesis of one devnet, and the places of its nodes' files.
///
///     DIR/devnet.lock                      held while a devnet runs
///     DIR/chains/GENESIS/chain.json        what the chain is made from; written last
///     DIR/chains/GENESIS/hash-sig-keys/    keys and manifests as other clients read them
///     DIR/chains/GENESIS/node0/            chain database and signing journal of a node
///     DIR/chains/GENESIS/signed.log        every leaf that was seen to sign
///
/// Keys belong to one chain: a new chain has new keys, so that no leaf ever signs twice.
package struct DevnetChain: Sendable {
  /// What happens while a chain is opened.
  package enum Progress: Equatable, Sendable {
    /// The last chain goes on.
    case resuming(slot: UInt64)

    /// Keys are made.
    case makingKeys(KeyMakingProgress)

    /// The keys of so many validators are open.
    case loadingKeys(Int)
  }

  /// The longest pause after which a chain goes on, in slots: ten minutes.
  ///
  /// Justifiable slots lie further apart the longer nothing was finalized, so after a long pause
  /// the first finalization would take longer than anyone wants to watch.
  static let longestPauseSlots: UInt64 = 150

  /// The slots that the keys of a chain must still last for, to go on with it: half an hour.
  static let leastRemainingSlots: UInt64 = 450

  /// From the moment the keys are there to slot 0, in seconds: time to open the screen.
  static let secondsBeforeGenesis: UInt64 = 3

  /// Chains that are kept; older ones go when a new one starts, keys and journals together.
  static let keptChains = 3

  /// The folder of this chain.
  package let folder: String

  /// Whether the chain ran before.
  package let isResumed: Bool

  let genesis: GenesisState
  let keys: [ValidatorKeys]
  private let lock: DirectoryLock

  /// Opens the last chain of the settings' directory if it can go on, or makes a new one.
  ///
  /// Blocks while keys are made: never call it from Swift's cooperative pool.
  /// - Parameters:
  ///   - settings: Validated settings.
  ///   - prover: The workers, if the settings' scheme is theirs.
  ///   - unixSeconds: The time now.
  ///   - onProgress: Called on any thread.
  /// - Returns: The chain with its keys loaded; the directory stays locked while it is alive.
  /// - Throws: A ``DevnetRefusal`` that names the remedy.
  package static func open(
    _ settings: DevnetSettings, prover: DevnetProver? = nil, unixSeconds: () -> UInt64,
    onProgress: @escaping @Sendable (Progress) -> Void
  ) throws(DevnetRefusal) -> DevnetChain {
    precondition(settings.usesProver == (prover != nil), "a scheme without its prover")
    if let folder = settings.filesFolder {
      return try open(folder, settings, unixSeconds: unixSeconds, onProgress: onProgress)
    }
    let directory = try DevnetDirectory(settings.directory)
    if !settings.isFresh, let (folder, record) = try directory.newestChain(),
      record.fits(settings, unixSeconds: unixSeconds(), lastUsed: directory.lastUse(of: folder))
    {
      onProgress(.resuming(slot: record.slot(at: unixSeconds())))
      return try DevnetChain(
        folder, record, directory, settings, prover, slot: record.slot(at: unixSeconds()),
        isResumed: true, onProgress)
    }
    try directory.requireSpace(for: settings)
    let (folder, record) = try directory.makeChain(
      settings, prover, unixSeconds: unixSeconds, onProgress: onProgress)
    directory.forgetOldChains()
    return try DevnetChain(
      folder, record, directory, settings, prover, slot: 0, isResumed: false, onProgress)
  }

  /// Opens the chain of a folder of files, or makes one there.
  private static func open(
    _ folder: String, _ settings: DevnetSettings, unixSeconds: () -> UInt64,
    onProgress: @escaping @Sendable (Progress) -> Void
  ) throws(DevnetRefusal) -> DevnetChain {
    let directory = try DevnetDirectory(folder, ofChains: false)
    if let record = try directory.record(in: folder) {
      guard
        record.fits(settings, unixSeconds: unixSeconds(), lastUsed: directory.lastUse(of: folder))
      else { throw .otherFiles(folder) }
      onProgress(.resuming(slot: record.slot(at: unixSeconds())))
      return try DevnetChain(
        folder, record, directory, settings, nil, slot: 0, isResumed: true, onProgress)
    }
    try directory.requireSpace(for: settings)
    let record = try directory.makeFiles(
      settings, in: folder, unixSeconds: unixSeconds, onProgress: onProgress)
    return try DevnetChain(
      folder, record, directory, settings, nil, slot: 0, isResumed: false, onProgress)
  }

  private init(
    _ folder: String, _ record: ChainRecord, _ directory: DevnetDirectory,
    _ settings: DevnetSettings, _ prover: DevnetProver?, slot: UInt64, isResumed: Bool,
    _ onProgress: @escaping @Sendable (Progress) -> Void
  ) throws(DevnetRefusal) {
    self.folder = folder
    self.isResumed = isResumed
    lock = directory.lock
    do {
      let keyFolder = try KeyFolder(path: folder)
      // A node that is a process opens its keys itself: nobody else could beside it.
      let wanted = settings.runsProcesses ? [] : keyFolder.manifest.validators
      keys =
        if let prover {
          try prover.keys(of: keyFolder, slot: slot) { onProgress(.loadingKeys($0)) }
        } else {
          try keyFolder.load(wanted) { onProgress(.loadingKeys($0)) }
            .map { keys in
              ValidatorKeys(
                index: ValidatorIndex(keys.index), attestation: keys.attestation,
                proposal: keys.proposal)
            }
        }
      let validators = try Validators(
        keyFolder.manifest.validators.map { validator in
          Validator(
            attestationPublicKey: validator.attestation.publicKey,
            proposalPublicKey: validator.proposal.publicKey,
            index: ValidatorIndex(validator.index))
        })
      genesis = GenesisState(genesisTime: record.genesisTime, validators: validators)
    } catch {
      throw .damagedDirectory(folder, reason: "\(error)")
    }
    for node in 0..<record.nodes {
      try directory.make("\(folder)/\(Self.nodeName(node))")
    }
  }

  /// The name of a node.
  static func nodeName(_ index: Int) -> String { "node\(index)" }

  func databasePath(node: Int) -> String {
    "\(folder)/\(Self.nodeName(node))/\(ChainDatabase.fileName)"
  }

  func journalPath(node: Int) -> String { "\(folder)/\(Self.nodeName(node))/journal.sqlite" }

  /// The file of what was seen to sign.
  package var leafRecordPath: String { "\(folder)/signed.log" }
}

/// What a chain is made from, as `chain.json` keeps it.
struct ChainRecord: Codable, Equatable {
  var genesisTime: UInt64
  var nodes: Int
  var validators: Int
  var scheme: String
  var keySlots: UInt64
  var secondsPerSlot: Int

  /// Whether the chain can go on under the settings after its pause.
  func fits(_ settings: DevnetSettings, unixSeconds: UInt64, lastUsed: UInt64) -> Bool {
    let isSame =
      nodes == settings.nodes && validators == settings.validators
      && scheme == settings.scheme.name && secondsPerSlot == settings.secondsPerSlot
    let pause = unixSeconds > lastUsed ? unixSeconds - lastUsed : 0
    return isSame && pause / UInt64(secondsPerSlot) <= DevnetChain.longestPauseSlots
      && slot(at: unixSeconds) + DevnetChain.leastRemainingSlots < keySlots
  }

  func slot(at unixSeconds: UInt64) -> UInt64 {
    unixSeconds > genesisTime ? (unixSeconds - genesisTime) / UInt64(secondsPerSlot) : 0
  }
}
