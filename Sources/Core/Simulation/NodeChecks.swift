internal import Chain
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ

/// The invariants of one engine between a start and the next.
struct NodeChecks: Sendable {
  typealias Finding = (invariant: Invariant, text: String)

  /// Ticks may be this late.
  static let tickLimitMilliseconds: Int64 = 50

  private struct DutyKey: Hashable, Comparable {
    let slot: UInt64
    let duty: String

    static func < (left: DutyKey, right: DutyKey) -> Bool {
      (left.slot, left.duty) < (right.slot, right.duty)
    }
  }

  private var openDuties: Set<DutyKey> = []
  private var endedDuties: Set<DutyKey> = []
  /// Whether the last tick was on a clock that nobody has touched since.
  private var isClockSettled = false
  /// Our blocks in the order of what must happen to them.
  private var imported: Set<Bytes32> = []
  private var published: Set<Bytes32> = []
  private var covered: Set<Bytes32> = []
  /// Aggregations started in a slot.
  private var aggregationsStarted: [UInt64: Int] = [:]

  mutating func check(_ call: EngineCall, _ leaves: LeafCheck) -> Finding? {
    for event in call.events {
      if let finding = check(event, call, leaves) { return finding }
    }
    for effect in call.effects {
      if let finding = check(effect, call) { return finding }
    }
    return checkDuties(call) ?? checkStore(call) ?? checkStash(call)
  }

  // MARK: Events

  private mutating func check(
    _ event: ChainEvent, _ call: EngineCall, _ leaves: LeafCheck
  ) -> Finding? {
    switch event {
    case .clock(.tick(let lateness)): return checkTick(lateness, call)
    case .clock(.missedInterval(let slot, let interval, _, _)):
      guard isClockSettled, !call.hasClockStep else { return nil }
      return (.ticksAreOnTime, "interval \(interval) of slot \(slot) was missed")
    case .duty(.scheduled(let duty, let slot, _)): return open(duty.rawValue, slot)
    case .duty(.ended(let duty, let slot, _, _, _)): return end(duty.rawValue, slot)
    case .proposal(let event): return check(event, leaves)
    case .forkChoice(.block(let block)):
      if block.isOurs { imported.insert(block.block) }
      return nil
    case .clock, .duty, .forkChoice, .network, .key, .node, .unknown: return nil
    }
  }

  /// The clock was stepped: the next tick may be anywhere.
  mutating func moveClock() {
    isClockSettled = false
  }

  /// The first tick after a start, and one after a step of the clock, may be anywhere.
  private mutating func checkTick(_ lateness: Int64, _ call: EngineCall) -> Finding? {
    defer { isClockSettled = true }
    guard isClockSettled, !call.hasClockStep, lateness > NodeChecks.tickLimitMilliseconds else {
      return nil
    }
    return (.ticksAreOnTime, "a tick was \(lateness) ms late")
  }

  private mutating func check(_ event: ProposalEvent, _ leaves: LeafCheck) -> Finding? {
    switch event {
    case .scheduled(let slot, _): return open("proposal", slot)
    case .outcome(let result):
      return end("proposal", result.slot) ?? checkOutcome(result, leaves)
    case .coverage(let slot, let block, _, _, _):
      guard imported.contains(block) else {
        return (.coverageToldOnce, "coverage of slot \(slot) told before the import")
      }
      guard covered.insert(block).inserted else {
        return (.coverageToldOnce, "coverage of slot \(slot) told twice")
      }
      return nil
    case .prebuildStarted, .candidate, .refreshed, .committed, .prepared, .staleDiscard,
      .forceFallback:
      return nil
    }
  }

  private func checkOutcome(_ result: ProposalResult, _ leaves: LeafCheck) -> Finding? {
    switch result.outcome {
    case .hit, .fallback:
      guard let root = result.root, covered.contains(root) else {
        return (.coverageToldOnce, "no coverage for the block of slot \(result.slot)")
      }
      return nil
    case .missed(.proverFailed(let stage)):
      let isUnsigned = [Stage.select, .compact, .seal].contains(stage)
      let isSpent = leaves.hasProposal(
        of: ValidatorIndex(result.validator), slot: Slot(result.slot))
      guard isUnsigned, isSpent else { return nil }
      return (.failedBuildSpendsNothing, "\(stage) of slot \(result.slot) failed after a signature")
    case .forfeited, .missed: return nil
    }
  }

  // MARK: Duties

  private mutating func open(_ duty: String, _ slot: UInt64) -> Finding? {
    let key = DutyKey(slot: slot, duty: duty)
    guard !endedDuties.contains(key), openDuties.insert(key).inserted else {
      return (.oneOutcomePerDuty, "\(duty) of slot \(slot) was scheduled twice")
    }
    return nil
  }

  private mutating func end(_ duty: String, _ slot: UInt64) -> Finding? {
    let key = DutyKey(slot: slot, duty: duty)
    guard openDuties.remove(key) != nil else {
      return (.oneOutcomePerDuty, "\(duty) of slot \(slot) ended but was not open")
    }
    endedDuties.insert(key)
    return nil
  }

  private func checkDuties(_ call: EngineCall) -> Finding? {
    let slot = call.clock.slot(at: call.wall).rawValue
    guard let overdue = openDuties.filter({ $0.slot + 1 < slot }).min() else { return nil }
    return (
      .oneOutcomePerDuty, "\(overdue.duty) of slot \(overdue.slot) is still open in slot \(slot)"
    )
  }

  // MARK: Effects

  private mutating func check(_ effect: ChainState.Effect, _ call: EngineCall) -> Finding? {
    switch effect {
    case .publishBlock(let signed):
      let block = signed.block
      published.insert(block.hashTreeRoot())
      let slot = block.slot
      guard call.wall >= call.clock.start(in: slot) else {
        return (.publishedInItsSlot, "the block of slot \(slot) left before the slot")
      }
      guard call.wall < call.clock.start(in: Slot(slot.rawValue + 1)) else {
        return (.publishedInItsSlot, "the block of slot \(slot) left after the slot")
      }
      return nil
    case .work(let work): return check(work, call)
    case .emit, .sign, .publishAttestations, .publishAggregate, .requestBlocks, .judge, .persist,
      .stopped, .fatal:
      return nil
    }
  }

  private mutating func check(_ work: Work, _ call: EngineCall) -> Finding? {
    guard work.lane == .prover else { return nil }
    let waiting = call.after.waitingProverWork.min()
    if let waiting, waiting < work.job.priority {
      return (.proverServesByPriority, "\(work.job.priority) started while \(waiting) waited")
    }
    guard case .aggregate = work.job else { return nil }
    let slot = call.clock.slot(at: call.wall)
    aggregationsStarted[slot.rawValue, default: 0] += 1
    let precedesProposal =
      call.after.gate.state.isOpen
      && call.after.openProposals.contains(Slot(slot.rawValue + 1))
    guard precedesProposal, aggregationsStarted[slot.rawValue, default: 0] > 1 else { return nil }
    return (.proverServesByPriority, "two aggregations in slot \(slot), before our proposal")
  }

  // MARK: State

  private func checkStore(_ call: EngineCall) -> Finding? {
    let store = call.after.store
    if let before = call.before.store, !call.hasTick, !call.importsOwnBlock,
      !call.acceptsOwnAggregate, before != store
    {
      return (.buildingMovesNothing, "the end of a build changed the store")
    }
    let wasPromoted = call.before.pendingVotes > 0 && store.newPayloads.isEmpty
    // After a longer way interval 4 may have promoted them.
    let isSlotStart =
      store.time.name == .blockPublication && store.time == call.before.time + 1
    guard wasPromoted, isSlotStart else { return nil }
    let proposes = call.before.openProposals.contains(store.time.slot)
    guard proposes, call.after.gate.state.isOpen else {
      return (.promotionOnlyToPropose, "votes were promoted at slot \(store.time.slot)")
    }
    return nil
  }

  private func checkStash(_ call: EngineCall) -> Finding? {
    let slot = call.clock.slot(at: call.wall)
    guard let stale = call.after.preparedSlots.first(where: { $0 < slot }) else { return nil }
    return (.stashEndsWithItsSlot, "a block of slot \(stale) is held in slot \(slot)")
  }
}

extension EngineCall {
  var hasClockStep: Bool {
    events.contains { if case .clock(.clockStep) = $0 { true } else { false } }
  }

  /// An interval began in the same call, so the store's time moved as it should.
  var hasTick: Bool {
    events.contains { if case .clock(.tick) = $0 { true } else { false } }
  }

  var importsOwnBlock: Bool {
    effects.contains { if case .publishBlock = $0 { true } else { false } }
  }

  /// Votes that were proved here enter our own store too.
  var acceptsOwnAggregate: Bool {
    events.contains { if case .forkChoice(.aggregate) = $0 { true } else { false } }
  }
}
