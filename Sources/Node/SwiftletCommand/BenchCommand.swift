internal import ArgumentParser
private import Benchmarking
private import DashboardBenchmark
private import Foundation

/// Measures how fast parts of the product are.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast parts of the node are.",
    discussion: """
      Takes the median of repeated samples of one thread's CPU time, so that a busy machine \
      disturbs little; build with -c release. Goals are shown, not enforced. The dashboard is \
      measured as a whole: real processes, terminals and time, for about a minute.

      Suites: \(Self.names.joined(separator: ", ")).
      """)

  private static let names = BenchmarkSuite.all.map(\.name) + [DashboardSuite.name]

  @Argument(help: "The suites to run; all when none is named.")
  var suites: [String] = []

  @Option(
    help: ArgumentHelp("The folder with the large test vectors.", valueName: "folder"),
    completion: .directory)
  var data = "Tests/Vectors/large"

  @Flag(help: "Print the figures as JSON.")
  var json = false

  func validate() throws {
    if let unknown = suites.first(where: { !Self.names.contains($0) }) {
      let known = Self.names.joined(separator: ", ")
      throw ValidationError("there is no suite '\(unknown)'; take some of: \(known)")
    }
  }

  func run() throws {
    let data = BenchmarkData(folder: URL(filePath: data))
    let chosen = BenchmarkSuite.all.filter { suites.isEmpty || suites.contains($0.name) }
    let measurements = try chosen.flatMap { try Harness().run($0, data) }
    let figures =
      suites.isEmpty || suites.contains(DashboardSuite.name) ? try DashboardSuite.run() : []
    if json {
      print(String(decoding: try Self.encoded(measurements, figures), as: UTF8.self))
    } else {
      let tables = [
        measurements.isEmpty ? nil : Benchmarking.Measurement.table(measurements),
        figures.isEmpty ? nil : Figure.table(figures),
      ]
      print(tables.compactMap { $0 }.joined(separator: "\n\n"))
    }
  }

  /// One array of both kinds, each element with its suite and name.
  private static func encoded(
    _ measurements: [Benchmarking.Measurement], _ figures: [Figure]
  ) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(
      measurements.map(Result.measurement) + figures.map(Result.figure))
  }

  private enum Result: Encodable {
    case measurement(Benchmarking.Measurement)
    case figure(Figure)

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .measurement(let measurement): try measurement.encode(to: encoder)
      case .figure(let figure): try figure.encode(to: encoder)
      }
    }
  }
}
