package import Aggregation
private import Foundation

/// What a prover's calls took on this machine, in milliseconds: what plans start from.
package struct MeasuredCosts: Codable, Hashable, Sendable {
  /// The generation that was measured.
  package var generation: String

  /// Two signatures to a proof, verified.
  package var aggregateMilliseconds: Double

  /// One, two, three and four proofs and a proposer's signature to the proof of a block.
  package var mergeMilliseconds: [Double]

  /// A signature, on average: how long one takes varies by a factor of ten.
  package var signMilliseconds: Double

  /// Checking the proof of a block.
  package var verifyMilliseconds: Double

  /// leanVM on two Sapphire Rapids cores with nothing else to do: for a machine that was not measured.
  package static let leanVM = MeasuredCosts(
    generation: "py-lean-pq 0.7.0", aggregateMilliseconds: 680,
    mergeMilliseconds: [1_900, 3_300, 4_800, 6_300], signMilliseconds: 300, verifyMilliseconds: 26)

  /// Creates figures.
  package init(
    generation: String, aggregateMilliseconds: Double, mergeMilliseconds: [Double],
    signMilliseconds: Double, verifyMilliseconds: Double
  ) {
    self.generation = generation
    self.aggregateMilliseconds = aggregateMilliseconds
    self.mergeMilliseconds = mergeMilliseconds
    self.signMilliseconds = signMilliseconds
    self.verifyMilliseconds = verifyMilliseconds
  }

  /// Reads what was kept; `nil` when there is nothing or it is of another generation.
  package init?(path: String, generation: String) {
    guard let data = FileManager.default.contents(atPath: path), data.count < 64 << 10,
      let found = try? JSONDecoder().decode(Self.self, from: data),
      found.generation == generation, found.mergeMilliseconds.count > 1,
      found.mergeMilliseconds.count <= AggregationLimits.maximumComponents,
      (found.mergeMilliseconds + [
        found.aggregateMilliseconds, found.signMilliseconds, found.verifyMilliseconds,
      ]).allSatisfy({ (0...3_600_000).contains($0) })
    else { return nil }
    self = found
  }

  /// Keeps the figures for later runs.
  package func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(self).write(to: URL(filePath: path), options: .atomic)
  }

  /// The figures as straight lines, for a prover that folds the proposer in.
  ///
  /// A merge counts the proposer as a component, though a signature costs much less than a proof: so
  /// the fixed part is below zero, and the sum of it and of one component is not.
  package var model: AggregationCostModel {
    let one = mergeMilliseconds[0]
    let perProof =
      max(
        0,
        (mergeMilliseconds[mergeMilliseconds.count - 1] - one)
          / Double(mergeMilliseconds.count - 1))
    func duration(_ milliseconds: Double) -> Duration {
      .milliseconds(Int(milliseconds.rounded()))
    }
    return AggregationCostModel(
      name: generation, source: "measured here", prepare: LinearCost(fixed: .seconds(3)),
      aggregate: LinearCost(
        fixed: duration(aggregateMilliseconds), perSignature: .milliseconds(6),
        perProof: duration(perProof)),
      merge: LinearCost(fixed: duration(one - 2 * perProof), perProof: duration(perProof)),
      split: LinearCost(fixed: .zero), verify: LinearCost(fixed: duration(verifyMilliseconds)))
  }
}
