import Foundation
import Testing

@testable import Benchmarking

struct ComparisonTests {
  private static func measurement(_ name: String, _ quartiles: [Double]) -> Benchmarking.Measurement
  {
    Measurement(
      suite: "s", name: name, medianNanoseconds: quartiles[1],
      lowerQuartileNanoseconds: quartiles[0], upperQuartileNanoseconds: quartiles[2],
      minimumNanoseconds: quartiles[0], maximumNanoseconds: quartiles[2], sampleCount: 3,
      iterationsPerSample: 1, goalNanoseconds: nil, instructions: nil, goalInstructions: nil)
  }

  private let saved = SavedRun(
    machine: BenchmarkMachine(processor: "old", coreCount: 2, kernel: "avx2", load: 0.1),
    measurements: [
      measurement("fell", [90, 100, 110]), measurement("rose", [90, 100, 110]),
      measurement("stayed", [90, 100, 110]), measurement("went away", [1, 2, 3]),
    ])

  @Test func `a difference counts when it is larger than the noise of both runs`() {
    let now = [
      Self.measurement("fell", [40, 50, 60]), Self.measurement("rose", [140, 150, 160]),
      Self.measurement("stayed", [85, 95, 105]), Self.measurement("came", [1, 2, 3]),
    ]
    let comparisons = Comparison.pairs(now, against: saved)
    #expect(comparisons.map(\.name) == ["s: fell", "s: rose", "s: stayed"])
    #expect(comparisons.map(\.verdict) == [.faster, .slower, .same])
    #expect(comparisons[0].ratio == 0.5)
    #expect(comparisons[0].range == 40.0 / 110...60.0 / 90)
    let table = Comparison.table(comparisons, against: saved)
    #expect(table.contains("against old, 2 cores, kernel avx2, load 0.1"))
    #expect(table.contains("0.36-0.67  faster"))
  }

  @Test func `a run is read from what the command prints, whatever else stands there`() throws {
    let text = """
      {"machine": {"processor": "p", "coreCount": 4, "kernel": "avx512"}, "figures": [
        {"suite": "dashboard", "name": "share of a core", "value": 1, "unit": "%"},
        {"suite": "s", "name": "a", "medianNanoseconds": 2, "lowerQuartileNanoseconds": 1,
         "upperQuartileNanoseconds": 3, "minimumNanoseconds": 1, "maximumNanoseconds": 4,
         "sampleCount": 5, "iterationsPerSample": 6}]}
      """
    let run = try JSONDecoder().decode(SavedRun.self, from: Data(text.utf8))
    #expect(run.machine.kernel == "avx512")
    #expect(run.machine.load == nil)
    #expect(run.measurements.map(\.name) == ["a"])
  }

  @Test func `a file that is missing or no saved run is refused by name`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID()).json").path
    #expect { try SavedRun(path: path) } throws: { "\($0)".contains(path) }
    try Data("[]".utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect { try SavedRun(path: path) } throws: { "\($0)".contains("no output of bench") }
  }
}
