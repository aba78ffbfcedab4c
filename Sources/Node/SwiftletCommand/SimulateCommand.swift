public import ArgumentParser
internal import BlockBuilding
internal import Foundation
internal import Hashing
internal import Proposing
internal import Simulation

/// `swiftlet simulate`: many nodes in virtual time, with faults, and every invariant checked.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Run a network of nodes in virtual time and try to break it.",
    discussion: """
      A seed names a run: the same seed and options give the same events, byte for byte. When an \
      invariant breaks, the seed and the events before it are printed and the exit status is 1.

      Faults strike until 32 slots before the end, in short runs until half of them are over; then \
      finality has to resume. --faults takes one or more of these, with commas:

      \(FaultPreset.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))
      """)

  @Option(help: "How many nodes there are.")
  var nodes = 4

  @Option(help: "How many validators there are; the nodes get them in turn.")
  var validators = 4

  @Option(help: "How many nodes aggregate votes.")
  var aggregators = 1

  @Option(help: "How many slots are simulated.")
  var slots = 100

  @Option(help: "How many seeds are tried, from --seed on.")
  var seeds = 1

  @Option(help: "The first seed.")
  var seed: UInt64 = 1

  @Option(help: "What goes wrong, as listed above, for instance lossy,crashes.")
  var faults = FaultMixture(.none)

  @Option(help: "How often faults strike, in per cent of what the list says.")
  var intensity = 100

  @Option(
    help: ArgumentHelp("The last node sends its blocks this late.", valueName: "milliseconds"))
  var lateBlocks: Int?

  @Option(
    help: """
      How long proofs take: instant, merge-MILLISECONDS, folding-MILLISECONDS (a prover as leanVM, which \
      wraps and splits nothing), or a published cost model.
      """)
  var prover = "instant"

  @Option(help: "When a prebuild starts: interval4, auto, or off for a build in the slot.")
  var startPolicy = ProposalPolicy.Start.auto

  @Option(help: "When a candidate is signed: early, auto or late.")
  var commit = ProposalPolicy.Commit.auto

  @Option(help: "What becomes of a stale signed block: forfeit or publish.")
  var onStale = ProposalPolicy.Stale.forfeit

  @Option(help: "In which order votes go into a block: finality or target-slot.")
  var voteOrder = SelectionOrder.finality

  @Option(
    help: ArgumentHelp(
      "Give the nodes a mistake that a checker has to find: \(Self.bugs).", valueName: "mistake"))
  var plant: PlantedBug?

  @Flag(help: "Print the report as JSON.")
  var json = false

  @Flag(help: "Print every event as a line of JSON instead of the report.")
  var events = false

  private static let bugs = PlantedBug.allCases.map(\.rawValue).joined(separator: ", ")

  func validate() throws {
    guard (1...256).contains(nodes) else { throw ValidationError("--nodes must be 1 to 256.") }
    guard (1...4096).contains(validators) else {
      throw ValidationError("--validators must be 1 to 4096.")
    }
    guard (0...nodes).contains(aggregators) else {
      throw ValidationError("--aggregators must be 0 to the number of nodes.")
    }
    guard (1...200_000).contains(slots) else {
      throw ValidationError("--slots must be 1 to 200000.")
    }
    guard (1...1_000_000).contains(seeds) else {
      throw ValidationError("--seeds must be 1 to 1000000.")
    }
    guard seed <= UInt64.max - UInt64(seeds) else {
      throw ValidationError("--seed must leave room for --seeds below 2^64.")
    }
    guard (0...1000).contains(intensity) else {
      throw ValidationError("--intensity must be 0 to 1000 per cent.")
    }
    if let lateBlocks, !(0...60_000).contains(lateBlocks) {
      throw ValidationError("--late-blocks must be 0 to 60000 milliseconds.")
    }
    guard !(json && events) else {
      throw ValidationError("--json and --events exclude each other; give one.")
    }
    guard ProverPreset(named: prover) != nil else {
      throw ValidationError(
        "--prover must be instant, merge-MILLISECONDS, folding-MILLISECONDS or one of: "
          + ProverPreset.publishedNames.joined(separator: ", ") + ".")
    }
  }

  func run() throws {
    let start = ContinuousClock.now
    let progress = SeedProgress(total: seeds, isShown: !events && isatty(STDERR_FILENO) != 0)
    var statistics = RunStatistics()
    var digests: [Bytes32] = []
    for seed in seed..<(seed + UInt64(seeds)) {
      progress.show(digests.count)
      var cluster = Cluster(options(seed: seed))
      cluster.run()
      if events {
        for line in cluster.log.eventLines { print(line) }
      }
      statistics.merge(cluster.statistics)
      digests.append(cluster.log.digest)
      if let violation = cluster.violation {
        progress.end()
        try tell(violation, cluster)
        throw ExitCode(1)
      }
    }
    progress.end()
    guard !events else { return }
    let report = SimulationReport(
      statistics, runs: seeds, eventLogDigest: EventLog.combined(digests))
    try show(report, took: ContinuousClock.now - start)
  }

  private func options(seed: UInt64) -> SimulationOptions {
    var options = SimulationOptions()
    options.nodeCount = nodes
    options.validatorCount = validators
    options.aggregatorCount = aggregators
    options.slots = slots
    options.seed = seed
    options.faults = faults
    options.faults.intensity = intensity
    options.lateBlocksMilliseconds = lateBlocks
    options.prover = ProverPreset(named: prover) ?? .instant
    options.policy = ProposalPolicy(start: startPolicy, commit: commit, stale: onStale)
    options.voteOrder = voteOrder
    options.plantedBug = plant
    options.keepsAllEvents = events
    return options
  }

  private func show(_ report: SimulationReport, took time: Duration) throws {
    if json { return print(try encoded(report)) }
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    let speed = Int(Double(report.nodeSlots) / max(seconds, 0.001))
    print(report.table)
    print("no invariant was broken; \(speed) node-slots a second")
    guard let limit = usualRecoverySlots, report.recovery.p99 > limit else { return }
    say("99 of 100 runs with \(faults.name) recover within \(limit) slots, these did not")
    throw ExitCode(1)
  }

  /// The bound of a preset that so many runs have to hold; one run alone may be the hundredth.
  private var usualRecoverySlots: Int? {
    let hasFastProver = ["instant", "merge-1200"].contains(prover)
    guard seeds >= 50, hasFastProver, intensity == 100, lateBlocks == nil, plant == nil,
      faults.presets.count == 1
    else { return nil }
    return faults.presets[0].usualRecoverySlots
  }

  private func tell(_ violation: Violation, _ cluster: Cluster) throws {
    let seed = cluster.options.seed
    if json {
      return print(
        try encoded(
          Failure(
            violation: "\(violation)", invariant: violation.invariant.rawValue, seed: seed,
            replay: replay(seed: seed), events: cluster.log.recentLines)))
    }
    // A reader of events gets nothing else: what broke is for the other stream.
    let tell: (String) -> Void = events ? { say($0) } : { print($0) }
    if !events {
      for line in cluster.log.recentLines { print(line) }
    }
    tell("\(violation)")
    tell("seed \(seed); the \(cluster.log.recentLines.count) events before it are above")
    tell("replay: \(replay(seed: seed))")
  }

  /// The command that repeats a run.
  private func replay(seed: UInt64) -> String {
    var words = [
      "swiftlet simulate --nodes \(nodes) --validators \(validators) --aggregators \(aggregators)",
      "--slots \(slots) --faults \(faults.name) --prover \(prover)",
      "--start-policy \(startPolicy.rawValue) --commit \(commit.rawValue)",
      "--on-stale \(onStale.rawValue)",
    ]
    if intensity != 100 { words.append("--intensity \(intensity)") }
    if let lateBlocks { words.append("--late-blocks \(lateBlocks)") }
    if voteOrder != .finality { words.append("--vote-order \(voteOrder.rawValue)") }
    if let plant { words.append("--plant \(plant.rawValue)") }
    return words.joined(separator: " ") + " --seed \(seed)"
  }

  private func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// What is printed as JSON when an invariant breaks.
  private struct Failure: Encodable {
    let violation: String
    let invariant: String
    let seed: UInt64
    let replay: String
    let events: [String]
  }
}

/// How many seeds are done, on one line of a terminal.
private struct SeedProgress {
  let total: Int
  let isShown: Bool

  func show(_ done: Int) {
    guard isShown, total > 1 else { return }
    write("\r\u{1B}[Kseed \(done + 1) of \(total)")
  }

  func end() {
    if isShown, total > 1 { write("\r\u{1B}[K") }
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}

extension FaultMixture: ExpressibleByArgument {
  /// Reads presets with commas between them.
  public init?(argument: String) {
    self.init(named: argument)
  }

  /// The presets with commas between them.
  public var defaultValueDescription: String { name }
}

extension PlantedBug: ExpressibleByArgument {}
extension SelectionOrder: ExpressibleByArgument {}
extension ProposalPolicy.Start: ExpressibleByArgument {}
extension ProposalPolicy.Commit: ExpressibleByArgument {}
extension ProposalPolicy.Stale: ExpressibleByArgument {}
