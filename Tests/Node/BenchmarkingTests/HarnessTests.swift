import Foundation
import Synchronization
import Testing

@testable import Benchmarking

struct HarnessTests {
  private let harness = Harness(
    warmUp: .microseconds(10), sampleTime: .microseconds(10), sampleCount: 3)
  private let data = BenchmarkData(folder: URL(filePath: "/nonexistent"))

  @Test func `samples are ordered, divided by their operations and compared in one run`() throws {
    let suite = BenchmarkSuite("sums") { _ in
      [
        Benchmark("long", goal: .nanoseconds(1)) { sum(1_000_000) },
        Benchmark("short", baseline: "long", operationsPerIteration: 1000) { sum(1000) },
      ]
    }
    let measurements = try harness.run(suite, data)
    let long = try #require(measurements.first)
    let short = try #require(measurements.last)
    #expect(long.minimumNanoseconds <= long.medianNanoseconds)
    #expect(long.medianNanoseconds <= long.maximumNanoseconds)
    #expect(short.medianNanoseconds < long.medianNanoseconds)
    #expect(short.ratio == short.medianNanoseconds / long.medianNanoseconds)
    #expect(Measurement.table([long]).contains("missed"))
  }

  @Test func `a goal of instructions is compared, or the table says that nothing counts them`()
    throws
  {
    let suite = BenchmarkSuite("sums") { _ in
      [Benchmark("long", instructionGoal: 1) { sum(1_000_000) }]
    }
    let measurements = try harness.run(suite, data)
    let table = Measurement.table(measurements)
    let isCounted = measurements[0].instructions != nil
    #expect(table.contains(isCounted ? "goal 1 missed" : "This system counts no instructions"))
  }

  @Test func `inputs are made outside of the measurement and used once`() throws {
    let counter = Counter()
    let suite = BenchmarkSuite("inputs") { _ in
      [
        Benchmark("use", setUp: { counter.next() }, body: { (input: inout Int) in input += 1 })
      ]
    }
    _ = try harness.run(suite, data)
    #expect(counter.value >= 4)
  }

  @Test func `missing data and baselines are named`() {
    #expect(throws: BenchmarkError.missingData("/nonexistent/big-pre.ssz")) {
      try harness.run(.ssz, data)
    }
    let suite = BenchmarkSuite("x") { _ in [Benchmark("a", baseline: "b") { 1 }] }
    #expect(throws: BenchmarkError.missingBaseline("b")) { try harness.run(suite, data) }
  }
}

private func sum(_ count: Int) -> Int {
  (0..<count).reduce(0, &+)
}

private final class Counter: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }

  func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
