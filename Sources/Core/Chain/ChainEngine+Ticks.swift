internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Proposing

// The grid: which interval it is, what was missed, and when duties are entered.
extension ChainEngine {
  /// A jump of the wall clock from which on it counts as a new start.
  ///
  /// What was signed in between may be unknown: a restored snapshot of a machine wakes up with the
  /// journal of its past.
  static let restartJumpMilliseconds = Int64(Preset.millisecondsPerSlot)

  mutating func observeClock() {
    let step = clockMonitor.observe(reading)
    guard step != 0 else { return }
    perform([.emit(.clock(.clockStep(milliseconds: step)))])
    if step >= ChainEngine.restartJumpMilliseconds, isRunning { raiseFloors() }
  }

  /// Signs nothing before two slots from now, nor before the journal has made that durable.
  private mutating func raiseFloors() {
    firstSignedSlot = max(firstSignedSlot, moment.slot + 3)
    proposals.firstOwnSlot = max(proposals.firstOwnSlot, firstSignedSlot)
    awaitsFloors = true
    perform([.effect(.sign(.floors(through: firstSignedSlot.saturatingSubtract(1))))])
  }

  mutating func takeFloors(_ slot: Slot, _ failure: String?) {
    guard awaitsFloors, slot + 1 == firstSignedSlot else { return }
    guard let failure else {
      awaitsFloors = false
      return
    }
    perform([.log(.error, "nothing is signed until the journal has raised its floors: \(failure)")])
  }

  /// A timer that fires before its time finds nothing to do: the wall clock is slow or went back.
  mutating func countGuardSkip() {
    guard let nextDeadline, reading.wall < nextDeadline else { return }
    let interval = configuration.clock.interval(at: reading.wall)
    perform([
      .emit(
        .clock(
          .guardSkip(slot: interval.slot.rawValue, interval: Int(interval.name.rawValue))))
    ])
  }

  /// Begins the interval that the wall clock is in, if it has not begun.
  mutating func beginIntervals() {
    let previousSlot = ticks.latest?.slot
    guard let tick = ticks.advance(to: reading.wall) else { return }
    let occupation = busy.take()
    for interval in tick.missed {
      let start = configuration.clock.start(of: interval)
      perform([
        .emit(
          .clock(
            .missedInterval(
              slot: interval.slot.rawValue, interval: Int(interval.name.rawValue),
              latenessMilliseconds: reading.wall.signedMilliseconds(since: start),
              busyWith: occupation)))
      ])
    }
    scheduleDuties()
    updateGate()
    advanceStore(to: tick.interval)
    perform([.emit(.clock(.tick(latenessMilliseconds: Int64(tick.latenessMilliseconds))))])
    if tick.interval.slot != previousSlot { beginSlot() }
  }

  /// Moves the store's time; at interval 4 the pending voters are counted before they are promoted.
  private mutating func advanceStore(to interval: Interval) {
    let endedSlot =
      interval.name == .endOfSlot ? interval.slot : interval.slot.saturatingSubtract(1)
    let endOfSlot = Interval(.endOfSlot, of: endedSlot)
    if chain.store.time < endOfSlot, endOfSlot <= interval {
      toProposals(.coverage(endedSlot, voters: chain.pendingVoterCount))
    }
    let hasProposal =
      interval.name == .blockPublication && proposals.willPropose(in: interval.slot, moment)
    perform(chain.advance(to: interval, hasProposal: hasProposal))
    if interval.name == .safeTargetUpdate {
      perform([
        .duty(.stageStarted(.safeTarget, slot: interval.slot.rawValue)),
        .ended(.safeTarget, interval.slot, 0),
      ])
    }
  }

  /// Drops what only matters to slots that are over, and asks again for what did not come.
  private mutating func beginSlot() {
    toProposals(.slotBegan)
    toVotes(.slotBegan)
    toAggregation(.slotBegan)
    toBlocks(.slotBegan)
    perform(gate.tellSync(moment, chain.store, isNewSlot: true))
    if awaitsFloors, !clockMonitor.hasJumped {
      perform([.effect(.sign(.floors(through: firstSignedSlot.saturatingSubtract(1))))])
    }
  }

  mutating func updateGate() {
    perform(gate.update(moment, chain.store, newestSlot: chain.newestSlot))
  }

  // MARK: Duties

  mutating func becomeReady() {
    guard life == .waitingForNetwork else { return }
    life = .running
    proposals.firstOwnSlot = moment.slot + 2
    perform(chain.landmarks() + [gate.event] + gate.tellSync(moment, chain.store))
    scheduleDuties()
  }

  /// Enters the duties of every slot up to the next one that has none yet.
  mutating func scheduleDuties() {
    guard isRunning else { return }
    let (slot, clock) = (moment.slot, configuration.clock)
    let oldest = slot.saturatingSubtract(DutyEvent.slotsToldAfterGap)
    // At a start the current slot comes first: its vote can still be of use, but a block is possible
    // only while peers have not attested.
    let isStart = horizon == nil
    var next = horizon.map { max($0 + 1, oldest) } ?? slot
    while next <= slot + 1 {
      if !isStart || reading.wall < clock.start(of: .attestationProduction, in: next) {
        toProposals(.schedule(next))
      }
      perform(voting.handle(.schedule(next), at: moment, on: chain))
      toAggregation(.schedule(next))
      next = next + 1
    }
    horizon = max(horizon ?? Slot(0), slot + 1)
  }
}
