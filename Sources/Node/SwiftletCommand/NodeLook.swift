internal import ArgumentParser
private import Consensus
internal import Doctor
private import Foundation
private import KeyFiles
private import LeanNode
private import NetworkFiles
internal import NodeSettings
private import ProverWorkers
private import QUIC
private import Storage
private import Wire
private import XMSS

/// Looks at everything that a node would open, without starting or changing anything.
struct NodeLook: Sendable {
  /// What was given; `nil` when nothing was.
  private let arguments: NodeArguments?
  /// The settings, if they are sound.
  let settings: NodeSettings?
  private let problems: [String]
  private let namedDirectory: String?

  /// Reads settings of `swiftlet node`.
  ///
  /// - Throws: `ValidationError` for words that are no settings.
  init(_ words: [String]) throws {
    guard !words.isEmpty else {
      (arguments, settings, problems, namedDirectory) = (nil, nil, [], nil)
      return
    }
    var wrong = FileProblems()
    let given = NodeArguments(words, others: ScreenOptions.names, &wrong)
    do { try wrong.check() } catch { throw ValidationError(error.description) }
    arguments = given
    namedDirectory = given.texts(.dataDirectory).last
    // A data directory alone can be looked at too.
    guard !given.texts(.genesis).isEmpty || namedDirectory == nil else {
      (settings, problems) = (nil, [])
      return
    }
    do {
      settings = try NodeSettings(given, wrong)
      problems = []
    } catch {
      settings = nil
      problems = error.description.split(separator: "\n").map(String.init)
    }
  }

  /// Where the node keeps its chain, as far as the settings say.
  var dataDirectory: String? { settings?.dataDirectory ?? namedDirectory }

  /// The folder of the network's files.
  var genesisFolder: String? {
    text(.genesis).map { path in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      return isFolder.boolValue ? path : (path as NSString).deletingLastPathComponent
    }
  }

  /// The folder of the validators' keys, also when something is wrong with them.
  var keyFolder: String? {
    settings?.files.keyFolder ?? text(.keys)
      ?? genesisFolder.map { "\($0)/\(KeyFolder.folderName)" }
  }

  /// The newest text of a setting.
  func text(_ name: NodeOption.Name) -> String? { arguments?.texts(name).last }

  /// What is known of the node at a time since 1970; `nil` without settings.
  func facts(nowSeconds: UInt64) -> NodeFacts? {
    guard arguments != nil else { return nil }
    let directory = dataDirectory ?? "."
    var facts = NodeFacts(dataDirectory: directory)
    facts.freeDiskBytes = NodeFacts.freeBytes(at: directory)
    facts.writeRefusal = NodeFacts.writeRefusal(at: directory)
    facts.problems = problems
    facts.prover = prover(below: directory)
    facts.database = StoredFile(.chain, path: "\(directory)/\(ChainDatabase.fileName)")
    if let settings {
      look(at: settings, nowSeconds, &facts)
    } else if let journal = journal(in: directory) {
      facts.journal = StoredFile(.journal, path: journal)
    }
    return facts
  }

  private func prover(below directory: String) -> NodeFacts.Prover {
    let prover = LeanVM(below: directory)
    guard FileManager.default.fileExists(atPath: prover.directory) else { return .embedded }
    return prover.isInstalled ? .installed : .unusable
  }

  private func look(at settings: NodeSettings, _ nowSeconds: UInt64, _ facts: inout NodeFacts) {
    facts.warnings = settings.warnings.map(\.description)
    facts.genesisSeconds = settings.files.genesis.genesisTime
    facts.validators = settings.files.validators.count
    let genesis = GenesisState(
      genesisTime: settings.files.genesis.genesisTime,
      validators: settings.files.genesis.validators)
    facts.databaseRefusal = facts.database?.refusal(genesis: genesis.root)
    let journal = StoredFile(.journal, path: settings.journalPath)
    facts.journal = journal
    if facts.validators > 0 {
      let now = UnixMilliseconds(nowSeconds * 1_000)
      facts.signingStart = journal.signingStart(
        keys: settings.files.validators.flatMap {
          [$0.attestation.publicKey, $0.proposal.publicKey]
        },
        genesis: genesis.root, policy: settings.journalPolicy,
        currentSlot: now < genesis.clock.genesis ? nil : genesis.clock.slot(at: now).rawValue)
    }
    facts.keys = keys(settings, isRunning: facts.holder != nil)
    facts.ports = ports(settings)
  }

  /// The keys, opened as the node opens them, unless it runs and holds them.
  private func keys(_ settings: NodeSettings, isRunning: Bool) -> NodeFacts.Keys {
    guard !settings.files.validators.isEmpty else { return .none }
    guard !isRunning else { return .held(settings.files.keySlots) }
    do throws(KeyFileError) {
      let keys = try settings.files.loadKeys(scheme: settings.scheme)
      return .opened(keys.flatMap { [$0.attestation.activeSlots, $0.proposal.activeSlots] })
    } catch {
      return .broken(reason: error.description)
    }
  }

  private func ports(_ settings: NodeSettings) -> [NodeFacts.Port] {
    let http = settings.http
    var ports = [
      Self.port("QUIC", "UDP", settings.listenAddress, isDatagram: true)
    ]
    let interfaces = [
      ("API", http.address, http.apiPort ?? NodeInterface.usualPort),
      ("metrics", http.metricsAddress, http.metricsPort),
    ]
    for (name, address, port) in interfaces {
      guard let port, let place = NetworkAddress(bytes: address.bytes, port: port) else { continue }
      ports.append(Self.port(name, "TCP", place, isDatagram: false))
    }
    return ports
  }

  private static func port(
    _ use: String, _ kind: String, _ place: NetworkAddress, isDatagram: Bool
  ) -> NodeFacts.Port {
    NodeFacts.Port(
      name: "\(use) on \(kind) \(place.port)",
      refusal: NodeFacts.refusal(of: place.bytes, port: place.port, isDatagram: isDatagram))
  }

  private func journal(in directory: String) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.sorted().first { $0.hasSuffix(".journal") }.map { "\(directory)/\($0)" }
  }
}
