package import ChainEvents
internal import Hashing

extension TimedEvent {
  /// How much the event matters to a person who watches.
  package var severity: Severity {
    switch event {
    case .clock(let event): event.severity
    case .duty(let event): event.severity
    case .proposal(let event): event.severity
    case .forkChoice(let event): event.severity
    case .network(let event): event.severity
    case .key(let event): event.severity
    case .node(let event): event.severity
    case .unknown: .info
    }
  }

  /// The event as a short sentence, without its name.
  package var sentence: String {
    switch event {
    case .clock(let event): event.sentence
    case .duty(let event): event.sentence
    case .proposal(let event): event.sentence
    case .forkChoice(let event): event.sentence
    case .network(let event): event.sentence
    case .key(let event): event.sentence
    case .node(let event): event.sentence
    case .unknown: "an event that this program does not know"
    }
  }
}

/// A number with its sign, as `+12` and `-3`.
func signed(_ value: some SignedInteger) -> String {
  value < 0 ? "\(value)" : "+\(value)"
}

/// Bytes as `412 kB`, or `295 B`.
func sized(_ bytes: Int) -> String {
  bytes >= 1000 ? "\((bytes + 500) / 1000) kB" : "\(bytes) B"
}

extension [UInt64] {
  /// Validators as `v1 v5 v9`, with the number of those left out.
  package func named(limit: Int = 12) -> String {
    let shown = prefix(limit).map { "v\($0)" }.joined(separator: " ")
    return count > limit ? "\(shown) and \(count - limit) more" : shown
  }
}

extension ClockEvent {
  fileprivate var severity: Severity {
    switch self {
    case .tick, .guardSkip, .clockOffset: .trace
    case .missedInterval, .clockStep, .processStopped: .warning
    }
  }

  fileprivate var sentence: String {
    switch self {
    case .tick(let lateness): "\(signed(lateness)) ms"
    case .missedInterval(let slot, let interval, let lateness, let busyWith):
      "interval \(interval) of slot \(slot) missed, \(lateness) ms late"
        + (busyWith.map { ", busy with \($0)" } ?? "")
    case .guardSkip(let slot, let interval): "interval \(interval) of slot \(slot) was handled"
    case .clockStep(let milliseconds): "the wall clock stepped by \(signed(milliseconds)) ms"
    case .processStopped(let milliseconds):
      "this process was stopped for \(Downtime.seconds(UInt64(max(0, milliseconds))))"
    case .clockOffset(let milliseconds, let source): "\(signed(milliseconds)) ms against \(source)"
    }
  }
}

extension DutyEvent {
  fileprivate var severity: Severity {
    switch self {
    case .scheduled, .stageStarted, .prover, .costModel, .aggregationStarted: .trace
    case .stageEnded(_, _, _, let failure): failure == nil ? .trace : .warning
    case .ended(_, _, _, let outcome, _): outcome == .done ? .trace : .warning
    case .attested, .aggregatorSkipped: .info
    case .aggregatorRole: .event
    }
  }

  fileprivate var sentence: String {
    switch self {
    case .scheduled(let duty, let slot, let validators):
      "\(duty.rawValue) of slot \(slot) for \(validators.members.named())"
    case .ended(let duty, let slot, _, let outcome, let reason):
      "\(duty.rawValue) of slot \(slot) \(outcome.rawValue)" + (reason.map { ": \($0)" } ?? "")
    case .stageStarted(let stage, let slot): "\(stage.rawValue) of slot \(slot)"
    case .stageEnded(let stage, let slot, let milliseconds, let failure):
      "\(stage.rawValue) of slot \(slot) took \(milliseconds) ms"
        + (failure.map { " and failed: \($0)" } ?? "")
    case .attested(let validators, let vote, let lateness):
      "slot \(vote.slot) \(validators.members.named(limit: 6)) head \(vote.head.root.short)"
        + " target \(vote.target.slot) \(signed(lateness)) ms"
    case .aggregationStarted(let slot, let votes, let expected, let lead):
      "slot \(slot) \(votes)/\(expected) votes, \(lead) ms before interval 2"
    case .aggregatorSkipped(let slot, let reason): "slot \(slot): \(reason)"
    case .aggregatorRole(let enabled, let subnets):
      enabled ? "on, subnets \(subnets.map(String.init).joined(separator: " "))" : "off"
    case .prover(let state, let slot, let waiting):
      state.rawValue + (slot.map { " of slot \($0)" } ?? "") + ", \(waiting) waiting"
    case .costModel(let model):
      "build \(model.buildMilliseconds) commit \(model.commitMilliseconds)"
        + " merge \(model.mergeMilliseconds) ms from \(model.samples) builds"
    }
  }
}

extension ProposalEvent {
  fileprivate var severity: Severity {
    switch self {
    case .scheduled, .prebuildStarted, .candidate, .committed, .coverage: .info
    case .prepared, .refreshed: .info
    case .staleDiscard: .warning
    case .forceFallback: .event
    case .outcome(let result):
      switch result.outcome {
      case .hit: .event
      case .late, .fallback: .warning
      case .forfeited, .missed: .critical
      }
    }
  }

  fileprivate var sentence: String {
    switch self {
    case .scheduled(let slot, let validator): "slot \(slot) by v\(validator)"
    case .prebuildStarted(let slot, let parent): "slot \(slot) on \(parent.short)"
    case .candidate(let candidate):
      "slot \(candidate.slot) \(candidate.root.short) on \(candidate.parent.short)"
        + " votes \(candidate.votes)/\(candidate.validators) in \(candidate.aggregates)"
    case .refreshed(let slot, let reason, _, let newParent):
      "slot \(slot) built again on \(newParent.short): \(reason.words)"
    case .committed(let slot, let root): "slot \(slot) leaf claimed for \(root.short)"
    case .prepared(let slot, let root, let bytes, let lead):
      "slot \(slot) \(root.short) \(sized(bytes)) ready \(lead) ms before the boundary"
    case .staleDiscard(let slot, let reason, let root, let oldParent, let newParent):
      "slot \(slot) \(root.short): \(reason.words), \(oldParent.short) -> \(newParent.short)"
    case .outcome(let result):
      "slot \(result.slot) \(result.outcome.words)" + (result.root.map { " \($0.short)" } ?? "")
    case .forceFallback(let slot, let state, let reason):
      "slot \(slot) \(state.rawValue)" + (reason.map { ": \($0)" } ?? "")
    case .coverage(let slot, _, let included, let known, let validators):
      "slot \(slot) carries \(included) of \(known) known votes, \(validators) validators"
    }
  }
}

extension ForkChoiceEvent {
  fileprivate var severity: Severity {
    switch self {
    case .attestation(let attestation): attestation.verdict == .rejected ? .warning : .trace
    case .aggregate(let aggregate): aggregate.verdict == .rejected ? .warning : .info
    case .blockGossip, .justification: .trace
    case .block, .blockPending, .head, .safeTarget: .info
    case .blockRejected, .reorg: .warning
    case .justified, .finalized: .event
    }
  }

  fileprivate var sentence: String {
    switch self {
    case .blockGossip(let slot, let block, let proposer, let from, let arrival, _):
      "slot \(slot) \(block.short)" + (proposer.map { " of v\($0)" } ?? "")
        + (from.map { " from \($0)" } ?? "") + (arrival.map { " at \(signed($0)) ms" } ?? "")
    case .block(let block):
      "slot \(block.slot) \(block.block.short)" + (block.proposer.map { " of v\($0)" } ?? "")
        + (block.arrivalMilliseconds.map { " at \(signed($0)) ms" } ?? "")
        + (block.importMilliseconds.map { ", imported in \($0) ms" } ?? "")
        + (block.isOurs ? ", ours" : "")
    case .blockPending(let slot, let block, let parent):
      "slot \(slot) \(block.short) waits for \(parent.short)"
    case .blockRejected(let slot, let block, let reason, let from):
      "slot \(slot) \(block.short) refused: \(reason)" + (from.map { " (\($0))" } ?? "")
    case .head(let slot, let block, _): "slot \(slot) \(block.short)"
    case .reorg(let depth, let oldSlot, let oldHead, let newSlot, let newHead):
      "depth \(depth): \(oldSlot.map { "\($0) " } ?? "")\(oldHead.short) -> \(newSlot) \(newHead.short)"
    case .justified(let slot, let block, _), .finalized(let slot, let block, _):
      "slot \(slot) \(block.short)"
    case .safeTarget(let slot, let block): "slot \(slot) \(block.short)"
    case .attestation(let attestation):
      "v\(attestation.validator) slot \(attestation.vote.slot) target"
        + " \(attestation.vote.target.slot)"
        + (attestation.arrivalMilliseconds.map { " at \(signed($0)) ms" } ?? "") + " "
        + verdict(attestation.verdict, attestation.reason)
    case .aggregate(let aggregate):
      "slot \(aggregate.vote.slot) \(aggregate.participants.count) votes for target"
        + " \(aggregate.vote.target.slot)" + (aggregate.bytes.map { " \(sized($0))" } ?? "")
        + (aggregate.verdict == nil ? "" : " from \(aggregate.from ?? "us")") + " "
        + verdict(aggregate.verdict, aggregate.reason)
    case .justification(let target, let voters, let validators):
      "target \(target.slot) has \(voters.count)/\(validators) votes on chain"
    }
  }

  private func verdict(_ verdict: Verdict?, _ reason: String?) -> String {
    guard let verdict else { return "" }
    return verdict == .accepted ? "" : verdict.rawValue + (reason.map { ": \($0)" } ?? "")
  }
}
