/// One thing that is measured.
public struct Benchmark {
  /// What is measured, in a few words.
  public let name: String

  /// The time an operation may take, if there is a goal.
  let goal: Duration?

  /// The instructions an operation may take, if there is a goal.
  let instructionGoal: Double?

  /// The benchmark of the same suite that this one is compared with.
  let baseline: String?

  /// The operations of one iteration; the time of an iteration is divided by them.
  let operationsPerIteration: Int

  /// The most iterations of one sample; inputs are made beforehand and take memory.
  let maximumIterations: Int

  /// Runs a number of iterations and gives what they cost.
  let sample: (_ iterations: Int) throws -> CPUCost

  /// Measures `body`; its result keeps the compiler from removing the work.
  public init<Output>(
    _ name: String, goal: Duration? = nil, instructionGoal: Double? = nil,
    baseline: String? = nil, operationsPerIteration: Int = 1, body: @escaping () throws -> Output
  ) {
    self.name = name
    self.goal = goal
    self.instructionGoal = instructionGoal
    self.baseline = baseline
    self.operationsPerIteration = operationsPerIteration
    maximumIterations = .max
    sample = { iterations in
      try CPUCost.measure { for _ in 0..<iterations { _ = try body() } }
    }
  }

  /// Measures `body` on inputs that `setUp` makes outside of the measurement.
  public init<Input, Output>(
    _ name: String, goal: Duration? = nil, baseline: String? = nil,
    setUp: @escaping () throws -> Input, body: @escaping (inout Input) throws -> Output
  ) {
    self.name = name
    self.goal = goal
    instructionGoal = nil
    self.baseline = baseline
    operationsPerIteration = 1
    maximumIterations = 64
    sample = { iterations in
      var inputs = try (0..<iterations).map { _ in try setUp() }
      return try CPUCost.measure {
        for index in inputs.indices { _ = try body(&inputs[index]) }
      }
    }
  }
}

/// Benchmarks of one part of the product.
///
/// A suite lives in its own file and is named in ``BenchmarkSuite/all``.
public struct BenchmarkSuite: Sendable {
  /// The name on the command line.
  public let name: String

  /// Prepares the benchmarks; called once, before any of them runs.
  let benchmarks: @Sendable (BenchmarkData) throws -> [Benchmark]

  /// Creates a suite.
  public init(
    _ name: String, benchmarks: @escaping @Sendable (BenchmarkData) throws -> [Benchmark]
  ) {
    self.name = name
    self.benchmarks = benchmarks
  }
}

extension BenchmarkSuite {
  /// Every suite, in the order in which they run.
  public static let all: [BenchmarkSuite] = [
    .ssz, .stateTransition, .forkChoice, .unfinalized, .xmss, .aggregation, .network,
  ]
}
