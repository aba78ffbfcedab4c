internal import ArgumentParser
private import Benchmarking
private import Foundation

/// Measures how fast parts of the product are.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast parts of the node are.",
    discussion: """
      Takes the median of repeated samples of one thread's CPU time, so that a busy machine \
      disturbs little; build with -c release. Goals are shown, not enforced.

      Suites: \(Self.names.joined(separator: ", ")).
      """)

  private static let names = BenchmarkSuite.all.map(\.name)

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
    let output =
      json
      ? String(decoding: try Measurement.json(measurements), as: UTF8.self)
      : Measurement.table(measurements)
    print(output)
  }
}
