private import Foundation
internal import KeyFiles
private import NetworkFiles
private import ProverWorkers
internal import XMSS

/// The directory of a devnet's chains, locked for this process.
struct DevnetDirectory {
  let path: String
  let lock: DirectoryLock

  private static let lockName = "devnet.lock"
  private static let recordName = "chain.json"

  private var chains: String { "\(path)/chains" }

  /// Creates the directory or takes an existing one over: of many chains, or of the files of one.
  init(_ path: String, ofChains: Bool = true) throws(DevnetRefusal) {
    self.path = path
    let contents = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    // The prover may be installed before there is a devnet.
    guard contents.contains(Self.lockName) || contents.allSatisfy({ $0 == LeanVM.folderName })
    else {
      throw .foreignDirectory(path)
    }
    do {
      try FileManager.default.createDirectory(
        atPath: ofChains ? "\(path)/chains" : path, withIntermediateDirectories: true)
    } catch {
      throw .directory(path, reason: Self.reason(error))
    }
    lock = try DirectoryLock("\(path)/\(Self.lockName)", directory: path)
  }

  func make(_ folder: String) throws(DevnetRefusal) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .directory(folder, reason: Self.reason(error))
    }
  }

  /// The newest chain that was made to the end.
  func newestChain() throws(DevnetRefusal) -> (folder: String, ChainRecord)? {
    for folder in chainFolders().reversed() {
      if let record = try record(in: folder) { return (folder, record) }
    }
    return nil
  }

  /// What the chain of a folder is made from; `nil` when it was not made to the end.
  func record(in folder: String) throws(DevnetRefusal) -> ChainRecord? {
    guard let data = FileManager.default.contents(atPath: "\(folder)/\(Self.recordName)")
    else { return nil }
    do {
      return try JSONDecoder().decode(ChainRecord.self, from: data)
    } catch {
      throw .damagedDirectory(folder, reason: "\(Self.recordName) cannot be read")
    }
  }

  /// When a node of the chain last wrote to its disk, in Unix seconds.
  func lastUse(of folder: String) -> UInt64 {
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return files.compactMap { file in
      let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(file)")
      let date = attributes?[.modificationDate] as? Date
      return date.map { UInt64(max(0, $0.timeIntervalSince1970)) }
    }.max() ?? 0
  }

  /// Makes the keys and then the record of a new chain.
  ///
  /// Keys go into `chains/new`, where a run that was stopped finds them again.
  func makeChain(
    _ settings: DevnetSettings, _ prover: DevnetProver?, unixSeconds: () -> UInt64,
    onProgress: @escaping @Sendable (DevnetChain.Progress) -> Void
  ) throws(DevnetRefusal) -> (folder: String, ChainRecord) {
    let unfinished = "\(chains)/new-\(settings.scheme.name)-\(settings.keySlots)"
    guard let prover else {
      let record = try makeFiles(
        settings, in: unfinished, unixSeconds: unixSeconds, onProgress: onProgress)
      return (try take(unfinished, record), record)
    }
    let plan = KeyPlan(
      scheme: settings.scheme, slots: 0..<settings.keySlots,
      validators: 0..<UInt64(settings.validators), folder: unfinished,
      nodes: (0..<settings.nodes).map(DevnetChain.nodeName))
    do throws(KeyFileError) {
      try prover.makeSeeds(plan) { onProgress(.makingKeys($0)) }
    } catch {
      throw .damagedDirectory(unfinished, reason: error.description)
    }
    let record = ChainRecord(
      genesisTime: unixSeconds() + DevnetChain.secondsBeforeGenesis, nodes: settings.nodes,
      validators: settings.validators, scheme: settings.scheme.name,
      keySlots: settings.keySlots, secondsPerSlot: settings.secondsPerSlot)
    try write(record, to: unfinished)
    return (try take(unfinished, record), record)
  }

  /// Gives a chain that is complete its place.
  private func take(_ unfinished: String, _ record: ChainRecord) throws(DevnetRefusal) -> String {
    let folder = "\(chains)/\(record.genesisTime)"
    do {
      try FileManager.default.moveItem(atPath: unfinished, toPath: folder)
    } catch {
      throw .directory(folder, reason: Self.reason(error))
    }
    return folder
  }

  private func write(_ record: ChainRecord, to folder: String) throws(DevnetRefusal) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      try encoder.encode(record).write(
        to: URL(filePath: "\(folder)/\(Self.recordName)"), options: .atomic)
    } catch {
      throw .directory(folder, reason: Self.reason(error))
    }
  }

  /// Makes all files of a network in a folder, as any client starts from them, and then the record.
  func makeFiles(
    _ settings: DevnetSettings, in folder: String, unixSeconds: () -> UInt64,
    onProgress: @escaping @Sendable (DevnetChain.Progress) -> Void
  ) throws(DevnetRefusal) -> ChainRecord {
    // Left by a run that was stopped before its chain began: nothing was signed.
    try? FileManager.default.removeItem(atPath: "\(folder)/\(GenesisFile.fileName)")
    let firstPort = settings.basePort ?? Self.firstPort
    let plan = NetworkPlan(
      folder: folder,
      nodes: (0..<settings.nodes).map { index in
        NetworkPlan.Node(
          name: DevnetChain.nodeName(index), quicPort: firstPort + UInt16(index),
          metricsPort: 8_081 + UInt16(index), apiPort: 5_051 + UInt16(index),
          isAggregator: index < settings.aggregators)
      },
      address: DevnetWire.loopback, validatorCount: UInt64(settings.validators),
      scheme: settings.scheme, keySlots: settings.keySlots, committeeCount: 1)
    let genesis: GenesisFile
    do throws(KeyFileError) {
      genesis = try plan.write(
        genesisTime: { unixSeconds() + DevnetChain.secondsBeforeGenesis },
        secret: DevnetWire.randomSecret, onProgress: { onProgress(.makingKeys($0)) })
    } catch {
      throw .damagedDirectory(folder, reason: error.description)
    }
    let record = ChainRecord(
      genesisTime: genesis.genesisTime, nodes: settings.nodes, validators: settings.validators,
      scheme: settings.scheme.name, keySlots: settings.keySlots,
      secondsPerSlot: settings.secondsPerSlot)
    try write(record, to: folder)
    return record
  }

  /// lean-quickstart's first port.
  private static let firstPort: UInt16 = 9_001

  /// Removes all but the newest chains; what cannot be removed stays.
  func forgetOldChains() {
    for folder in chainFolders().dropLast(DevnetChain.keptChains) {
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  /// Refuses when the keys of the settings and a day of chain do not fit the disk.
  func requireSpace(for settings: DevnetSettings) throws(DevnetRefusal) {
    // Seeds need no room.
    guard !settings.usesProver else { return }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.uint64Value else { return }
    // Two bottom trees of 32-byte nodes, and as much again for the top tree of a full lifetime.
    let treeBytes = 64 * settings.scheme.slotsPerBottomTree
    let needed = UInt64(2 * settings.validators) * 4 * treeBytes + 256 << 20
    guard free >= needed else { throw .diskSpace(path, needed: needed, free: free) }
  }

  /// The folders of finished chains, oldest first; their names are genesis times.
  private func chainFolders() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: chains)) ?? []
    return names.compactMap(UInt64.init).sorted().map { "\(chains)/\($0)" }
  }

  private static func reason(_ error: any Error) -> String {
    (error as NSError).localizedDescription
  }
}

/// A lock on a directory that ends with the process, however it ends.
final class DirectoryLock: Sendable {
  private let descriptor: Int32

  init(_ path: String, directory: String) throws(DevnetRefusal) {
    descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .directory(directory, reason: String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .directoryInUse(directory)
    }
  }

  deinit {
    close(descriptor)
  }
}
