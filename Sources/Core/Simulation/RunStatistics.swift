package import ChainEvents

/// What came of the duties of one run, counted from the events of its nodes.
package struct RunStatistics: Sendable, Equatable {
  /// Prepared blocks published unchanged before peers voted.
  package private(set) var hits = 0
  /// Prepared blocks published unchanged when peers had begun to vote.
  package private(set) var lates = 0
  /// Blocks built inside the slot, by reason.
  package private(set) var fallbacks: [FallbackReason: Int] = [:]
  /// Signed blocks discarded with nothing published, by reason.
  package private(set) var forfeits: [StaleReason: Int] = [:]
  /// Signed blocks that were no longer right when their slot started, by reason.
  package private(set) var staleDiscards: [StaleReason: Int] = [:]
  /// Slots of ours without a block for another reason.
  package private(set) var misses: [MissReason: Int] = [:]
  /// Unsigned candidates built again.
  package private(set) var refreshes = 0
  /// Milliseconds from slot start to publication.
  package private(set) var publishOffsets = Tally()
  /// Validators with a vote in a published block, in thousandths of all.
  package private(set) var votesIncluded = Tally()

  /// Attestation duties by outcome.
  package private(set) var attestations: [DutyOutcome: Int] = [:]
  /// Aggregation duties by outcome.
  package private(set) var aggregations: [DutyOutcome: Int] = [:]
  /// Votes whose head is the block of their own slot.
  package private(set) var headVotesWon = 0
  /// Votes cast.
  package private(set) var headVotes = 0

  /// Intervals whose duties did not run because the engine was late, by interval.
  package private(set) var missedIntervals = [0, 0, 0, 0, 0]
  /// Ticks that had been handled already.
  package private(set) var guardSkips = 0

  /// Wall slot minus head slot, sampled at the end of every slot on every live node.
  package private(set) var headLags = Tally()
  /// Head slot minus finalized slot, sampled likewise.
  package private(set) var finalityLags = Tally()
  /// Node-slots simulated.
  package private(set) var nodeSlots = 0

  /// Slots from the last fault until every honest node had finalized a newer block, one a run.
  package private(set) var recoveries = Tally()
  /// Slots from the last fault until every honest node had finalized anything more, one a run.
  package private(set) var firstSteps = Tally()
  /// Recoveries that took more slots than the strict bound.
  package private(set) var slowRecoveries = 0
  /// Runs after whose stall the protocol may need more slots than the strict bound.
  package private(set) var longStalls = 0

  /// Creates statistics of nothing.
  package init() {}

  /// Proposals that ended.
  package var proposals: Int {
    hits + lates + fallbacks.values.reduce(0, +) + forfeits.values.reduce(0, +)
      + misses.values.reduce(0, +)
  }

  /// Counts an event.
  package mutating func count(_ event: ChainEvent) {
    switch event {
    case .proposal(let event): count(event)
    case .duty(.ended(.attestation, _, let validators, let outcome, _)):
      attestations[outcome, default: 0] += validators.count
    case .duty(.ended(.aggregation, _, _, let outcome, _)):
      aggregations[outcome, default: 0] += 1
    case .duty(.attested(let validators, let vote, _)):
      headVotes += validators.count
      if vote.head.slot == vote.slot { headVotesWon += validators.count }
    case .clock(.missedInterval(_, let interval, _, _)): missedIntervals[interval] += 1
    case .clock(.guardSkip): guardSkips += 1
    case .clock, .duty, .forkChoice, .network, .key, .node, .unknown: break
    }
  }

  private mutating func count(_ event: ProposalEvent) {
    switch event {
    case .refreshed: refreshes += 1
    case .staleDiscard(_, let reason, _, _, _): staleDiscards[reason, default: 0] += 1
    case .coverage(_, _, let included, _, let validators):
      votesIncluded.count(validators > 0 ? included * 1000 / validators : 0)
    case .outcome(let result):
      switch result.outcome {
      case .hit(let offset):
        hits += 1
        publishOffsets.count(Int(offset))
      case .late(let offset):
        lates += 1
        publishOffsets.count(Int(offset))
      case .fallback(let reason, let offset):
        fallbacks[reason, default: 0] += 1
        publishOffsets.count(Int(offset))
      case .forfeited(let reason): forfeits[reason, default: 0] += 1
      case .missed(let reason): misses[reason, default: 0] += 1
      }
    case .scheduled, .prebuildStarted, .candidate, .committed, .prepared, .forceFallback: break
    }
  }

  /// Counts the state of a node at the end of a slot.
  package mutating func countSlot(headLag: Int, finalityLag: Int) {
    headLags.count(headLag)
    finalityLags.count(finalityLag)
    nodeSlots += 1
  }

  /// Counts how a run came out of its faults.
  mutating func count(_ recovery: LivenessCheck.Recovery) {
    recoveries.count(recovery.slots)
    firstSteps.count(recovery.firstStep)
    if recovery.bound > SimulationOptions.livenessSlots { longStalls += 1 }
    if recovery.slots > SimulationOptions.livenessSlots { slowRecoveries += 1 }
  }

  /// Adds the counts of another run.
  package mutating func merge(_ other: RunStatistics) {
    hits += other.hits
    lates += other.lates
    fallbacks.merge(other.fallbacks, uniquingKeysWith: +)
    forfeits.merge(other.forfeits, uniquingKeysWith: +)
    staleDiscards.merge(other.staleDiscards, uniquingKeysWith: +)
    misses.merge(other.misses, uniquingKeysWith: +)
    refreshes += other.refreshes
    publishOffsets.merge(other.publishOffsets)
    votesIncluded.merge(other.votesIncluded)
    attestations.merge(other.attestations, uniquingKeysWith: +)
    aggregations.merge(other.aggregations, uniquingKeysWith: +)
    headVotesWon += other.headVotesWon
    headVotes += other.headVotes
    missedIntervals = zip(missedIntervals, other.missedIntervals).map(+)
    guardSkips += other.guardSkips
    headLags.merge(other.headLags)
    finalityLags.merge(other.finalityLags)
    nodeSlots += other.nodeSlots
    recoveries.merge(other.recoveries)
    firstSteps.merge(other.firstSteps)
    longStalls += other.longStalls
    slowRecoveries += other.slowRecoveries
  }
}
