internal import ChainEvents
internal import Consensus
internal import Proposing

// The ledger: what is due, entered ahead of time and ended exactly once.
extension ChainState {
  /// Slots of a gap for which duties are still entered, so that each is told as missed.
  static let scheduleGapLimit: UInt64 = 64

  mutating func becomeReady() {
    guard life == .waitingForNetwork else { return }
    life = .running
    firstOwnSlot = currentSlot + 2
    tellLandmarks()
    tellJustifications()
    tellSync()
    scheduleDuties()
  }

  /// Enters the duties of every slot up to the next one that has none yet.
  mutating func scheduleDuties() {
    guard isRunning else { return }
    let last = currentSlot + 1
    let oldest = currentSlot.saturatingSubtract(ChainState.scheduleGapLimit)
    // At a start the current slot comes first: its vote can still be of use.
    let first = duties.horizon.map { max($0 + 1, oldest) } ?? currentSlot
    var slot = first
    while slot <= last {
      schedule(slot)
      slot = slot + 1
    }
    duties.raiseHorizon(to: last)
  }

  private mutating func schedule(_ slot: Slot) {
    // At a start inside a slot a block is possible only while peers have not attested.
    let isStart = duties.horizon == nil
    if !isStart || now < clock.start(of: .attestationProduction, in: slot) {
      scheduleProposal(slot)
    }
    if !configuration.validators.isEmpty { enterAttestation(slot) }
    if isAggregator { enterAggregation(slot) }
  }

  private mutating func enterAttestation(_ slot: Slot) {
    enter(
      .attestation, slot,
      DutyLedger.Entry(
        validators: configuration.validators,
        due: clock.start(of: .attestationProduction, in: slot),
        lateAt: clock.start(of: .aggregation, in: slot), expires: clock.start(in: slot + 1)))
  }

  mutating func enterAggregation(_ slot: Slot) {
    let boundary = clock.start(of: .aggregation, in: slot)
    enter(
      .aggregation, slot,
      DutyLedger.Entry(
        validators: [],
        due: boundary.saturatingSubtract(ChainState.earlyAggregationMilliseconds),
        lateAt: clock.start(of: .safeTargetUpdate, in: slot),
        expires: clock.start(of: .endOfSlot, in: slot)))
  }

  private mutating func enter(_ duty: Duty, _ slot: Slot, _ entry: DutyLedger.Entry) {
    let key = DutyLedger.Key(slot: slot, duty: duty)
    guard duties.open[key] == nil else { return }
    duties.enter(key, entry)
    emit(
      .duty(
        .scheduled(
          duty, slot: slot.rawValue, validators: ValidatorSet(entry.validators.map(\.rawValue)))))
  }

  /// Starts what is due and ends what is over.
  mutating func runDuties() {
    guard isRunning else { return }
    for key in duties.expired(at: now) { expire(key) }
    for key in duties.due(at: now) {
      switch key.duty {
      case .attestation: produceAttestations(key)
      case .aggregation: aggregateIfReady(key)
      }
    }
    publishHeldAggregates()
    endAggregations()
    republishIfDue()
  }

  /// Ends a duty and tells how; a second end of the same duty says nothing.
  mutating func endDuty(_ key: DutyLedger.Key, _ outcome: DutyOutcome, reason: String? = nil) {
    guard let entry = duties.end(key) else { return }
    emit(
      .duty(
        .ended(
          key.duty, slot: key.slot.rawValue,
          validators: ValidatorSet(entry.validators.map(\.rawValue)), outcome, reason: reason)))
  }

  /// Ends a duty that was done, in time or late.
  mutating func endDutyAsDone(_ key: DutyLedger.Key, reason: String? = nil) {
    guard let entry = duties.open[key] else { return }
    endDuty(key, now < entry.lateAt ? .done : .late, reason: reason)
  }

  private mutating func expire(_ key: DutyLedger.Key) {
    guard let entry = duties.open[key] else { return }
    switch key.duty {
    case .attestation where !entry.isRunning && !isGateOpen:
      endDuty(key, .gated, reason: gate.state.rawValue)
    case .attestation:
      endDuty(key, .missed, reason: entry.isRunning ? "signing took too long" : "overrun")
    case .aggregation where entry.isRunning: endDuty(key, .late, reason: "still proving")
    case .aggregation:
      emit(.duty(.aggregatorSkipped(slot: key.slot.rawValue, reason: "no_votes")))
      endDuty(key, .missed, reason: "no votes to aggregate")
    }
  }
}
