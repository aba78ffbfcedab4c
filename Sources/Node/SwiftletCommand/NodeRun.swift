private import Aggregation
private import Chain
private import ChainEvents
private import ChainHost
private import CheckpointSync
private import Consensus
private import Dashboard
private import DashboardApp
private import Devnet
private import Foundation
private import Hashing
private import KeyFiles
private import LeanNode
private import NetworkFiles
private import Networking
internal import NodeSettings
private import NodeStatus
private import PeerIdentity
private import Storage
private import Synchronization
private import Wire
private import XMSS

/// One run of `swiftlet node`, from settings that were judged to the end of the process.
struct NodeRun: Sendable {
  private let settings: NodeSettings
  private let screen: ScreenOptions

  init(_ settings: NodeSettings, screen: ScreenOptions) {
    self.settings = settings
    self.screen = screen
  }

  /// Checks what only the keys themselves can tell; nothing is signed with them.
  ///
  /// - Returns: What the node would be, a line each.
  func check() async throws -> [String] {
    let keys = try await loadKeys()
    let genesis = genesis()
    try keys.check(against: genesis.state.validators)
    return describe(keys: keys.count, genesis) + ["everything is in order"]
  }

  /// Runs the node until a signal, its screen or its last slot ends it.
  func run() async throws {
    if showsScreen { try DashboardProgram.check(screen.settings()) }
    let showsScreen = showsScreen
    let recorder = try settings.recordingPath.map { try EventRecorder(appendingTo: $0) }
    defer { recorder?.close() }
    let keys = try await loadKeys()
    let genesis = genesis()
    for line in describe(keys: keys.count, genesis) where tellsLines { log(line) }
    try FileManager.default.createDirectory(
      atPath: settings.dataDirectory, withIntermediateDirectories: true)
    let identity = try identity()
    let configuration = configuration(keys, genesis)
    let events = EventBus(
      stamp: EventStamp(
        node: settings.name, genesisMilliseconds: genesis.clock.genesis.rawValue))
    let clock = NodeClock()
    let monitor = EventMonitor(
      [events], grid: genesis.clock, now: { clock.reading().wall },
      record: recorder.map { $0.add }, lines: lines, say: { if !showsScreen { tell($0) } })
    let source = events.subscribe().map { BusSource($0) }
    let peers = peers(identity)
    try await adoptCheckpoint(genesis, clock)
    let node = try await onThread { [settings] in
      try LeanNode(
        configuration, clock: clock,
        backend: SwitchableBackend(
          XMSSListBackend(scheme: settings.scheme, workers: .allCores),
          model: settings.proverCost),
        events: events,
        connect: {
          try PeerNetwork(listen: [settings.listenAddress], settings: peers, ports: $0)
        })
    }
    let interface = try interface(of: node, genesis, identity)
    node.start()
    let serving = Task { await interface?.run() }
    defer { serving.cancel() }
    let manager = ServiceManager(ProcessInfo.processInfo.environment)
    manager?.tell(.ready)
    let feeding = Task {
      await manager?.feed(
        TickWatch(), time: { node.view.time.rawValue },
        isBeforeGenesis: { clock.reading().wall < genesis.clock.genesis })
    }
    defer { feeding.cancel() }
    let lastSlot = settings.slotLimit.map { genesis.clock.slot(at: clock.reading().wall) + $0 }
    let isOver: @Sendable () -> Bool = {
      lastSlot.map { genesis.clock.slot(at: clock.reading().wall) > $0 } ?? false
    }
    if showsScreen, let source {
      try await show(node, source, until: isOver)
    } else if case .child = settings.display {
      let isInputOver = obeyInput(node)
      await Interruption.wait(until: { isOver() || isInputOver.value })
    } else {
      await Interruption.wait(until: isOver)
    }
    feeding.cancel()
    manager?.tell(.stopping)
    await node.stop()
    let report = monitor.finish()
    if tellsLines {
      log("ended in order at slot \(genesis.clock.slot(at: clock.reading().wall))")
    }
    if let failure = monitor.recordingFailure { say("the recording stopped: \(failure)") }
    if showsScreen { tell(report.table) }
  }

  // MARK: Parts

  /// The HTTP interface; `nil` for a child, whose parent reads its events, unless a port is given.
  private func interface(
    of node: LeanNode, _ genesis: GenesisState, _ identity: PeerIdentity
  ) throws -> NodeInterface? {
    if case .child = settings.display, settings.http.apiPort == nil { return nil }
    return try NodeInterface(
      node, settings, grid: genesis.clock, peerID: "\(identity.peerID)")
  }

  /// Starts from the checkpoint of another node, unless our own chain is as new.
  private func adoptCheckpoint(_ genesis: GenesisState, _ clock: NodeClock) async throws {
    let urls = settings.checkpointURLs.compactMap { CheckpointSync.url($0) }
    guard !urls.isEmpty else { return }
    let sync = CheckpointSync(urls: urls, genesis: genesis.state) {
      genesis.clock.slot(at: clock.reading().wall)
    }
    let found: VerifiedCheckpoint
    do {
      found = try await sync.run(attempts: 5) { say($0) }
    } catch {
      guard FileManager.default.fileExists(atPath: databasePath) else { throw error }
      return say("no checkpoint, so the chain on the disk goes on: \(error)")
    }
    let database = try ChainDatabase(
      path: databasePath, genesis: genesis.root, retention: settings.retention)
    let isNewer = try database.adopt(found.block, state: found.state)
    try database.close()
    let slot = found.block.block.slot
    say(
      isNewer
        ? "starting from the checkpoint of \(found.url) at slot \(slot)"
        : "the chain on the disk is as new as the checkpoint of \(found.url) at slot \(slot)")
  }

  private var databasePath: String { "\(settings.dataDirectory)/\(ChainDatabase.fileName)" }

  private var showsScreen: Bool {
    switch settings.display {
    case .dashboard: true
    case .logLines, .child: false
    case .automatic: DashboardProgram.hasTerminal
    }
  }

  /// Whether log lines are told.
  private var tellsLines: Bool {
    if case .child = settings.display { false } else { !showsScreen }
  }

  /// What is told of events and slots; the program that started a child reads events and nothing
  /// else.
  private var lines: EventDigest.Lines {
    guard case .child = settings.display else {
      return NodeLogLines(level: settings.logLevel).lines
    }
    var lines = EventDigest.Lines()
    lines.event = { $0.line }
    lines.slot = { _, _ in nil }
    lines.tellsAlarms = false
    return lines
  }

  /// Obeys the lines of standard input until it ends, as it does with the program that started us.
  private func obeyInput(_ node: LeanNode) -> Signal {
    let isOver = Signal()
    let thread = Thread {
      while let line = readLine() { NodeOrder(line: line).map(node.obey) }
      isOver.set()
    }
    thread.name = "orders"
    thread.start()
    return isOver
  }

  private func loadKeys() async throws -> [ValidatorKeys] {
    let progress = ProgressLine(isTerminal: isatty(STDERR_FILENO) != 0)
    let settings = settings
    let loaded = try await onThread {
      try settings.files.loadKeys(scheme: settings.scheme) {
        progress.show(loaded: $0, of: settings.files.validators.count)
      }
    }
    progress.finish()
    return loaded.map { keys in
      ValidatorKeys(
        index: ValidatorIndex(keys.index), attestation: keys.attestation, proposal: keys.proposal)
    }
  }

  private func genesis() -> GenesisState {
    let file = settings.files.genesis
    return GenesisState(genesisTime: file.genesisTime, validators: file.validators)
  }

  private func identity() throws -> PeerIdentity {
    try settings.identity
      ?? PeerKeyFile.readOrMake("\(settings.dataDirectory)/node.key") {
        var random = SystemRandomNumberGenerator()
        return Bytes32 { bytes in
          for index in bytes.indices { bytes[index] = UInt8.random(in: 0...255, using: &random) }
        }
      }
  }

  private func configuration(
    _ keys: [ValidatorKeys], _ genesis: GenesisState
  ) -> NodeConfiguration {
    var configuration = NodeConfiguration(
      name: settings.name, networkName: "genesis \(genesis.root.short)", genesis: genesis,
      keys: keys, scheme: settings.scheme, isAggregator: settings.isAggregator,
      policy: settings.policy, databasePath: databasePath,
      journalPath: settings.journalPath, journalPolicy: settings.journalPolicy,
      simulated: settings.proverCost.map { ["prover cost \($0.name)"] } ?? [])
    configuration.subnets = settings.subnets
    configuration.retention = settings.retention
    configuration.peerWait = settings.staticPeers.isEmpty ? .zero : .seconds(5)
    return configuration
  }

  private func peers(_ identity: PeerIdentity) -> PeerNodeSettings {
    var peers = PeerNodeSettings(identity: identity, scheme: settings.scheme)
    peers.subnets = settings.subnets
    peers.staticPeers = settings.staticPeers
    peers.peerNames = settings.files.peerNames
    peers.agentVersion = "swiftlet/\(Swiftlet.version)"
    return peers
  }

  /// What the node is, a line each: what operators compare between machines.
  private func describe(keys: Int, _ genesis: GenesisState) -> [String] {
    let scheme = settings.scheme
    let (start, count) = (genesis.clock.genesis.rawValue / 1_000, genesis.state.validators.count)
    let subnets = settings.subnets.taken.sorted().map { "\($0)" }.joined(separator: ",")
    var validators = "validators=none (observing)"
    if keys > 0 {
      let indices = settings.files.validators.map { "\($0.index)" }
      let shown = indices.prefix(12).joined(separator: ",") + (indices.count > 12 ? ",…" : "")
      validators =
        "validators=\(shown) keys match the registry, scheme \(scheme.name) with signatures of "
        + "\(scheme.signatureByteCount) bytes"
    }
    return [
      "node=\(settings.name) genesis=\(genesis.root) genesis_time=\(start) registry=\(count)",
      validators,
      "listen=\(settings.listenAddress) bootnodes=\(settings.staticPeers.count) "
        + "committees=\(settings.subnets.committeeCount) subnets=\(subnets) "
        + "aggregator=\(settings.isAggregator)",
      "data=\(settings.dataDirectory) journal=\(settings.journalPath) "
        + "journal_policy=\(settings.journalPolicy.rawValue)",
    ]
  }

  private func log(_ line: String) { tell(NodeLogLines.line(.info, line)) }

  // MARK: The screen

  private func show(
    _ node: LeanNode, _ source: BusSource, until isOver: @escaping @Sendable () -> Bool
  ) async throws {
    var look = try screen.settings()
    look.ownsNode = true
    look.isReadOnly = settings.isReadOnly
    let task = Task { [look] in
      try await DashboardProgram.run(
        source, settings: look, act: { order in order.reach(node) })
    }
    let end = Task {
      while !isOver() { try await Task.sleep(for: .milliseconds(200)) }
      task.cancel()
    }
    defer { end.cancel() }
    let ending = try await task.value
    if ending == .leaveNodeRunning {
      tell("the node goes on; Ctrl-C ends it")
      await Interruption.wait(until: isOver)
    }
  }
}

/// A bit that is set once, from any thread.
private final class Signal: Sendable {
  private let bit = Atomic(false)

  var value: Bool { bit.load(ordering: .acquiring) }

  func set() { bit.store(true, ordering: .releasing) }
}

extension OperatorOrder {
  /// Passes the order on to the node of this process.
  fileprivate func reach(_ node: LeanNode) {
    switch action {
    case .forceFallback: node.command(.forceFallback)
    case .disarmFallback: node.command(.disarmFallback)
    case .setAggregator(let isOn): node.command(isOn ? .becomeAggregator : .stopAggregating)
    case .toggleFault, .disconnectPeer, .shutDown: break
    }
  }
}
