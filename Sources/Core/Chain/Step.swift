internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Proposing

/// What a machine of the engine wants done; the router does it.
enum Step: Sendable {
  /// Something outside the engine.
  case effect(ChainEngine.Effect)
  /// Work on its lane.
  case run(ChainJob)
  /// Drop the waiting work of some duty.
  case cancel(ChainJob.Owner)
  /// A block has entered the store: whoever waited for it goes on.
  case imported(ImportedBlockNews)
  /// A block that votes keep naming should be fetched.
  case want(Bytes32, namedBy: String)
  /// Votes of ours have been sent: they count like others.
  case count([SignedAttestation])
  /// An aggregate of this slot has entered the store.
  case aggregateCounts(Slot)
  /// A stage that no lane ran has been measured.
  case measured(CostSample)
  /// Predicted costs kept a block from being tried.
  case doubtCosts

  static func emit(_ event: ChainEvent) -> Step { .effect(.emit(event)) }
  static func duty(_ event: DutyEvent) -> Step { .emit(.duty(event)) }
  static func forkChoice(_ event: ForkChoiceEvent) -> Step { .emit(.forkChoice(event)) }
  static func proposal(_ event: ProposalEvent) -> Step { .emit(.proposal(event)) }

  /// A line for the operator.
  static func log(_ level: LogLevel, _ message: String) -> Step {
    .emit(.node(.log(level, source: "chain", message: message)))
  }

  /// A verdict, if the network waits for one.
  static func judge(_ origin: MessageOrigin?, _ verdict: Verdict) -> [Step] {
    guard let number = origin?.awaited else { return [] }
    return [.effect(.judge(gossip: number, verdict))]
  }

  /// The end of a stage.
  static func ended(
    _ stage: Stage, _ slot: Slot, _ milliseconds: UInt64, failure: String? = nil
  ) -> Step {
    .emit(
      .duty(
        .stageEnded(
          stage, slot: slot.rawValue, milliseconds: Int64(milliseconds), failure: failure)))
  }
}

/// A block that has just entered the store.
struct ImportedBlockNews: Sendable {
  let block: SignedBlock
  let root: Bytes32
  let isOurs: Bool
}

/// When a machine is called, and what it has to know of the rest of the engine.
struct Moment: Sendable {
  let reading: ClockReading
  let clock: SlotClock
  /// Whether duties run: the network is ready and nobody has asked us to stop.
  let isRunning: Bool
  /// Whether our view is fresh enough to sign.
  let isGateOpen: Bool
  /// Whether votes are aggregated here.
  let isAggregator: Bool
  /// The first slot that may be signed for: later than now after a jump of the clock.
  let firstSignedSlot: Slot
  /// Whether the journal has still to make that durable.
  let awaitsFloors: Bool
  let costs: CostEstimator

  /// The wall clock.
  var now: UnixMilliseconds { reading.wall }

  /// The slot by the wall clock.
  var slot: Slot { clock.slot(at: now) }

  /// Whether a signature for the slot could be the second one.
  func isBarred(_ slot: Slot) -> Bool { slot < firstSignedSlot || awaitsFloors }

  /// When something happened, counted from the start of a slot.
  func arrival(in slot: Slot) -> Int64 { now.signedMilliseconds(since: clock.start(in: slot)) }

  /// The last slot whose messages may be here already, for clocks that disagree.
  ///
  /// The store's time is never behind the wall clock here, so honest messages that waited behind
  /// work are not taken for the future.
  func latestAcceptableSlot(_ store: Store) -> Slot {
    (max(store.time, clock.interval(at: now)) + Preset.gossipDisparityIntervals).slot
  }
}
