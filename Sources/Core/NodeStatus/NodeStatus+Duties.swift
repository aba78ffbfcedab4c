internal import ChainEvents

extension NodeStatus {
  /// Blocks of ours that wait for finality; with more of them the oldest stay undecided.
  static let undecidedLimit = 256

  /// Decides what became of our blocks that finality has reached.
  mutating func decideFates(by finalized: VotePoint) {
    while let block = undecided.first, block.slot <= finalized.slot {
      undecided.removeFirst()
      // A tree that has forgotten either block, or misses one between them, cannot tell.
      guard let isCanonical = tree.descends(finalized.root, from: block.root) else { continue }
      if !isCanonical { counters.orphans += 1 }
      let usurper = isCanonical ? nil : tree.rival(of: block.root, below: finalized.root)
      proposals.update(block.slot) {
        $0.fate = isCanonical ? .canonical : .orphaned
        $0.orphanedBy = usurper
      }
    }
  }

  mutating func fold(_ event: DutyEvent) {
    switch event {
    case .scheduled: break
    case .aggregationStarted(let slot, let votes, let expected, let lead):
      lastAggregation = (slot, votes, expected, lead)
    case .stageStarted(let stage, let slot):
      let start = milliseconds(of: timeMilliseconds, inSlot: slot)
      updateSlot(slot) { record in
        guard record.spans.count < SlotRecord.spanLimit else { return }
        record.spans.append(StageSpan(stage: stage, start: start))
      }
    case .stageEnded(let stage, let slot, let milliseconds, let failure):
      endStage(stage, slot: slot, took: Int32(near: milliseconds), failed: failure != nil)
      if let failure { note(.stageFailed(stage, reason: failure.brief), slot: slot) }
    case .attested(let validators, let vote, _):
      guard vote.slot <= wallSlot + SlotHistory.lookahead else { break }
      for validator in validators.members { recordVote(of: validator, vote) }
      tally.add(vote, by: validators)
    case .ended(let duty, let slot, let validators, let outcome, let reason):
      countDuty(duty, outcome, validators)
      if duty == .attestation, outcome == .late { incidents.lateVotes = min(slot, wallSlot) }
      if outcome != .done { note(.duty(duty, outcome, reason: reason?.brief), slot: slot) }
    case .aggregatorSkipped(let slot, let reason):
      counters.countAggregatorSkip(reason)
      note(.aggregatorSkipped(reason: reason.brief), slot: slot)
    case .aggregatorRole(let isEnabled, let subnets): aggregator = (isEnabled, subnets)
    case .prover(let state, let slot, let waiting): prover = (state, slot, waiting)
    case .costModel(let model): costModel = model
    }
  }

  /// Ends the newest open run of a stage, or adds a whole run when its start was lost.
  private mutating func endStage(_ stage: Stage, slot: UInt64, took: Int32, failed: Bool) {
    let end = milliseconds(of: timeMilliseconds, inSlot: slot)
    updateSlot(slot) { record in
      if let open = record.spans.lastIndex(where: { $0.stage == stage && $0.end == nil }) {
        record.spans[open].end = max(end, record.spans[open].start)
        record.spans[open].failed = failed
      } else if record.spans.count < SlotRecord.spanLimit {
        let start = end.subtractingReportingOverflow(max(0, took)).partialValue
        record.spans.append(
          StageSpan(stage: stage, start: min(start, end), end: end, failed: failed))
      }
    }
  }

  private mutating func countDuty(_ duty: Duty, _ outcome: DutyOutcome, _ validators: ValidatorSet)
  {
    switch duty {
    case .aggregation: counters.aggregations[outcome, default: 0] += 1
    case .attestation:
      counters.attestations[outcome, default: 0] += 1
      for validator in validators.members {
        updateValidator(validator) {
          if outcome == .done { $0.attested += 1 } else { $0.unattested += 1 }
        }
      }
    }
  }

  mutating func fold(_ event: ProposalEvent) {
    // A proposal further ahead than the registry is long cannot be the next of anyone.
    guard event.slot <= wallSlot + ValidatorSet.limit else {
      futureEvents += 1
      return
    }
    switch event {
    case .scheduled(let slot, let validator):
      updateSlot(slot) { $0.ownProposer = validator }
      proposals.update(slot) { $0.validator = validator }
    case .prebuildStarted(let slot, let parent):
      let start = milliseconds(of: timeMilliseconds, inSlot: slot)
      proposals.update(slot) {
        $0.preparedAt = $0.preparedAt ?? start
        $0.parent = parent
      }
    case .candidate(let candidate):
      proposals.update(candidate.slot) {
        $0.candidate = candidate
        $0.parent = candidate.parent
        $0.votes = candidate.votes
      }
    case .refreshed(let slot, let reason, _, let newParent):
      counters.refreshes[reason, default: 0] += 1
      proposals.update(slot) {
        $0.refreshCount += 1
        $0.parent = newParent
        if $0.refreshes.count < ProposalRecord.refreshLimit { $0.refreshes.append(reason) }
      }
    case .committed(let slot, let root):
      let time = milliseconds(of: timeMilliseconds, inSlot: slot)
      proposals.update(slot) {
        $0.committedRoot = root
        $0.committedAt = time
      }
    case .prepared(let slot, _, let bytes, let lead):
      proposals.update(slot) {
        $0.bytes = bytes
        $0.lead = lead
      }
    case .staleDiscard(let slot, let reason, _, let oldParent, let newParent):
      let time = milliseconds(of: timeMilliseconds, inSlot: slot)
      counters.staleDiscards[reason, default: 0] += 1
      proposals.update(slot) {
        $0.discard = ProposalRecord.Discard(
          reason: reason, milliseconds: time, oldParent: oldParent, newParent: newParent)
      }
    case .outcome(let result): end(result, wall: wallSlot)
    case .forceFallback(let slot, let state, _):
      if state == .fired { counters.forced += 1 }
      proposals.update(slot) { $0.force = state }
    case .coverage(let slot, _, let included, let known, _):
      change(slot) {
        $0.votes = included
        $0.knownVotes = known
      }
    }
  }

  /// Changes a proposal and counts it once it turns out to carry too few votes.
  private mutating func change(_ slot: UInt64, _ change: (inout ProposalRecord) -> Void) {
    var hasTurnedThin = false
    proposals.update(slot) {
      let wasThin = $0.isThin
      change(&$0)
      hasTurnedThin = !wasThin && $0.isThin
    }
    if hasTurnedThin { counters.thinBlocks += 1 }
  }

  mutating func end(_ result: ProposalResult, wall: UInt64) {
    // A slot ends once; what is said of it again changes neither counters nor table.
    guard proposals[result.slot]?.outcome == nil else { return }
    counters.count(result.outcome)
    change(result.slot) {
      $0.validator = result.validator
      $0.outcome = result.outcome
      $0.votes = result.votes ?? $0.votes
      $0.bytes = result.bytes ?? $0.bytes
    }
    slots.update(result.slot, wall: wall) {
      $0.ownProposer = result.validator
      $0.outcome = result.outcome
    }
    updateValidator(result.validator) { validator in
      switch result.outcome {
      case .hit, .late, .fallback: validator.proposed += 1
      case .forfeited, .missed: validator.unproposed += 1
      }
    }
    switch result.outcome {
    case .hit, .late, .fallback:
      if let root = result.root {
        undecided.append(VotePoint(root: root, slot: result.slot), limit: NodeStatus.undecidedLimit)
      }
      if result.outcome.publishOffset ?? 0 >= Int64(EventStamp.intervalMilliseconds) {
        incidents.lateBlock = min(result.slot, wall)
      }
    case .missed(.restartFloor), .missed(.shutdown): break
    // Whoever ends a node in order knows what that costs.
    case .missed(.nodeDown) where stopped != nil: break
    case .forfeited, .missed: incidents.missedProposal = min(result.slot, wall)
    }
  }
}
