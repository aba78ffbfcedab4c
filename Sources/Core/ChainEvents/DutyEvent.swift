/// Duties, stages, votes of ours, the prover.
package enum DutyEvent: Equatable, Sendable {
  /// A vote or an aggregation is due in a slot.
  case scheduled(Duty, slot: UInt64, validators: ValidatorSet)
  /// A duty ended; each scheduled duty ends exactly once.
  case ended(Duty, slot: UInt64, validators: ValidatorSet, DutyOutcome, reason: String?)
  /// A stage of the work for a slot began.
  case stageStarted(Stage, slot: UInt64)
  /// A stage of the work for a slot ended; a failure says why.
  case stageEnded(Stage, slot: UInt64, milliseconds: Int64, failure: String?)
  /// Votes of ours left, this long after interval 1 began.
  case attested(validators: ValidatorSet, vote: Vote, latenessMilliseconds: Int64)
  /// An aggregation began; a positive lead means before interval 2.
  case aggregationStarted(slot: UInt64, votes: Int, expected: Int, leadMilliseconds: Int64)
  /// No aggregation in this slot.
  case aggregatorSkipped(slot: UInt64, reason: String)
  /// The aggregator role was set.
  case aggregatorRole(enabled: Bool, subnets: [UInt64])
  /// What the prover does now, and how many jobs wait.
  case prover(ProverState, slot: UInt64?, waiting: Int)
  /// What the cost model predicts now.
  case costModel(CostModel)
}

/// Predicted durations of the stages of a proposal, learned at run time.
package struct CostModel: Equatable, Sendable {
  /// The whole build, from select to merge.
  package var buildMilliseconds: Int64
  /// Sign, wrap and merge: what has to happen after the commit.
  package var commitMilliseconds: Int64
  /// The merge alone.
  package var mergeMilliseconds: Int64
  /// Builds that the model has seen.
  package var samples: Int
  /// Whether the merge takes the proposer's signature as it is, so that nothing is wrapped; `nil`
  /// where that is not told.
  package var foldsProposer: Bool?

  /// Creates a prediction.
  package init(
    buildMilliseconds: Int64, commitMilliseconds: Int64, mergeMilliseconds: Int64, samples: Int,
    foldsProposer: Bool? = nil
  ) {
    self.buildMilliseconds = buildMilliseconds
    self.commitMilliseconds = commitMilliseconds
    self.mergeMilliseconds = mergeMilliseconds
    self.samples = samples
    self.foldsProposer = foldsProposer
  }
}

extension DutyEvent {
  /// The newest slots of a gap in a node's life whose duties the node itself tells as missed.
  package static let slotsToldAfterGap: UInt64 = 64
}

extension DutyEvent: EventFamily {
  enum Name: String, CaseIterable {
    case scheduled = "duty_scheduled"
    case ended = "duty_ended"
    case stageStarted = "stage_started"
    case stageEnded = "stage_ended"
    case attested
    case aggregationStarted = "aggregation_started"
    case aggregatorSkipped = "aggregator_skipped"
    case aggregatorRole = "aggregator_role"
    case prover
    case costModel = "cost_model"
  }

  var name: Name {
    switch self {
    case .scheduled: .scheduled
    case .ended: .ended
    case .stageStarted: .stageStarted
    case .stageEnded: .stageEnded
    case .attested: .attested
    case .aggregationStarted: .aggregationStarted
    case .aggregatorSkipped: .aggregatorSkipped
    case .aggregatorRole: .aggregatorRole
    case .prover: .prover
    case .costModel: .costModel
    }
  }

  init(_ name: Name, _ field: FieldReader) throws(EventDecodingError) {
    self =
      switch name {
      case .scheduled:
        .scheduled(
          try field("duty"), slot: try field("slot"), validators: try field("validators"))
      case .ended:
        .ended(
          try field("duty"), slot: try field("slot"), validators: try field("validators"),
          try field("outcome"), reason: try field("reason"))
      case .stageStarted: .stageStarted(try field("stage"), slot: try field("slot"))
      case .stageEnded:
        .stageEnded(
          try field("stage"), slot: try field("slot"), milliseconds: try field("ms"),
          failure: try field("failure"))
      case .attested:
        .attested(
          validators: try field("validators"), vote: try field("data"),
          latenessMilliseconds: try field("late_ms"))
      case .aggregationStarted:
        .aggregationStarted(
          slot: try field("slot"), votes: try field("votes"), expected: try field("expected"),
          leadMilliseconds: try field("lead_ms"))
      case .aggregatorSkipped:
        .aggregatorSkipped(slot: try field("slot"), reason: try field("reason"))
      case .aggregatorRole:
        .aggregatorRole(enabled: try field("enabled"), subnets: try field("subnets"))
      case .prover:
        .prover(try field("state"), slot: try field("slot"), waiting: try field("waiting"))
      case .costModel:
        .costModel(
          CostModel(
            buildMilliseconds: try field("build_ms"), commitMilliseconds: try field("commit_ms"),
            mergeMilliseconds: try field("merge_ms"), samples: try field("samples"),
            foldsProposer: try field("folds_proposer")))
      }
  }

  func write(fields write: inout JSONWriter) {
    switch self {
    case .scheduled(let duty, let slot, let validators):
      write("duty", duty)
      write("slot", slot)
      write("validators", validators)
    case .ended(let duty, let slot, let validators, let outcome, let reason):
      write("duty", duty)
      write("slot", slot)
      write("validators", validators)
      write("outcome", outcome)
      write("reason", reason)
    case .stageStarted(let stage, let slot):
      write("stage", stage)
      write("slot", slot)
    case .stageEnded(let stage, let slot, let milliseconds, let failure):
      write("stage", stage)
      write("slot", slot)
      write("ms", milliseconds)
      write("failure", failure)
    case .attested(let validators, let vote, let lateness):
      write("validators", validators)
      write("data", vote)
      write("late_ms", lateness)
    case .aggregationStarted(let slot, let votes, let expected, let lead):
      write("slot", slot)
      write("votes", votes)
      write("expected", expected)
      write("lead_ms", lead)
    case .aggregatorSkipped(let slot, let reason):
      write("slot", slot)
      write("reason", reason)
    case .aggregatorRole(let enabled, let subnets):
      write("enabled", enabled)
      write("subnets", subnets)
    case .prover(let state, let slot, let waiting):
      write("state", state)
      write("slot", slot)
      write("waiting", waiting)
    case .costModel(let model):
      write("build_ms", model.buildMilliseconds)
      write("commit_ms", model.commitMilliseconds)
      write("merge_ms", model.mergeMilliseconds)
      write("samples", model.samples)
      write("folds_proposer", model.foldsProposer)
    }
  }
}
