/// One operation by what its cost depends on.
public enum AggregationWork: Hashable, Sendable {
  /// Making ready, once.
  case prepare

  /// Folding signatures and child proofs.
  case aggregate(signatures: Int, children: Int)

  /// Merging single-message proofs.
  case merge(components: Int)

  /// Splitting one component out.
  case split(components: Int)

  /// Checking a proof of either kind.
  case verify(signers: Int, components: Int)
}

/// A cost that grows in straight lines: fixed + signatures × a + proofs × b.
public struct LinearCost: Hashable, Sendable {
  /// What every call costs.
  public let fixed: Duration

  /// What each raw signature, or each signer, adds.
  public let perSignature: Duration

  /// What each child or component adds.
  public let perProof: Duration

  /// Creates a cost; parts left out are nothing.
  public init(fixed: Duration, perSignature: Duration = .zero, perProof: Duration = .zero) {
    self.fixed = fixed
    self.perSignature = perSignature
    self.perProof = perProof
  }

  func latency(signatures: Int, proofs: Int) -> Duration {
    fixed + perSignature * signatures + perProof * proofs
  }
}

/// How long a prover takes, as a few straight lines fitted to published figures.
public struct AggregationCostModel: Hashable, Sendable {
  /// The name in settings and on screen.
  public let name: String

  /// Where the figures come from, in one line.
  public let source: String

  /// Making ready.
  public let prepare: LinearCost

  /// Folding signatures and children.
  public let aggregate: LinearCost

  /// Merging components.
  public let merge: LinearCost

  /// Splitting one component out.
  public let split: LinearCost

  /// Checking a proof.
  public let verify: LinearCost

  /// Creates a model.
  public init(
    name: String, source: String, prepare: LinearCost, aggregate: LinearCost, merge: LinearCost,
    split: LinearCost, verify: LinearCost
  ) {
    self.name = name
    self.source = source
    self.prepare = prepare
    self.aggregate = aggregate
    self.merge = merge
    self.split = split
    self.verify = verify
  }

  /// The time that `work` takes.
  public func latency(of work: AggregationWork) -> Duration {
    switch work {
    case .prepare: prepare.latency(signatures: 0, proofs: 0)
    case .aggregate(let signatures, let children):
      aggregate.latency(signatures: signatures, proofs: children)
    case .merge(let components): merge.latency(signatures: 0, proofs: components)
    case .split(let components): split.latency(signatures: 0, proofs: components)
    case .verify(let signers, let components):
      verify.latency(signatures: signers, proofs: components)
    }
  }
}

extension AggregationCostModel {
  /// Every preset, the fastest first.
  public static let presets = [m4Max, ethlambda, gean, twoCores]

  /// The preset called `name`; `nil` for any other name.
  public init?(named name: String) {
    guard let preset = Self.presets.first(where: { $0.name == name }) else { return nil }
    self = preset
  }

  /// A fast laptop: Apple M4 Max.
  ///
  /// Two proofs fold into one in 0.35 to 0.57 s, so 0.23 s each; verification takes 80 ms, the low
  /// end of what is published. A fixed part and a cost for each signature are not published for this
  /// machine: those of ethlambda's are taken.
  public static let m4Max = AggregationCostModel(
    name: "m4-max", source: "M4 Max, 2-to-1 recursion 0.35 to 0.57 s (gean #433)",
    prepare: LinearCost(fixed: .seconds(5)),
    aggregate: LinearCost(
      fixed: .zero, perSignature: .milliseconds(30), perProof: .milliseconds(230)),
    merge: LinearCost(fixed: .zero, perProof: .milliseconds(230)),
    split: LinearCost(fixed: .milliseconds(230)),
    verify: LinearCost(fixed: .milliseconds(80)))

  /// Servers of ethlambda's devnet: whole block builds take 0.5 to 3 s for 2 to 16 components.
  public static let ethlambda = AggregationCostModel(
    name: "ethlambda", source: "whole block builds 0.5 to 3 s (ethlambda #465)",
    prepare: LinearCost(fixed: .seconds(10)),
    aggregate: LinearCost(
      fixed: .milliseconds(300), perSignature: .milliseconds(30), perProof: .milliseconds(180)),
    merge: LinearCost(fixed: .milliseconds(140), perProof: .milliseconds(180)),
    split: LinearCost(fixed: .milliseconds(500)),
    verify: LinearCost(fixed: .milliseconds(100)))

  /// Machines of gean's devnet.
  ///
  /// Merging 1, 2, 3, 5, 9 components takes 1.5, 2.9, 3.8, 5.7, 11.3 s (#442): 0.3 s and 1.2 s for
  /// each, within 0.7 s. Small groups take 2.25 s and 0.183 s for each signature (#433).
  public static let gean = AggregationCostModel(
    name: "gean", source: "merge 1.5 to 11.3 s for 1 to 9 components (gean #442, #433)",
    prepare: LinearCost(fixed: .seconds(10)),
    aggregate: LinearCost(
      fixed: .milliseconds(2_250), perSignature: .milliseconds(183), perProof: .milliseconds(1_200)),
    merge: LinearCost(fixed: .milliseconds(300), perProof: .milliseconds(1_200)),
    split: LinearCost(fixed: .milliseconds(1_500)),
    verify: LinearCost(fixed: .milliseconds(130)))

  /// Two Zen 3 cores with AVX2, measured with leanMultisig's `devnet5` line: too slow for a slot.
  ///
  /// 1, 4, 16 signatures 0.63, 0.83, 1.19 s; 2, 3, 4 components 5.4, 9.7, 10.6 s; split 3.0 s;
  /// verification 65 to 75 ms; set-up 10 s.
  public static let twoCores = AggregationCostModel(
    name: "two-cores", source: "leanMultisig devnet5, 2 vCPU Zen 3 with AVX2, WHIR rate 1/4",
    prepare: LinearCost(fixed: .seconds(10)),
    aggregate: LinearCost(
      fixed: .milliseconds(630), perSignature: .milliseconds(36), perProof: .milliseconds(2_600)),
    merge: LinearCost(fixed: .milliseconds(770), perProof: .milliseconds(2_600)),
    split: LinearCost(fixed: .seconds(3)),
    verify: LinearCost(fixed: .milliseconds(70)))
}
