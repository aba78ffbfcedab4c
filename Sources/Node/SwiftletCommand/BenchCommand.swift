internal import ArgumentParser
private import Benchmarking
private import DashboardBenchmark
private import Foundation
private import NetworkBenchmark
private import Synchronization

/// Measures how fast parts of the product are.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast parts of the node are.",
    discussion: """
      Takes the median of repeated samples of one thread's CPU time, so that a busy machine \
      disturbs little; build with -c release. Goals are shown, not enforced. The dashboard is \
      measured as a whole: real processes, terminals and time, for about a minute. So is the \
      network: real sockets on loopback, for as long.

      The first line names the processor, the load, and the kernel of the hash functions, whose \
      goals are shown; SWIFTLET_KERNEL=avx512, avx2, vector128 or portable forces another.

      Suites: \(Self.names.joined(separator: ", ")).

      The suite \(PublicationBench.name) runs only when it is named: it starts a real devnet for \
      each of several merge costs, measures when blocks leave, and takes minutes.
      """)

  /// `network` is one of the first too: its formats by CPU time, its sockets as a whole.
  private static let names = BenchmarkSuite.all.map(\.name) + [DashboardSuite.name]

  @Argument(help: "The suites to run; all but \(PublicationBench.name) when none is named.")
  var suites: [String] = []

  @Option(
    help: ArgumentHelp("The folder with the large test vectors.", valueName: "folder"),
    completion: .directory)
  var data = "Tests/Vectors/large"

  @Option(
    help: ArgumentHelp("Slots of each devnet of \(PublicationBench.name).", valueName: "slots"))
  var slots: UInt64 = 60

  @Flag(help: "Print the machine and the figures as JSON, to be compared with later.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Compare with a run that was saved with --json, on this machine or another.",
      valueName: "file"),
    completion: .file())
  var against: String?

  func validate() throws {
    let known = Self.names + [PublicationBench.name]
    if let unknown = suites.first(where: { !known.contains($0) }) {
      throw ValidationError(
        "there is no suite '\(unknown)'; take some of: \(known.joined(separator: ", "))")
    }
    if suites.contains(PublicationBench.name), suites.count > 1 {
      throw ValidationError("\(PublicationBench.name) runs alone: anything else would disturb it")
    }
    guard against == nil || !json else {
      throw ValidationError("--against prints a table: leave out --json")
    }
    guard against == nil || suites != [PublicationBench.name] else {
      throw ValidationError("\(PublicationBench.name) cannot be compared: it takes no samples")
    }
    guard (5...10_000).contains(slots) else {
      throw ValidationError("--slots is \(slots); take 5 to 10000")
    }
  }

  func run() async throws {
    guard suites != [PublicationBench.name] else { return try await runPublication() }
    let saved = try against.map { try SavedRun(path: $0) }
    let data = BenchmarkData(folder: URL(filePath: data))
    let machine = BenchmarkMachine.current
    let chosen = BenchmarkSuite.all.filter { suites.isEmpty || suites.contains($0.name) }
    let measurements = try chosen.flatMap { try Harness().run($0, data) }
    let figures =
      suites.isEmpty || suites.contains(DashboardSuite.name) ? try DashboardSuite.run() : []
    let network =
      suites.isEmpty || suites.contains(NetworkBench.name) ? try await NetworkBench.run() : []
    if json {
      print(
        String(decoding: try Self.encoded(machine, measurements, figures, network), as: UTF8.self))
    } else {
      let tables = [
        machine.description,
        measurements.isEmpty ? nil : Benchmarking.Measurement.table(measurements),
        figures.isEmpty ? nil : Figure.table(figures),
        network.isEmpty ? nil : NetworkFigure.table(network),
        saved.map { Comparison.table(Comparison.pairs(measurements, against: $0), against: $0) },
      ]
      print(tables.compactMap { $0 }.joined(separator: "\n\n"))
    }
  }

  /// Runs the devnets until they are done or somebody interrupts; then what was measured counts.
  private func runPublication() async throws {
    let isTerminal = isatty(STDERR_FILENO) != 0
    let bench = PublicationBench(slots: slots) { line in
      let text = isTerminal ? "\r\u{1B}[K\(line)" : "\(line)\n"
      FileHandle.standardError.write(Data(text.utf8))
    }
    let isDone = Latch()
    let work = Task {
      defer { isDone.raise() }
      return try await bench.run()
    }
    await Interruption.wait(until: { isDone.isRaised })
    let isInterrupted = !isDone.isRaised
    work.cancel()
    let figures = try await work.value
    if isTerminal { FileHandle.standardError.write(Data("\n".utf8)) }
    print(json ? try PublicationFigures.json(figures) : PublicationFigures.table(figures))
    if isInterrupted { throw ExitCode(130) }
  }

  /// The machine, and one array of all kinds of figures, each element with its name.
  private static func encoded(
    _ machine: BenchmarkMachine, _ measurements: [Benchmarking.Measurement], _ figures: [Figure],
    _ network: [NetworkFigure]
  ) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(
      Run(
        machine: machine,
        figures: measurements.map(Result.measurement) + figures.map(Result.figure)
          + network.map(Result.network)))
  }

  private struct Run: Encodable {
    let machine: BenchmarkMachine
    let figures: [Result]
  }

  private enum Result: Encodable {
    case measurement(Benchmarking.Measurement)
    case figure(Figure)
    case network(NetworkFigure)

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .measurement(let measurement): try measurement.encode(to: encoder)
      case .figure(let figure): try figure.encode(to: encoder)
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
