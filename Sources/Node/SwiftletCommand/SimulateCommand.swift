public import ArgumentParser
public import Chain
internal import Foundation
public import Simulation

/// `swiftlet simulate`: many nodes in virtual time, with faults, and every invariant checked.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Run a network of nodes in virtual time and try to break it.",
    discussion: """
      A seed names a run: the same seed and options give the same events, byte for byte.
      When an invariant breaks, the seed and the events before it are printed and the exit
      status is 1.
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

  @Option(help: "What goes wrong: \(FaultPreset.allCases.map(\.rawValue).joined(separator: ", ")).")
  var faults = FaultPreset.none

  @Option(help: "How long proofs take: instant, merge-MILLISECONDS, or a published cost model.")
  var prover = "instant"

  @Option(help: "When a prebuild starts: interval4 or auto.")
  var startPolicy = ProposalPolicy.Start.auto

  @Option(help: "When a candidate is signed: early, auto or late.")
  var commit = ProposalPolicy.Commit.auto

  @Option(help: "What becomes of a stale signed block: forfeit or publish.")
  var onStale = ProposalPolicy.Stale.forfeit

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
    guard seeds > 0 else { throw ValidationError("--seeds must be positive.") }
    guard ProverPreset(named: prover) != nil else {
      throw ValidationError(
        "--prover must be instant, merge-MILLISECONDS or one of: "
          + ProverPreset.publishedNames.joined(separator: ", ") + ".")
    }
  }

  func run() throws {
    let start = ContinuousClock.now
    var statistics = RunStatistics()
    for seed in seed..<(seed + UInt64(seeds)) {
      var cluster = Cluster(options(seed: seed))
      cluster.run()
      if events {
        for line in cluster.log.recentLines { print(line) }
      }
      statistics.merge(cluster.statistics)
      if let violation = cluster.violation {
        tell(violation, cluster)
        throw ExitCode(1)
      }
    }
    guard !events else { return }
    let report = SimulationReport(statistics, runs: seeds)
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
    options.prover = ProverPreset(named: prover) ?? .instant
    options.policy = ProposalPolicy(start: startPolicy, commit: commit, stale: onStale)
    options.plantedBug = plant
    options.keepsAllEvents = events
    return options
  }

  private func show(_ report: SimulationReport, took time: Duration) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      print(String(decoding: try encoder.encode(report), as: UTF8.self))
      return
    }
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    let speed = Int(Double(report.nodeSlots) / max(seconds, 0.001))
    print(report.table)
    print("no invariant was broken; \(speed) node-slots a second")
  }

  private func tell(_ violation: Violation, _ cluster: Cluster) {
    for line in cluster.log.recentLines { print(line) }
    print("\(violation)")
    print(
      "replay: swiftlet simulate --nodes \(nodes) --validators \(validators) "
        + "--aggregators \(aggregators) --slots \(slots) --faults \(faults.rawValue) "
        + "--prover \(prover) --start-policy \(startPolicy.rawValue) "
        + "--commit \(commit.rawValue) --on-stale \(onStale.rawValue) "
        + "--seed \(cluster.options.seed)" + (plant.map { " --plant \($0.rawValue)" } ?? ""))
  }
}

extension FaultPreset: ExpressibleByArgument {}
extension PlantedBug: ExpressibleByArgument {}
extension ProposalPolicy.Start: ExpressibleByArgument {}
extension ProposalPolicy.Commit: ExpressibleByArgument {}
extension ProposalPolicy.Stale: ExpressibleByArgument {}
