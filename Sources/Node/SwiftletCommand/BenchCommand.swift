internal import ArgumentParser
private import Benchmarking
private import Foundation
private import LoadBenchmark
private import NetworkBenchmark
private import Synchronization

/// Measures how fast parts of the product are.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast parts of the node are.",
    discussion: """
      Takes the median of repeated samples of one thread's CPU time, so that a busy machine \
      disturbs little; build with -c release. Goals are shown, not enforced. The network is \
      measured as a whole: real sockets on loopback, for about a minute. The dashboard has a program \
      of its own: swiftlet-bench-dashboard.

      The first line names the processor, the load, and the kernel of the hash functions, whose \
      goals are shown; SWIFTLET_KERNEL=avx512, avx2, vector128 or portable forces another.

      Suites: \(Self.names.joined(separator: ", ")).

      Four run only when they are named, alone, and take minutes. \(PublicationBench.name) starts a \
      real devnet for each of several merge costs and measures when blocks leave. \(LoadBench.name) \
      runs one node in real time among 4,096 validators and 64 peers, with mock signatures and \
      proofs. \(StallBench.name) runs a simulated chain without finality and measures what a slot \
      costs. These two exit with 1 when a goal is missed. \(SyncBench.name) makes a chain with real \
      signatures, which a node gets from a peer on loopback.
      """)

  /// What runs only by its name, and how many slots it takes by default.
  private static let long = [
    PublicationBench.name: 60, LoadBench.name: 100, StallBench.name: 50_000,
    SyncBench.name: 10_000,
  ]

  /// `network` is one of the first too: its formats by CPU time, its sockets as a whole.
  private static let names = BenchmarkSuite.all.map(\.name)

  @Argument(help: "The suites to run; without a name all but the long ones.")
  var suites: [String] = []

  @Option(
    help: ArgumentHelp("The folder with the large test vectors.", valueName: "folder"),
    completion: .directory)
  var data = "Tests/Vectors/large"

  @Option(
    help: ArgumentHelp(
      "Slots of a long bench: 60 of each devnet, 100 under load, 50000 without finality, 10000 to "
        + "sync.", valueName: "slots"))
  var slots: UInt64?

  @Flag(
    help: "Of \(NetworkBench.name), measure what an honest message loses beside hostile peers.")
  var hostile = false

  @Flag(help: "Print the machine and the figures as JSON, to be compared with later.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Compare with a run that was saved with --json, on this machine or another.",
      valueName: "file"),
    completion: .file())
  var against: String?

  func validate() throws {
    let known = Self.names + Self.long.keys.sorted()
    if let unknown = suites.first(where: { !known.contains($0) }) {
      throw ValidationError(
        "there is no suite '\(unknown)'; take some of: \(known.joined(separator: ", "))")
    }
    if let long = suites.first(where: { Self.long[$0] != nil }) {
      guard suites.count == 1 else {
        throw ValidationError("\(long) runs alone: anything else would disturb it")
      }
      guard against == nil else {
        throw ValidationError("\(long) cannot be compared: it takes no samples")
      }
      guard !json || long == PublicationBench.name else {
        throw ValidationError("\(long) has no JSON: leave out --json")
      }
    } else if slots != nil {
      throw ValidationError(
        "--slots is for \(Self.long.keys.sorted().joined(separator: ", ")); name one of them")
    }
    guard !hostile || suites == [NetworkBench.name] else {
      throw ValidationError("--hostile is of \(NetworkBench.name) alone: bench network --hostile")
    }
    guard against == nil || !json else {
      throw ValidationError("--against prints a table: leave out --json")
    }
    if let slots, !(5...200_000).contains(slots) {
      throw ValidationError("--slots is \(slots); take 5 to 200000")
    }
  }

  func run() async throws {
    if let long = suites.first, let usual = Self.long[long] {
      return try await run(long, slots: slots ?? UInt64(usual))
    }
    let saved = try against.map { try SavedRun(path: $0) }
    let data = BenchmarkData(folder: URL(filePath: data))
    let machine = BenchmarkMachine.current
    let chosen = BenchmarkSuite.all.filter { suites.isEmpty || suites.contains($0.name) }
    let measurements = try chosen.flatMap { try Harness().run($0, data) }
    let network = try await networkFigures()
    if json {
      print(
        String(decoding: try Self.encoded(machine, measurements, network), as: UTF8.self))
    } else {
      let tables = [
        machine.description,
        measurements.isEmpty ? nil : Benchmarking.Measurement.table(measurements),
        network.isEmpty ? nil : NetworkFigure.table(network),
        saved.map { Comparison.table(Comparison.pairs(measurements, against: $0), against: $0) },
      ]
      print(tables.compactMap { $0 }.joined(separator: "\n\n"))
    }
  }

  private func networkFigures() async throws -> [NetworkFigure] {
    guard suites.isEmpty || suites.contains(NetworkBench.name) else { return [] }
    return hostile ? try await NetworkBench.runHostile() : try await NetworkBench.run()
  }

  /// Runs a long bench until it is done or somebody interrupts; then what was measured counts.
  private func run(_ long: String, slots: UInt64) async throws {
    let isTerminal = isatty(STDERR_FILENO) != 0
    let tell: @Sendable (String) -> Void = { line in
      let text = isTerminal ? "\r\u{1B}[K\(line)" : "\(line)\n"
      FileHandle.standardError.write(Data(text.utf8))
    }
    let isDone = Latch()
    let work = Task { [json] in
      defer { isDone.raise() }
      return try await Self.result(of: long, slots: slots, json: json, tell)
    }
    await Interruption.wait(until: { isDone.isRaised })
    let isInterrupted = !isDone.isRaised
    work.cancel()
    let (lines, failures) = try await work.value
    if isTerminal { FileHandle.standardError.write(Data("\n".utf8)) }
    print(lines.joined(separator: "\n"))
    for failure in failures { tell("missed: \(failure)") }
    if isInterrupted { throw ExitCode(130) }
    if !failures.isEmpty { throw ExitCode(1) }
  }

  private static func result(
    of long: String, slots: UInt64, json: Bool, _ tell: @escaping @Sendable (String) -> Void
  ) async throws -> (lines: [String], failures: [String]) {
    switch long {
    case LoadBench.name:
      let report = try await LoadBench(slots: slots, onSlot: tell).run()
      return (report.lines, report.failures)
    case StallBench.name:
      let report = try await onThread { StallBench(slots: Int(slots), onWindow: tell).run() }
      return (report.lines, report.failures)
    case SyncBench.name:
      let figures = try await SyncBench(slots: slots, tell: tell).run()
      return (["\(BenchmarkMachine.current)", "", NetworkFigure.table(figures)], [])
    default:
      let figures = try await PublicationBench(slots: slots, onSlot: tell).run()
      return ([json ? try PublicationFigures.json(figures) : PublicationFigures.table(figures)], [])
    }
  }

  /// The machine, and one array of all kinds of figures, each element with its name.
  private static func encoded(
    _ machine: BenchmarkMachine, _ measurements: [Benchmarking.Measurement],
    _ network: [NetworkFigure]
  ) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(
      Run(
        machine: machine,
        figures: measurements.map(Result.measurement) + network.map(Result.network)))
  }

  private struct Run: Encodable {
    let machine: BenchmarkMachine
    let figures: [Result]
  }

  private enum Result: Encodable {
    case measurement(Benchmarking.Measurement)
    case network(NetworkFigure)

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .measurement(let measurement): try measurement.encode(to: encoder)
      case .network(let figure): try figure.encode(to: encoder)
      }
    }
  }
}

/// Something that happens once, seen from any thread.
private final class Latch: Sendable {
  private let state = Atomic(false)

  var isRaised: Bool { state.load(ordering: .acquiring) }

  func raise() { state.store(true, ordering: .releasing) }
}
