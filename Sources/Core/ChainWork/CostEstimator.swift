package import ChainEvents

/// What the cost of a piece of work depends on.
package struct WorkSize: Hashable, Sendable {
  /// Raw signatures that enter the proof.
  package var signatures: Int

  /// Proofs that enter the proof: children, or components of a block.
  package var components: Int

  /// Creates a size; work that is neither signatures nor proofs has size zero.
  package init(signatures: Int = 0, components: Int = 0) {
    self.signatures = signatures
    self.components = components
  }
}

/// One measured duration.
package struct CostSample: Hashable, Sendable {
  /// The stage that ran.
  package var stage: Stage

  /// What went in.
  package var size: WorkSize

  /// How long it ran; time in the queue is another matter.
  package var milliseconds: UInt64

  /// Creates a sample.
  package init(stage: Stage, size: WorkSize, milliseconds: UInt64) {
    self.stage = stage
    self.size = size
    self.milliseconds = milliseconds
  }
}

extension CostSample {
  /// What signatures take of which only the mean is known.
  ///
  /// Signing tries random bytes until a message fits, so its times are spread as waiting times are:
  /// these are the middles of their ten tenths. Every second one comes first, so that the newer half,
  /// which ``CostEstimator/doubtCommit()`` keeps, is spread as all of them are.
  package static func signing(meanMilliseconds mean: Double) -> [CostSample] {
    [0.051, 0.288, 0.598, 1.050, 1.897, 0.163, 0.431, 0.799, 1.386, 2.996].map { share in
      CostSample(
        stage: .sign, size: WorkSize(), milliseconds: UInt64((max(0, mean) * share).rounded()))
    }
  }
}

/// Predicts how long each stage will take, from what it took before.
///
/// One stage is fixed + per signature + per component, fitted by least squares over the newest
/// samples. A prediction is that mean times the ninth decile of (measured / mean): the plan
/// shall hold nine times in ten. Nothing is known at start, so the first samples come from a
/// measurement at start (`ChainConfiguration.costSamples`) or from the defaults.
package struct CostEstimator: Hashable, Sendable {
  /// Samples kept for each stage; old ones say little about a machine that got busy.
  static let windowLength = 32

  /// What a stage costs before anything was measured.
  static let unmeasuredMilliseconds = 40.0

  /// Whether the merge takes the proposer's signature as it is, so that nothing is wrapped.
  package let foldsProposer: Bool

  private var samples: [Stage: [CostSample]] = [:]
  private var fits: [Stage: Fit] = [:]

  /// Creates a model from what was measured before the node's first duty.
  package init(_ measured: [CostSample] = [], foldsProposer: Bool = false) {
    self.foldsProposer = foldsProposer
    for sample in measured { observe(sample) }
  }

  /// Takes a measurement in.
  package mutating func observe(_ sample: CostSample) {
    var window = samples[sample.stage, default: []]
    if window.count == CostEstimator.windowLength { window.removeFirst() }
    window.append(sample)
    samples[sample.stage] = window
    fits[sample.stage] = Fit(window)
  }

  /// Forgets the older half of what was measured of the stages after the commit.
  ///
  /// Only a proposal measures them, so a prediction that kept one from being tried cannot correct
  /// itself. A slow prover that got fast is found out after a few slots; a leaf that is not used in
  /// its slot is worth nothing, so trying costs nothing.
  package mutating func doubtCommit() {
    for stage in [Stage.sign, .wrap, .merge] {
      guard let window = samples[stage] else { continue }
      let kept = Array(window.suffix(window.count / 2))
      samples[stage] = kept.isEmpty ? nil : kept
      fits[stage] = kept.isEmpty ? nil : Fit(kept)
    }
  }

  /// How many measurements a prediction rests on.
  package func sampleCount(_ stage: Stage) -> Int {
    samples[stage]?.count ?? 0
  }

  /// The mean cost in milliseconds.
  package func mean(_ stage: Stage, _ size: WorkSize = WorkSize()) -> UInt64 {
    let mean = fits[stage].map { $0.mean(size) } ?? CostEstimator.unmeasuredMilliseconds
    return UInt64(mean.rounded(.up))
  }

  /// The cost in milliseconds that nine of ten runs keep.
  package func prediction(_ stage: Stage, _ size: WorkSize = WorkSize()) -> UInt64 {
    guard let fit = fits[stage] else { return mean(stage, size) }
    return UInt64((fit.mean(size) * fit.ninthDecile).rounded(.up))
  }

  /// The cost in milliseconds that half of the runs keep; one run that hung does not move it.
  package func likely(_ stage: Stage, _ size: WorkSize = WorkSize()) -> UInt64 {
    guard let fit = fits[stage] else { return mean(stage, size) }
    return UInt64((fit.mean(size) * fit.median).rounded(.up))
  }
}

/// A line through the samples of one stage, and how far they scatter above it.
private struct Fit: Hashable {
  private(set) var fixed: Double
  private(set) var perSignature: Double
  private(set) var perComponent: Double
  private(set) var ninthDecile = 1.0
  private(set) var median = 1.0

  /// Fits by regressing on components first and signatures on what is left.
  ///
  /// Two one-variable fits instead of a joint one: in practice a stage varies in one of them only,
  /// and a joint fit of nearly equal sizes is ill-conditioned. Slopes below zero are noise.
  init(_ samples: [CostSample]) {
    let costs = samples.map { Double($0.milliseconds) }
    let components = samples.map { Double($0.size.components) }
    let signatures = samples.map { Double($0.size.signatures) }
    perComponent = Fit.slope(components, costs)
    let rest = zip(costs, components).map { [perComponent] in $0 - $1 * perComponent }
    perSignature = Fit.slope(signatures, rest)
    let constant = zip(rest, signatures).map { [perSignature] in $0 - $1 * perSignature }
    fixed = max(0, Fit.average(constant))
    let ratios = samples.map { Double($0.milliseconds) / max(mean($0.size), 1) }.sorted()
    ninthDecile = max(1, ratios[(ratios.count * 9 - 1) / 10])
    median = ratios[(ratios.count - 1) / 2]
  }

  func mean(_ size: WorkSize) -> Double {
    fixed + perSignature * Double(size.signatures) + perComponent * Double(size.components)
  }

  private static func average(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  private static func slope(_ sizes: [Double], _ costs: [Double]) -> Double {
    let (meanSize, meanCost) = (average(sizes), average(costs))
    var covariance = 0.0
    var variance = 0.0
    for (size, cost) in zip(sizes, costs) {
      covariance += (size - meanSize) * (cost - meanCost)
      variance += (size - meanSize) * (size - meanSize)
    }
    return variance > 0 ? max(0, covariance / variance) : 0
  }
}
