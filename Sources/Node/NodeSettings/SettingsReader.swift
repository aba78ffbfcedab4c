internal import Aggregation
internal import Consensus
private import Foundation
internal import KeyFiles
internal import Libp2p
internal import NetworkFiles
internal import Networking
internal import PeerIdentity
internal import Proposing
internal import Storage
internal import Wire
internal import XMSS

/// Judges settings one by one, and collects what is wrong with them.
struct SettingsReader {
  let arguments: NodeArguments
  var problems: FileProblems

  init(_ arguments: NodeArguments, _ problems: FileProblems) {
    self.arguments = arguments
    self.problems = problems
  }

  // MARK: Plain values

  func text(_ name: NodeOption.Name) -> String? { arguments.value(name)?.text }

  mutating func flag(_ name: NodeOption.Name) -> Bool? { arguments.flag(name, &problems) }

  mutating func number(_ name: NodeOption.Name, _ range: ClosedRange<UInt64>) -> UInt64? {
    guard let given = arguments.value(name) else { return nil }
    guard let number = UInt64(given.text), range.contains(number) else {
      problems.add(
        given.error("is '\(given.text)'; take \(range.lowerBound) to \(range.upperBound)"))
      return nil
    }
    return number
  }

  /// How far back blocks are kept; peers ask for 1,024 slots at once.
  mutating func retention() -> ChainDatabase.Retention {
    guard let given = arguments.value(.keptSlots) else { return .usual }
    guard given.text != "all" else { return .archive }
    guard let count = UInt64(given.text), (1_024...UInt64(UInt32.max)).contains(count) else {
      problems.add(given.error("is '\(given.text)'; take 1024 or more, or all"))
      return .usual
    }
    return .slots(count)
  }

  mutating func port(_ name: NodeOption.Name) -> UInt16? {
    number(name, 1...UInt64(UInt16.max)).map { UInt16($0) }
  }

  mutating func address(_ name: NodeOption.Name) -> IPAddress? {
    guard let given = arguments.value(name) else { return nil }
    guard let address = IPAddress(text: given.text) else {
      problems.add(given.error("is '\(given.text)'; take an IP address like 0.0.0.0"))
      return nil
    }
    return address
  }

  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: NodeOption.Name, _ type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    guard let given = arguments.value(name) else { return nil }
    guard let choice = Choice(rawValue: given.text) else {
      let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      problems.add(given.error("is '\(given.text)'; take one of: \(all)"))
      return nil
    }
    return choice
  }

  mutating func logLevel() -> String {
    let levels = ["trace", "debug", "info", "notice", "warning", "error"]
    guard let given = arguments.value(.logLevel) else { return "info" }
    guard levels.contains(given.text) else {
      problems.add(
        given.error("is '\(given.text)'; take one of: \(levels.joined(separator: ", "))"))
      return "info"
    }
    return given.text
  }

  // MARK: Files

  /// The paths of the network's files: those that are named, and what lies beside the first.
  mutating func paths(node: String?) -> NetworkFiles.Paths? {
    guard let genesis = arguments.value(.genesis) else {
      problems.add(
        KeyFileError(
          "--genesis", "is needed: config.yaml of the network, or the folder that has it"))
      return nil
    }
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: genesis.text, isDirectory: &isFolder)
    guard isThere else {
      problems.add(genesis.error("is '\(genesis.text)', which does not exist"))
      return nil
    }
    let folder =
      isFolder.boolValue ? genesis.text : (genesis.text as NSString).deletingLastPathComponent
    var paths = NetworkFiles.Paths(
      folder: folder.isEmpty ? "." : folder, node: node ?? "")
    if !isFolder.boolValue { paths.genesis = genesis.text }
    paths.validators = text(.validators) ?? paths.validators
    // A node without a name is nobody's: it has no validators.
    if node == nil { (paths.validators, paths.nodeKey) = (nil, nil) }
    paths.keys = text(.keys) ?? paths.keys
    // zeam's word for the file of the genesis folder.
    if let config = text(.validatorConfig), config != "genesis_bootnode" {
      paths.validatorConfig = config
    }
    if let key = text(.nodeKey), PeerIdentity(text: Self.digits(key)) == nil {
      paths.nodeKey = key
    }
    if let list = arguments.value(.bootnodes) {
      paths.bootnodes = FileManager.default.fileExists(atPath: list.text) ? list.text : nil
    }
    return paths
  }

  mutating func files(_ paths: NetworkFiles.Paths?, node: String) -> NetworkFiles? {
    guard let paths else { return nil }
    do throws(FileProblems) {
      let files = try NetworkFiles(paths, node: node)
      for warning in files.warnings { problems.warn(warning) }
      return files
    } catch {
      for problem in error.errors { problems.add(problem) }
      for warning in error.warnings { problems.warn(warning) }
      return nil
    }
  }

  /// The node's key, if it was typed and not named.
  func inlineNodeKey() -> PeerIdentity? {
    text(.nodeKey).flatMap { PeerIdentity(text: Self.digits($0)) }
  }

  private static func digits(_ text: String) -> String {
    text.hasPrefix("0x") ? String(text.dropFirst(2)) : text
  }

  /// The peers of the command line; a file's are read with the others.
  mutating func bootnodes() -> [DialBook.StaticPeer] {
    var peers: [DialBook.StaticPeer] = []
    let newest = arguments.value(.bootnodes)?.text
    for text in arguments.texts(.bootnodes) {
      if FileManager.default.fileExists(atPath: text) {
        guard text != newest else { continue }
        problems.add(
          KeyFileError("--bootnodes", "names two files, \(text) and \(newest ?? ""); name one"))
        continue
      }
      let isList = text == "none" || text.hasPrefix("enr:") || text.hasPrefix("/ip")
      guard isList || text.hasPrefix("/dns") else {
        problems.add(KeyFileError("--bootnodes", "is '\(text)', which does not exist"))
        continue
      }
      let read = Bootnodes(text.split(separator: ",").map(String.init))
      peers += read.peers
      for rejection in read.rejections {
        problems.add(
          KeyFileError(
            "--bootnodes", "has \(rejection.entry.prefix(24))…: \(rejection.reason)"))
      }
    }
    return peers
  }

  /// Where the journal is: beside the keys, so that a wiped data folder does not forget what they
  /// signed.
  mutating func journalPath(
    _ name: String, files: NetworkFiles?, dataDirectory: String
  ) -> String {
    if let path = text(.journal) { return path }
    let file = "\(name).journal"
    guard let folder = files?.keyFolder, files?.validators.isEmpty == false else {
      return "\(dataDirectory)/\(file)"
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      problems.warn(
        KeyFileError(
          folder,
          "cannot be written, so the signing journal is in \(dataDirectory): keep it when you "
            + "remove the chain, or name another place with --journal"))
      return "\(dataDirectory)/\(file)"
    }
    return "\(folder)/\(file)"
  }

  // MARK: What fits together

  /// The scheme that was named; it must be the manifest's if both say it.
  mutating func scheme(_ wanted: Scheme?, of files: NetworkFiles?) -> Scheme {
    if let wanted, let found = files?.scheme, wanted.name != found.name {
      problems.add(
        KeyFileError(
          "--scheme", "is \(wanted.name), but the keys' manifest says \(found.name); leave it out"))
    }
    return files?.scheme ?? wanted ?? .production
  }

  mutating func scheme() -> Scheme? {
    guard let given = arguments.value(.scheme) else { return nil }
    guard let scheme = Scheme(named: given.text) else {
      let known = Scheme.all.map(\.name).joined(separator: ", ")
      problems.add(given.error("is '\(given.text)'; take one of: \(known)"))
      return nil
    }
    return scheme
  }

  mutating func subnets() -> Set<UInt64> {
    var subnets: Set<UInt64> = []
    for text in arguments.texts(.aggregatedSubnets) {
      for part in text.split(separator: ",") {
        guard let subnet = UInt64(part.filter { !$0.isWhitespace }) else {
          problems.add(
            KeyFileError("--aggregate-subnet-ids", "has '\(part)'; take numbers like 0,1"))
          continue
        }
        subnets.insert(subnet)
      }
    }
    return subnets
  }

  mutating func takenSubnets(
    validators: [ValidatorIndex], isAggregator: Bool, aggregated: Set<UInt64>,
    committeeCount: UInt64
  ) -> AttestationSubnets {
    do throws(AttestationSubnets.SettingsError) {
      return try AttestationSubnets(
        of: validators, isAggregator: isAggregator, aggregated: aggregated,
        committeeCount: committeeCount)
    } catch {
      switch error {
      case .noCommittee: preconditionFailure("a count of committees was judged already")
      case .notAggregating:
        problems.add(KeyFileError("--aggregate-subnet-ids", "is for --is-aggregator; add it"))
      case .unknownSubnet(let subnet, let count):
        problems.add(
          KeyFileError(
            "--aggregate-subnet-ids",
            "has \(subnet), but there are \(count) committees, counted from 0"))
      }
      return AttestationSubnets()
    }
  }

  mutating func policy() -> ProposalPolicy {
    var policy = ProposalPolicy()
    policy.start = choice(.prebuildStart, ProposalPolicy.Start.self) ?? policy.start
    policy.commit = choice(.commit, ProposalPolicy.Commit.self) ?? policy.commit
    policy.stale = choice(.onStale, ProposalPolicy.Stale.self) ?? policy.stale
    return policy
  }

  mutating func proverCost() -> AggregationCostModel? {
    guard let given = arguments.value(.proverCost) else { return nil }
    guard let model = AggregationCostModel(named: given.text) else {
      let known = AggregationCostModel.presets.map(\.name).joined(separator: ", ")
      problems.add(given.error("is '\(given.text)'; take one of: \(known)"))
      return nil
    }
    return model
  }

  /// Where a finalized state can be had; a full path, as tools give it, is cut to its server.
  mutating func checkpointURLs() -> [String] {
    arguments.texts(.checkpointURL).flatMap { $0.split(separator: ",") }.compactMap { part in
      let text = part.trimmingCharacters(in: .whitespaces)
      guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil
      else {
        problems.add(
          KeyFileError("--checkpoint-sync-url", "has '\(text)'; take http://HOST:PORT"))
        return nil
      }
      let server = text.components(separatedBy: "/lean/v0")[0]
      return server.hasSuffix("/") ? String(server.dropLast()) : server
    }
  }

  mutating func display() -> NodeSettings.Display {
    let (on, off) = (flag(.tui), flag(.noTUI))
    if flag(.child) == true { return .child }
    if on == true, off == true {
      problems.add(KeyFileError("--tui", "and --no-tui exclude each other; give one"))
    }
    if off == true || on == false { return .logLines }
    return on == true ? .dashboard : .automatic
  }

  /// Tells what other clients have and this one does not need or have.
  mutating func noteWhatIsNotHere() {
    if let given = arguments.value(.genesisState) {
      problems.warn(given.error("is not needed: the state before slot 0 follows from config.yaml"))
    }
  }
}
