internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Proposing

// The grid: which interval it is, what was missed, and the store's time.
extension ChainState {
  mutating func observeClock(_ reading: ClockReading) {
    let step = clockMonitor.observe(reading) ?? 0
    hasClockJumped = step > 0
    if step != 0 { emit(.clock(.clockStep(milliseconds: step))) }
  }

  /// A timer that fires before its time finds nothing to do: the wall clock is slow or went back.
  mutating func countGuardSkip() {
    guard let nextDeadline, now < nextDeadline else { return }
    let interval = clock.interval(at: now)
    emit(
      .clock(
        .guardSkip(slot: interval.slot.rawValue, interval: Int(interval.name.rawValue))))
  }

  /// Begins the interval that the wall clock is in, if it has not begun.
  mutating func beginIntervals() {
    let previousSlot = ticks.latest?.slot
    guard case .ticked(let tick) = ticks.advance(to: now) else { return }
    let occupation = busy.take()
    for interval in tick.missed {
      emit(
        .clock(
          .missedInterval(
            slot: interval.slot.rawValue, interval: Int(interval.name.rawValue),
            latenessMilliseconds: now.signedMilliseconds(since: clock.start(of: interval)),
            busyWith: occupation)))
    }
    scheduleDuties()
    updateGate()
    advanceStore(to: tick.interval)
    emit(.clock(.tick(latenessMilliseconds: Int64(tick.latenessMilliseconds))))
    if tick.interval.slot != previousSlot { beginSlot() }
  }

  /// Moves the store's time, one interval after the other, so that no interval's action is lost.
  private mutating func advanceStore(to interval: Interval) {
    // Snapshots of coverage are worth something only before the promotion of interval 4.
    let endedSlot =
      interval.name == .endOfSlot ? interval.slot : interval.slot.saturatingSubtract(1)
    let endOfSlot = Interval(.endOfSlot, of: endedSlot)
    if store.time < endOfSlot, endOfSlot <= interval { snapshotCoverage(of: endedSlot) }
    let hasProposal = interval.name == .blockPublication && willPropose(in: interval.slot)
    changeStore { store in store.onTick(to: interval, hasProposal: hasProposal) }
    if interval.name == .safeTargetUpdate {
      emit(.duty(.stageStarted(.safeTarget, slot: interval.slot.rawValue)))
      tellEnd(of: .safeTarget, interval.slot, 0, failure: nil)
    }
  }

  /// Changes the store and tells what that changed.
  @discardableResult
  mutating func changeStore<Answer, Failure: Error>(
    _ change: (inout Store) throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    let before = Landmarks(store)
    let answer = try change(&store)
    storeRevision += 1
    tellChanges(since: before)
    return answer
  }

  /// The roots and checkpoints whose movements are events.
  struct Landmarks {
    let head: BlockNode
    let safeTarget: Bytes32
    let justified: Checkpoint
    let finalized: Checkpoint

    init(_ store: Store) {
      head = store.headNode
      safeTarget = store.safeTarget
      justified = store.latestJustified
      finalized = store.latestFinalized
    }
  }

  private mutating func tellChanges(since before: Landmarks) {
    let head = store.headNode
    if head.root != before.head.root {
      tellHead()
      tellReorg(from: before.head, to: head)
    }
    if store.latestJustified != before.justified { tellJustified() }
    if store.latestFinalized != before.finalized {
      tellFinalized()
      keepFinalized()
    }
    if store.safeTarget != before.safeTarget { tellSafeTarget() }
    if head.root != before.head.root { tellJustifications() }
  }

  /// Tells where the chain stands: after a restart readers know nothing, and nothing may move.
  mutating func tellLandmarks() {
    tellHead()
    tellJustified()
    tellFinalized()
    tellSafeTarget()
    tellGate()
  }

  private mutating func tellHead() {
    let head = store.headNode
    emit(
      .forkChoice(
        .head(slot: head.slot.rawValue, block: head.root, state: head.block.stateRoot)))
  }

  private mutating func tellJustified() {
    emit(.forkChoice(checkpoint(store.latestJustified, ForkChoiceEvent.justified)))
  }

  private mutating func tellFinalized() {
    emit(.forkChoice(checkpoint(store.latestFinalized, ForkChoiceEvent.finalized)))
  }

  private mutating func tellSafeTarget() {
    guard let block = store.tree[store.safeTarget] else { return }
    emit(.forkChoice(.safeTarget(slot: block.slot.rawValue, block: block.root)))
  }

  /// Keeps what a restart begins from, and forgets what no fork choice can need any more.
  private mutating func keepFinalized() {
    let root = store.latestFinalized.root
    if let block = store.block(root), let state = store.state(after: root) {
      effects.append(.persist(.anchor(block, state)))
    }
    store.pruneFinalized()
    pendingBlocks.discard(through: store.latestFinalized.slot)
  }

  private mutating func tellReorg(from old: BlockNode, to new: BlockNode) {
    guard !store.tree.isAncestor(old.checkpoint, of: new.checkpoint) else { return }
    let depth = store.tree.chain(from: old.root).prefix { block in
      !store.tree.isAncestor(block.checkpoint, of: new.checkpoint)
    }
    emit(
      .forkChoice(
        .reorg(
          depth: depth.count { _ in true }, oldSlot: old.slot.rawValue, oldHead: old.root,
          newSlot: new.slot.rawValue, newHead: new.root)))
  }

  private func checkpoint(
    _ checkpoint: Checkpoint, _ event: (UInt64, Bytes32, Bytes32) -> ForkChoiceEvent
  ) -> ForkChoiceEvent {
    let state = store.block(checkpoint.root)?.stateRoot ?? .zero
    return event(checkpoint.slot.rawValue, checkpoint.root, state)
  }

  mutating func updateGate() {
    let newest = store.tree.nodes.lazy.map(\.slot).max() ?? store.headNode.slot
    let hasChanged = gate.update(
      wallSlot: currentSlot, headSlot: store.headNode.slot, newestBlockSlot: newest)
    if hasChanged { tellGate() }
    tellSync()
  }

  private mutating func tellGate() {
    emit(.network(.syncGate(open: gate.state.isOpen, reason: gate.state.rawValue)))
  }

  /// Drops what only matters to slots that are over, and asks again for blocks that did not come.
  private mutating func beginSlot() {
    let oldest = currentSlot.saturatingSubtract(1)
    firstAggregates = firstAggregates.filter { $0.key >= oldest }
    seenVotes.forget(before: oldest)
    // Gossip waits for a verdict on each; nobody is to blame for a block that never came.
    for message in pendingVotes.takeOld(before: oldest) { judge(message.origin, .ignored) }
    coverage = coverage.filter { $0.key >= oldest }
    dropOldReaggregations()
    requestMissingBlocks()
    if toldSync?.state == .syncing { tellSync(again: true) }
  }
}
