/// Runs benchmarks: warms up, then takes samples that are long enough to trust.
public struct Harness: Sendable {
  /// The time spent before the first sample, so that caches and branch predictors are warm.
  let warmUp: Duration
  /// The time of one sample: far above the clock's resolution, far below a scheduler's patience.
  let sampleTime: Duration
  /// The samples of a benchmark: enough for a median that two runs agree on.
  let sampleCount: Int

  /// Creates a harness; the defaults take about half a second a benchmark.
  public init(
    warmUp: Duration = .milliseconds(100), sampleTime: Duration = .milliseconds(10),
    sampleCount: Int = 31
  ) {
    self.warmUp = warmUp
    self.sampleTime = sampleTime
    self.sampleCount = sampleCount
  }

  /// Runs the benchmarks of a suite.
  ///
  /// - Throws: ``BenchmarkError``, or what a benchmark throws.
  public func run(_ suite: BenchmarkSuite, _ data: BenchmarkData) throws -> [Measurement] {
    var measurements: [Measurement] = []
    for benchmark in try suite.benchmarks(data) {
      var measurement = try run(benchmark, suite.name)
      if let baseline = benchmark.baseline {
        guard let other = measurements.first(where: { $0.name == baseline }) else {
          throw BenchmarkError.missingBaseline(baseline)
        }
        measurement.ratio = measurement.medianNanoseconds / other.medianNanoseconds
        measurement.baseline = baseline
      }
      measurements.append(measurement)
    }
    return measurements
  }

  private func run(_ benchmark: Benchmark, _ suite: String) throws -> Measurement {
    let iterations = try warmedUpIterations(benchmark)
    let operations = Double(iterations * benchmark.operationsPerIteration)
    let costs = try (0..<sampleCount).map { _ in try benchmark.sample(iterations) }
    let samples = costs.map { $0.time.nanoseconds / operations }.sorted()
    let instructions = costs.compactMap(\.instructions).min()
    return Measurement(
      suite: suite, name: benchmark.name, medianNanoseconds: samples[sampleCount / 2],
      lowerQuartileNanoseconds: samples[sampleCount / 4],
      upperQuartileNanoseconds: samples[sampleCount - 1 - sampleCount / 4],
      minimumNanoseconds: samples[0], maximumNanoseconds: samples[sampleCount - 1],
      sampleCount: sampleCount, iterationsPerSample: iterations,
      goalNanoseconds: benchmark.goal?.nanoseconds,
      instructions: instructions.map { Double($0) / operations },
      goalInstructions: benchmark.instructionGoal)
  }

  /// Warms up and gives the number of iterations that fill a sample.
  private func warmedUpIterations(_ benchmark: Benchmark) throws -> Int {
    var iterations = 1
    var spent = Duration.zero
    while true {
      let time = try benchmark.sample(iterations).time
      spent += time
      if time * 2 < sampleTime, iterations < benchmark.maximumIterations {
        iterations = min(iterations * 2, benchmark.maximumIterations)
      } else if spent >= warmUp {
        return iterations
      }
    }
  }
}

extension Duration {
  fileprivate var nanoseconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) * 1e9 + Double(attoseconds) / 1e9
  }
}
