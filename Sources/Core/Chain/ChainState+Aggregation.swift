internal import BlockBuilding
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Proposing
internal import SSZ

/// The proofs of one slot's votes that are being made here.
struct AggregationSession: Sendable {
  /// Jobs that have not ended.
  var openJobs: Int
  /// Proofs that were made.
  var proofs = 0
  /// What went wrong, if something did.
  var failure: String?
  /// From here on no further job of it starts.
  let deadline: UnixMilliseconds
  /// Whether the deadline has passed.
  var isOver = false
}

/// An aggregate of ours that waits for interval 2.
struct HeldAggregate: Sendable {
  let aggregate: SignedAggregatedAttestation
  let publishTime: UnixMilliseconds
}

// Interval 2: votes become proofs; started early when enough are here, published on the boundary.
extension ChainState {
  /// How long before interval 2 an aggregation may start.
  static let earlyAggregationMilliseconds: UInt64 = 600

  /// How long after its start an aggregation still starts jobs.
  static let aggregationMilliseconds: UInt64 = 800

  /// Jobs of one slot; the votes of one head are one, a fork makes two.
  static let maximumAggregationJobs = 2

  /// Jobs in the slot before a proposal of ours, which needs the prover.
  static let maximumAggregationJobsBeforeProposal = 1

  /// Votes split off one block.
  static let maximumReaggregations = 4

  mutating func aggregateIfReady(_ key: DutyLedger.Key) {
    let slot = key.slot
    let boundary = clock.start(of: .aggregation, in: slot)
    let (votes, expected) = (largestVoteCount(in: slot), expectedVotes)
    guard now >= boundary || (expected > 0 && votes * 3 >= expected * 2) else { return }
    let precedesProposal = isGateOpen && proposals[slot + 1] != nil
    let jobs = store.rankedAggregationJobs(
      currentSlot: slot,
      limit: precedesProposal
        ? ChainState.maximumAggregationJobsBeforeProposal : ChainState.maximumAggregationJobs)
    // Votes may still come: the duty stays open until it expires.
    guard !jobs.isEmpty else { return }
    duties.start(key, at: now)
    aggregations[slot] = AggregationSession(
      openJobs: jobs.count, deadline: now + ChainState.aggregationMilliseconds)
    emit(
      .duty(
        .aggregationStarted(
          slot: slot.rawValue, votes: votes, expected: expected,
          leadMilliseconds: boundary.signedMilliseconds(since: now))))
    for job in jobs { submit(.aggregate(job), for: .aggregation(slot)) }
  }

  /// The most votes for one thing in a slot.
  private func largestVoteCount(in slot: Slot) -> Int {
    store.attestationSignatures.entries.lazy.filter { $0.data.slot == slot }
      .map(\.signatures.count).max() ?? 0
  }

  private var expectedVotes: Int {
    configuration.expectedVotes(validatorCount: UInt64(store.validators.count))
  }

  /// Uses a proof, however late it is.
  mutating func takeAggregate(
    _ proof: SingleMessageAggregate, of job: AggregationJob, slot: Slot
  ) {
    let aggregate = SignedAggregatedAttestation(data: job.data, proof: proof)
    accept(VerifiedAggregate(trusting: aggregate), from: nil)
    let boundary = clock.start(of: .aggregation, in: slot)
    if now < boundary {
      heldAggregates.append(HeldAggregate(aggregate: aggregate, publishTime: boundary))
    } else {
      effects.append(.publishAggregate(aggregate))
    }
    aggregations[slot]?.proofs += 1
    endJob(of: slot)
  }

  mutating func failAggregate(_ reason: String, slot: Slot) {
    log(.error, "aggregating slot \(slot): \(reason)")
    aggregations[slot]?.failure = reason
    endJob(of: slot)
  }

  private mutating func endJob(of slot: Slot) {
    aggregations[slot]?.openJobs -= 1
    endAggregations()
  }

  mutating func publishHeldAggregates() {
    let due = heldAggregates.filter { $0.publishTime <= now }
    heldAggregates.removeAll { $0.publishTime <= now }
    for held in due { effects.append(.publishAggregate(held.aggregate)) }
  }

  /// Stops starting jobs at the deadline, and ends the duty with the last job.
  mutating func endAggregations() {
    for slot in aggregations.keys.sorted() {
      guard var session = aggregations[slot] else { continue }
      if now >= session.deadline, !session.isOver {
        session.isOver = true
        session.openJobs -= cancelWork { owner in
          if case .aggregation(slot) = owner { true } else { false }
        }
      }
      aggregations[slot] = session
      guard session.openJobs == 0 else { continue }
      let key = DutyLedger.Key(slot: slot, duty: .aggregation)
      if session.proofs > 0 {
        endDutyAsDone(key, reason: session.failure)
      } else {
        endDuty(key, session.failure == nil ? .missed : .failed, reason: session.failure)
      }
      aggregations[slot] = nil
    }
  }

  /// Asks for proofs of votes that reached us inside a block only; not in the slot before a proposal
  /// of ours, which must not find the prover busy with what costs nothing to leave out.
  mutating func reaggregate(_ block: SignedBlock) {
    guard isGateOpen, isRunning, block.block.slot + 1 >= currentSlot,
      proposals[currentSlot + 1] == nil
    else { return }
    let jobs = store.reaggregationJobs(of: block, limit: ChainState.maximumReaggregations)
    for job in jobs {
      submit(.reaggregate(job), for: .reaggregation(job.data, asked: currentSlot))
    }
  }

  /// Drops reaggregations that a slow prover has not come to within a slot: newer votes count now.
  mutating func dropOldReaggregations() {
    let slot = currentSlot
    cancelWork { owner in
      if case .reaggregation(_, let asked) = owner { asked + 1 < slot } else { false }
    }
  }

  mutating func takeReaggregate(_ proof: SingleMessageAggregate, of job: ReaggregationJob) {
    let aggregate = SignedAggregatedAttestation(data: job.data, proof: proof)
    accept(VerifiedAggregate(trusting: aggregate), from: nil)
    if isAggregator { effects.append(.publishAggregate(aggregate)) }
  }

  mutating func setAggregator(_ isOn: Bool) {
    guard isAggregator != isOn else { return }
    isAggregator = isOn
    emit(.duty(.aggregatorRole(enabled: isOn, subnets: configuration.committees)))
    let boundary = clock.start(of: .aggregation, in: currentSlot)
    if isOn, isRunning {
      if now < boundary { enterAggregation(currentSlot) }
      enterAggregation(currentSlot + 1)
    }
    guard !isOn else { return }
    for key in duties.open.keys.sorted() where key.duty == .aggregation {
      if duties.open[key]?.isRunning == false {
        endDuty(key, .missed, reason: "no longer an aggregator")
      }
    }
  }
}
