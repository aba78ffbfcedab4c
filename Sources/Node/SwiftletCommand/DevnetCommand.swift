internal import Aggregation
internal import ArgumentParser
private import ChainEvents
private import Consensus
private import Dashboard
private import DashboardApp
internal import Devnet
private import Foundation
private import Networking
private import NodeStatus
internal import Proposing
private import ProverWorkers
private import Synchronization
internal import XMSS

/// Runs a local devnet of full nodes in this process, with the dashboard on top.
struct DevnetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devnet",
    abstract: "Run a local devnet in this process, with the dashboard on top.",
    discussion: """
      Everything is real: engines, stores, XMSS signatures, xmss-list proofs, signing journals, \
      databases, time, and QUIC on loopback between the nodes. What you ask to be simulated is \
      named on screen: the network with --network memory, the latency of a real prover with \
      --prover-cost.

      With --prover leanvm proofs and signatures are leanVM's, made in processes of their own; install it       once with `swiftlet prover install`. A proof takes seconds: give --seconds-per-slot 12, or 8,       unless the machine is fast.

      Keys and chain are kept below --data-dir. A chain that stopped a few minutes ago goes on; \
      after a longer pause, or with --fresh, a new one starts with new keys.

      Ctrl-C stops at any moment; keys, journals and recordings stay whole.
      """)

  @Option(help: "Full nodes.")
  var nodes = 4

  @Option(help: "Validators, dealt out to the nodes in turn; one each by default.")
  var validators: Int?

  @Option(help: "Nodes that aggregate votes, the first ones.")
  var aggregators = 1

  @Option(help: ArgumentHelp("Where keys, journals and chains are kept.", valueName: "folder"))
  var dataDir = "data/devnet"

  @Flag(help: "Start a new chain with new keys even if the last one could go on.")
  var fresh = false

  @Option(help: ArgumentHelp("Slots that the keys last for; 21,600 are a day.", valueName: "slots"))
  var keySlots: UInt64 = 21_600

  @Option(help: "The signature scheme: \(Scheme.all.map(\.name).joined(separator: ", ")).")
  var scheme = Scheme.devnet.name

  @Option(
    help: ArgumentHelp(
      "Add a real prover's published latency: \(Self.presets).", valueName: "preset"))
  var proverCost: String?

  @Option(help: ArgumentHelp("Add this many milliseconds to each merge of a block's proof."))
  var mergeCost: Int?

  @Option(help: "Who makes the proofs: embedded, or leanvm.")
  var prover = ProverChoice.embedded

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Another worker that proves, as in 'ssh prover1 swiftlet prover serve'; may be given again.",
      valueName: "command"))
  var proverCommand: [String] = []

  @OptionGroup(title: "The prover's processes")
  var limits: ProverLimitOptions

  @Option(
    help:
      "Seconds of real time in a slot: 4, or 2 or 1 for fast demonstrations, or 8, 12, … for a prover."
  )
  var secondsPerSlot = 4

  @Option(help: "How the nodes reach each other: quic, over UDP on loopback, or memory.")
  var network = DevnetTransport.quic

  @Option(
    help: ArgumentHelp(
      "The UDP port of the first node, the others count up; free ones if absent.",
      valueName: "port"))
  var basePort: UInt16?

  @Flag(help: "Run each node as a process of its own.")
  var processes = false

  @Option(
    help: ArgumentHelp(
      "Keep the chain in this folder, with all files from which nodes of any client start.",
      valueName: "folder"))
  var withFiles: String?

  @Option(
    help: ArgumentHelp(
      "Longest one-way delay of a message, with --network memory.", valueName: "ms"))
  var delay: Int?

  @Option(
    help: ArgumentHelp(
      "Messages lost, in a thousand, with --network memory.", valueName: "per mille"))
  var loss = 0

  @Option(help: "Decides delays and losses.")
  var seed: UInt64 = 1

  @Option(help: "When to start building a block: interval4, auto, or off for a build in the slot.")
  var prebuildStart: ProposalPolicy.Start = .auto

  @Option(help: "When to sign a block: early, auto or late.")
  var commit: ProposalPolicy.Commit = .auto

  @Option(help: "What to do with a signed block that became stale: forfeit or publish.")
  var onStale: ProposalPolicy.Stale = .forfeit

  @Option(help: ArgumentHelp("Stop after this many slots.", valueName: "slots"))
  var slots: UInt64?

  @Option(
    help: ArgumentHelp("Append every event to this file, for swiftlet replay.", valueName: "file"))
  var record: String?

  @Option(
    help: ArgumentHelp(
      "The port of the first node's HTTP interface, the others count up; free ones if absent, none with --processes.",
      valueName: "port"))
  var apiPort: Int?

  @Flag(name: .customLong("no-tui"), help: "Print a line a slot instead of the dashboard.")
  var noTUI = false

  @Flag(help: "Refuse every action; only look.")
  var readOnly = false

  @Flag(help: "Print the dashboard's settings as a file for ~/.config/swiftlet, and end.")
  var printConfig = false

  @OptionGroup(title: "Dashboard")
  var screen: ScreenOptions

  @OptionGroup(title: "Without a terminal")
  var picture: HeadlessOptions

  private static let presets = AggregationCostModel.presets.map(\.name).joined(separator: ", ")

  func validate() throws {
    _ = try settings()
    guard proverCommand.allSatisfy({ $0.contains { $0 != " " } }) else {
      throw ValidationError("--prover-command is empty; give a program and its arguments")
    }
    guard picture.headless else { return }
    guard slots != nil else {
      throw ValidationError("--headless needs --slots: how many to run before the picture")
    }
    guard picture.node < nodes else {
      throw ValidationError("there is no node \(picture.node); there are \(nodes), counted from 0")
    }
  }

  func run() async throws {
    if printConfig {
      return try tellSurely(SettingsFile.text(of: screen.settings()), terminator: "")
    }
    // What can be refused is refused before keys are made, which takes minutes.
    try DashboardProgram.check(screen.settings())
    try await run(settings().validated())
  }

  private func run(_ settings: DevnetSettings) async throws {
    // First, so that a bad path costs no keys.
    let recorder = try record.map { try EventRecorder(appendingTo: $0) }
    defer { recorder?.close() }
    let progress = ProgressLine(isTerminal: isatty(STDERR_FILENO) != 0)
    let workers = WorkerNews()
    let prover = try await startProver(settings, workers)
    defer { prover?.stop() }
    let chain = try await onThread {
      try DevnetChain.open(settings, prover: prover, unixSeconds: unixSeconds) { step in
        switch step {
        case .resuming(let slot):
          say("the chain goes on at slot \(slot); --fresh starts a new one")
        case .makingKeys(let keys): progress.show(keys)
        case .loadingKeys(let loaded): progress.show(loaded: loaded, of: settings.validators)
        }
      }
    }
    progress.finish()
    let leaves = try LeafWatch(path: chain.leafRecordPath)
    let devnet = try Devnet(settings, chain: chain, prover: prover, leaves: leaves)
    workers.tell { [weak devnet] text, isWarning in
      devnet?.tell(ofWorkers: text, isWarning: isWarning)
      devnet?.tellWorkers()
    }
    let reporting = devnet.tellWorkersRepeatedly()
    defer { reporting.cancel() }
    let showsScreen = !noTUI && !picture.headless && DashboardProgram.hasTerminal
    let hasScreen = Atomic(showsScreen)
    let isHeadless = picture.headless
    let monitor = EventMonitor(devnet, record: recorder.map { $0.add }) { line in
      // A headless run prints nothing but its picture: progress is for the other stream.
      if isHeadless { say(line) } else if !hasScreen.load(ordering: .acquiring) { tell(line) }
    }
    let source = FleetSource(devnet)
    let lastSlot = slots.map { devnet.currentSlot + $0 }
    // A node that is a process answers for itself.
    let interfaces =
      processes ? nil : try HTTPInterfaces(devnet, firstPort: settings.firstAPIPort)
    try devnet.start()
    interfaces?.serve { line in if showsScreen || isHeadless { return } else { tell(line) } }
    defer { interfaces?.stop() }
    if picture.headless {
      try await drawPicture(devnet, source, until: lastSlot)
    } else if showsScreen {
      let ending = try await showScreen(devnet, source, until: lastSlot)
      if ending == .leaveNodeRunning {
        hasScreen.store(false, ordering: .releasing)
        tell("the devnet goes on in \(chain.folder); Ctrl-C ends it")
        await Interruption.wait(until: { lastSlot.map { devnet.currentSlot > $0 } ?? false })
      }
    } else {
      tell("devnet of \(settings.nodes) nodes in \(chain.folder); Ctrl-C ends it")
      await Interruption.wait(until: { lastSlot.map { devnet.currentSlot > $0 } ?? false })
    }
    let isComplete = lastSlot.map { devnet.currentSlot > $0 } ?? false
    await devnet.stop()
    let report = monitor.finish()
    let tellEnd = isHeadless ? say : tell
    tellEnd(report.table)
    tellEnd("leaves seen to sign  \(leaves.leafCount), none twice: \(leaves.violations.isEmpty)")
    tellEnd("keys, journals and chains are in \(chain.folder)")
    if let record { tellEnd("every event is in \(record); swiftlet replay \(record) shows them") }
    for problem in leaves.violations + report.errors { say(problem) }
    // A run that a person ended early has failed at nothing.
    let isStuck = isComplete && report.finalizedSlot ?? 0 == 0
    if isStuck { say("nothing was finalized") }
    if let failure = monitor.recordingFailure { say("the recording stopped: \(failure)") }
    if !leaves.violations.isEmpty || isStuck { throw ExitCode.failure }
  }

  /// Starts the workers, with what was measured of them before.
  private func startProver(
    _ settings: DevnetSettings, _ news: WorkerNews
  ) async throws -> DevnetProver? {
    guard settings.usesProver else { return nil }
    let installation = LeanVM(below: settings.directory)
    // Words only: a command that needs quotes goes into a script.
    let others = proverCommand.map { text in
      WorkerCommand(text.split(separator: " ").map(String.init), lane: .prove, place: text)
    }
    let commands = try installation.commands(limits: limits.limits()) + others
    let costs =
      MeasuredCosts(path: installation.costPath, generation: LeanVM.generation) ?? .leanVM
    say("starting \(LeanVM.generation) in processes of its own")
    return try await onThread {
      try DevnetProver(
        commands, scheme: settings.scheme, secondsPerSlot: settings.secondsPerSlot,
        costs: costs, report: { news.take($0) })
    }
  }

  private func showScreen(
    _ devnet: Devnet, _ source: FleetSource, until lastSlot: Slot?
  ) async throws -> DashboardEnding {
    var settings = try screen.settings()
    settings.ownsNode = true
    settings.takesFaults = true
    settings.isReadOnly = readOnly
    let screen = Task {
      try await DashboardProgram.run(
        source, settings: settings,
        act: { devnet.perform($0) })
    }
    let end = Task {
      guard let lastSlot else { return }
      while devnet.currentSlot <= lastSlot {
        try await Task.sleep(for: .milliseconds(200))
      }
      screen.cancel()
    }
    defer { end.cancel() }
    return try await screen.value
  }

  /// Lets the devnet run, folding its events, and draws how it stands then.
  private func drawPicture(
    _ devnet: Devnet, _ source: FleetSource, until lastSlot: Slot?
  ) async throws {
    let fold = Mutex((source: source, dashboard: FleetStatus()))
    await Interruption.wait(until: {
      fold.withLock { fold in
        for event in fold.source.advance(to: 0).events { fold.dashboard.update(event) }
      }
      return lastSlot.map { devnet.currentSlot > $0 } ?? false
    })
    let dashboard = fold.withLock { $0.dashboard }
    let words = try picture.show(dashboard, replay: nil, screen: screen)
    FileHandle.standardOutput.write(Data(words.utf8))
  }

  private func settings() throws -> DevnetSettings {
    var settings = DevnetSettings()
    settings.nodes = nodes
    settings.validators = validators ?? nodes
    settings.aggregators = aggregators
    guard let scheme = Scheme(named: scheme) else { throw ValidationError(Scheme.unknown(scheme)) }
    settings.scheme = prover == .leanvm ? .leanXMSS : scheme
    guard prover == .leanvm || scheme.isImplemented else {
      throw ValidationError("keys of the scheme \(scheme) are a worker's: add --prover leanvm")
    }
    settings.keySlots = min(keySlots, settings.scheme.lifetime)
    settings.directory = dataDir
    settings.isFresh = fresh
    settings.secondsPerSlot = secondsPerSlot
    settings.proverCost = try costModel()
    settings.transport = network
    settings.basePort = basePort
    settings.runsProcesses = processes
    settings.firstAPIPort = apiPort
    settings.filesFolder = withFiles
    if let delay { settings.conditions.delayMilliseconds = min(5, max(0, delay))...max(0, delay) }
    settings.conditions.lossPerMille = loss
    settings.seed = seed
    settings.slotLimit = slots
    settings.policy.start = prebuildStart
    settings.policy.commit = commit
    settings.policy.stale = onStale
    return settings
  }

  private func costModel() throws -> AggregationCostModel? {
    if let mergeCost {
      guard proverCost == nil else {
        throw ValidationError("--merge-cost and --prover-cost exclude each other; give one")
      }
      guard (0...60_000).contains(mergeCost) else {
        throw ValidationError("--merge-cost is \(mergeCost); take 0 to 60000 milliseconds")
      }
      return AggregationCostModel(mergeMilliseconds: mergeCost)
    }
    guard let proverCost else { return nil }
    guard let model = AggregationCostModel(named: proverCost) else {
      throw ValidationError("there is no prover '\(proverCost)'; take one of: \(Self.presets)")
    }
    return model
  }
}

extension AggregationCostModel {
  /// A prover that costs a fixed time for each merge and nothing else.
  init(mergeMilliseconds: Int) {
    let free = LinearCost(fixed: .zero)
    self.init(
      name: "merge \(mergeMilliseconds) ms", source: "--merge-cost", prepare: free,
      aggregate: free, merge: LinearCost(fixed: .milliseconds(mergeMilliseconds)), split: free,
      verify: free)
  }
}

extension DevnetTransport: ExpressibleByArgument {}

/// Who makes the proofs of a devnet.
enum ProverChoice: String, ExpressibleByArgument {
  /// This process, as lists of signatures.
  case embedded
  /// leanVM in processes of its own.
  case leanvm
}

/// What workers report: lines on standard error until there is a devnet to tell.
private final class WorkerNews: Sendable {
  typealias Tell = @Sendable (_ text: String, _ isWarning: Bool) -> Void

  private let listener = Mutex<Tell?>(nil)

  func tell(_ listener: @escaping Tell) {
    self.listener.withLock { $0 = listener }
  }

  func take(_ event: WorkerEvent) {
    let (text, isWarning) =
      switch event {
      case .info(let text): (text, false)
      case .warning(let text): (text, true)
      }
    if let listener = listener.withLock({ $0 }) { listener(text, isWarning) } else { say(text) }
  }
}
