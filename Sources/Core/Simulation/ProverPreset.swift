package import Aggregation
internal import ChainEvents
internal import ChainWork
internal import Proposing

/// How long the prover of every simulated node takes.
package struct ProverPreset: Sendable, Hashable {
  /// The name on the command line and in reports.
  package let name: String

  /// The latency of each operation.
  package let model: AggregationCostModel

  /// Whether the merge takes the proposer's signature as it is, and no proof can be taken apart again:
  /// leanVM of July 2026.
  package let folds: Bool

  private init(name: String, model: AggregationCostModel, folds: Bool = false) {
    self.name = name
    self.model = model
    self.folds = folds
  }

  /// Proofs in no time: what is left is consensus.
  package static let instant = ProverPreset(mergeMilliseconds: 0)

  /// A prover that needs `mergeMilliseconds` for a block's merge, whatever is merged.
  ///
  /// Aggregating, compacting and wrapping take a quarter, splitting a half and verifying a
  /// fifteenth: about the proportions that are published for real provers.
  package init(mergeMilliseconds: Int, folds: Bool = false) {
    precondition(mergeMilliseconds >= 0, "a merge of \(mergeMilliseconds) ms")
    let name = "\(folds ? "folding" : "merge")-\(mergeMilliseconds)"
    func cost(_ divisor: Int) -> LinearCost {
      LinearCost(fixed: .milliseconds(mergeMilliseconds / divisor))
    }
    self.init(
      name: name,
      model: AggregationCostModel(
        name: name, source: "chosen for an experiment", prepare: cost(1), aggregate: cost(4),
        merge: cost(1), split: cost(2), verify: cost(15)), folds: folds)
  }

  /// The names of the published cost models.
  package static let publishedNames = AggregationCostModel.presets.map(\.name)

  /// The preset called `name`: `instant`, `merge-MILLISECONDS`, `folding-MILLISECONDS`, or a published
  /// cost model.
  package init?(named name: String) {
    if name == "instant" {
      self = .instant
    } else if let dash = name.firstIndex(of: "-"), ["merge", "folding"].contains(name[..<dash]),
      let merge = Int(name[dash...].dropFirst()), (0...60_000).contains(merge)
    {
      self.init(mergeMilliseconds: merge, folds: name.hasPrefix("folding"))
    } else if let model = AggregationCostModel(named: name) {
      self.init(name: name, model: model)
    } else {
      return nil
    }
  }
}

extension ProverPreset {
  /// Whether the protocol can finalize at its own pace with this prover.
  ///
  /// A block must be with its peers before they vote, 0.8 s into its slot, and has nothing to justify
  /// before the votes of the slot before can be proofs, at its interval 2: 3.2 s, of which packets,
  /// verification, selection and a tenth more than the model take the rest. A slower prover loses
  /// blocks and votes without any fault, so no bound on its finality holds.
  package var keepsUp: Bool {
    let wrap =
      folds ? 0 : model.latency(of: .aggregate(signatures: 1, children: 0)).wholeMilliseconds
    let merge = model.latency(of: .merge(components: 3)).wholeMilliseconds
    return wrap + merge <= ProverPreset.latestMilliseconds
  }

  private static let latestMilliseconds = 2600

  /// What a node would have measured before its first duty.
  var costSamples: [CostSample] {
    func sample(_ stage: Stage, _ size: WorkSize, _ work: AggregationWork) -> CostSample {
      CostSample(
        stage: stage, size: size, milliseconds: UInt64(model.latency(of: work).wholeMilliseconds))
    }
    let proposer: [CostSample] =
      folds
      ? [
        sample(.merge, WorkSize(signatures: 1, components: 1), .merge(components: 1)),
        sample(.merge, WorkSize(signatures: 1, components: 2), .merge(components: 2)),
      ]
      : [
        sample(.wrap, WorkSize(signatures: 1), .aggregate(signatures: 1, children: 0)),
        sample(.merge, WorkSize(components: 2), .merge(components: 2)),
        sample(.merge, WorkSize(components: 3), .merge(components: 3)),
      ]
    return proposer + [
      sample(.compact, WorkSize(components: 2), .aggregate(signatures: 0, children: 2)),
      sample(.aggregate, WorkSize(signatures: 4), .aggregate(signatures: 4, children: 0)),
    ]
  }
}
