internal import ChainEvents
package import ChainWork
package import Consensus

// What time and surroundings mean for the phase: start, refresh, commit, publish, give up.
extension ProposalPipeline {
  mutating func proceed(_ step: inout Step) {
    if let reason = endReason(step) { return end(reason, &step) }
    switch phase {
    case .scheduled: startIfDue(&step)
    case .building(let attempt, _):
      if let reason = refreshReason(attempt, isSealed: false, step) {
        rebuild(attempt, reason, &step)
      }
    case .sealed(let attempt, let block):
      if let reason = refreshReason(attempt, isSealed: true, step) {
        rebuild(attempt, reason, &step)
      } else if !fits(block, step) {
        shrink(attempt, block, &step)
      } else if step.surroundings.isGateOpen, step.now >= commitTime(block, step.surroundings) {
        phase = .signing(attempt, block)
        step.actions.append(.sign(attempt, block))
      }
    case .prepared(let attempt, let block):
      if step.now >= times.slotStart { release(attempt, block, &step) }
    case .signing, .proving, .importing, .finished: break
    }
  }

  /// The next moment at which `proceed` can do more than now, if nothing else happens before.
  package func nextDeadline(
    after now: UnixMilliseconds, in surroundings: Surroundings
  ) -> UnixMilliseconds? {
    guard outcome == nil else { return nil }
    var moments = [times.slotStart, times.attestationTime, times.slotEnd]
    switch phase {
    case .scheduled: moments.append(startTime(surroundings))
    case .sealed(_, let block): moments.append(commitTime(block, surroundings))
    case .building, .signing, .proving, .prepared, .importing, .finished: break
    }
    if let shutDownTime { moments.append(shutDownTime) }
    return moments.filter { $0 > now }.min()
  }

  // MARK: Start

  /// When a prebuild starts.
  package func startTime(_ surroundings: Surroundings) -> UnixMilliseconds {
    switch policy.start {
    case .interval4: return times.latestStart
    case .off: return times.slotStart
    case .auto:
      let expected = surroundings.expected
      let cost =
        surroundings.costs.unsignedBuild(expected)
        + surroundings.costs.commit(attestations: expected.attestations)
      let earliest = min(surroundings.firstAggregate ?? times.earliestStart, times.earliestStart)
      let wanted = times.slotStart.saturatingSubtract(cost + policy.marginMilliseconds)
      // Peers attest before the block can be with them: an early start only leaves votes out, and
      // a parent as late as this block will be.
      guard earliest + cost <= times.attestationTime else { return times.latestStart }
      return max(earliest, min(wanted, times.latestStart))
    }
  }

  /// When a build of the expected size needs the prover to be free.
  package func proverNeededAt(
    _ expected: ExpectedBlock, _ costs: CostEstimator
  ) -> UnixMilliseconds {
    let commit = costs.commit(attestations: expected.attestations)
    let build = expected.compactedProofs > 0 ? costs.unsignedBuild(expected) : 0
    return times.slotStart.saturatingSubtract(commit + build + policy.marginMilliseconds)
  }

  private mutating func startIfDue(_ step: inout Step) {
    guard step.surroundings.isGateOpen else {
      if policy.start != .off, step.now >= startTime(step.surroundings) {
        fallbackReason = .gateOpenedLate
      }
      return
    }
    if step.now >= times.slotStart {
      if isForced {
        step.actions.append(.emit(.forceFallback(slot: slot.rawValue, .fired, reason: nil)))
      }
      begin(.full, fallback: isForced ? .forced : fallbackReason, &step)
    } else if !isForced, !isPrebuildOver, step.now >= startTime(step.surroundings) {
      begin(.full, fallback: nil, &step)
    }
  }

  // MARK: Refresh and commit

  /// Why an unsigned build is no longer the right one.
  ///
  /// A moved head always is a reason. A justified checkpoint or votes are one only before the
  /// slot, when the build is sealed and building again still meets the commit: inside the slot
  /// time is worth more.
  private func refreshReason(
    _ attempt: Attempt, isSealed: Bool, _ step: Step
  ) -> RefreshReason? {
    let (old, new) = (attempt.view, step.surroundings.view)
    if new.head != old.head { return .headMoved }
    guard isSealed, step.now < times.slotStart, policy.commit != .early else { return nil }
    let surroundings = step.surroundings
    let rebuilt = step.now + surroundings.costs.unsignedBuild(surroundings.expected)
    let commit = surroundings.costs.commit(attestations: surroundings.expected.attestations)
    guard rebuilt <= commitTime(commit) else { return nil }
    if new.justifiedSlot > old.justifiedSlot { return .justifiedAdvanced }
    let hasNewVotes = new.votesRevision != old.votesRevision
    return hasNewVotes && voteRefreshes < ProposalPipeline.maximumVoteRefreshes ? .newVotes : nil
  }

  private mutating func rebuild(
    _ attempt: Attempt, _ reason: RefreshReason, _ step: inout Step
  ) {
    if reason == .newVotes { voteRefreshes += 1 }
    step.actions.append(
      .emit(
        .refreshed(
          slot: slot.rawValue, reason, oldParent: attempt.view.head,
          newParent: step.surroundings.view.head)))
    let isInSlot = step.now >= times.slotStart
    begin(.full, fallback: isInSlot ? attempt.fallback ?? .headMoved : nil, &step)
  }

  func commitTime(_ block: SealedBlock, _ surroundings: Surroundings) -> UnixMilliseconds {
    let cost = surroundings.costs.commit(attestations: block.attestations)
    let onTime = commitTime(cost)
    guard policy.commit == .auto, !surroundings.isParentHere else { return onTime }
    return max(onTime, parentDeadline(cost, surroundings))
  }

  private func commitTime(_ cost: UInt64) -> UnixMilliseconds {
    switch policy.commit {
    case .early: times.earliestStart.saturatingSubtract(Preset.millisecondsPerSlot)
    case .auto: times.slotStart.saturatingSubtract(cost + policy.marginMilliseconds)
    case .late: times.slotStart
    }
  }

  /// How long it pays to wait for the block of the slot before.
  ///
  /// A block that reaches its peers before they attest must not wait. For one that cannot, a few
  /// hundred milliseconds are nothing, and signed on the wrong parent it would be worth nothing. The
  /// wait ends when the parent is overdue, or when the block would not be complete in its slot.
  private func parentDeadline(_ cost: UInt64, _ surroundings: Surroundings) -> UnixMilliseconds {
    guard times.latestStart + cost > times.attestationTime else { return times.earliestStart }
    let overdue = times.slotBefore + surroundings.usualArrivalMilliseconds
    let last = times.slotEnd.saturatingSubtract(cost)
    return min(
      overdue + policy.marginMilliseconds, last.saturatingSubtract(policy.marginMilliseconds))
  }

  /// Whether a block that is signed when its time comes will more likely than not be complete
  /// before its slot ends.
  private func fits(_ block: SealedBlock, _ step: Step) -> Bool {
    let commit = max(step.now, commitTime(block, step.surroundings))
    return commit + step.surroundings.costs.likelyCommit(attestations: block.attestations)
      < times.slotEnd
  }

  /// Tries with less, or gives up with the leaf unspent.
  private mutating func shrink(
    _ attempt: Attempt, _ block: SealedBlock, _ step: inout Step
  ) {
    guard block.attestations > 0, let level = attempt.level.next else {
      step.actions.append(.doubtCosts)
      return finish(.missed(.overrun), &step)
    }
    let isInSlot = step.now >= times.slotStart
    begin(level, fallback: isInSlot ? attempt.fallback ?? .notReady : nil, &step)
  }

  // MARK: Release

  /// Publishes a prepared block, or discards it as stale.
  private mutating func release(
    _ attempt: Attempt, _ block: SealedBlock, _ step: inout Step
  ) {
    let surroundings = step.surroundings
    if let reason = staleReason(block, surroundings) {
      let publishes = policy.stale == .publish && reason != .finalizedConflict
      guard publishes else { return discard(block, reason, &step) }
      step.actions.append(
        .warn("the block of slot \(slot.rawValue) is stale (\(reason.rawValue)), published anyway"))
    } else if surroundings.view.justifiedSlot > block.justifiedSlot {
      // Never a reason to discard: a minority fork that justified more would halt the chain.
      step.actions.append(
        .warn(
          "the block of slot \(slot.rawValue) justifies slot \(block.justifiedSlot.rawValue), "
            + "the store slot \(surroundings.view.justifiedSlot.rawValue)"))
    }
    phase = .importing(attempt, block)
    step.actions.append(.importAndPublish(attempt, block))
  }

  private func staleReason(
    _ block: SealedBlock, _ surroundings: Surroundings
  ) -> StaleReason? {
    guard surroundings.isGateOpen else { return .gateClosed }
    guard block.parentRoot != surroundings.view.head else { return nil }
    return surroundings.conflictsWithFinalized ? .finalizedConflict : .headMoved
  }

  private mutating func discard(
    _ block: SealedBlock, _ reason: StaleReason, _ step: inout Step
  ) {
    step.actions.append(
      .emit(
        .staleDiscard(
          slot: slot.rawValue, reason, root: block.root, oldParent: block.parentRoot,
          newParent: step.surroundings.view.head)))
    finish(.forfeited(reason), &step)
  }

  // MARK: End

  /// Why there will be no block, as far as time alone can tell.
  private func endReason(_ step: Step) -> MissReason? {
    if step.now >= times.slotEnd { return didClockStep ? .clockStepped : .overrun }
    let isSigned = committedRoot != nil
    if step.surroundings.isBarred, !isSigned { return .clockStepped }
    if let shutDownTime {
      // A signed block is worth the wait if its slot starts before we must be gone.
      let waits = isSigned && times.slotStart < shutDownTime && step.now < shutDownTime
      if !waits { return .shutdown }
    }
    let isTooLateToSync = step.now >= times.attestationTime && !step.surroundings.isGateOpen
    return isTooLateToSync && !isSigned ? .syncing : nil
  }

  private mutating func end(_ reason: MissReason, _ step: inout Step) {
    if case .prepared(_, let block) = phase, reason != .shutdown {
      // A stash never outlives its slot.
      discard(block, .expired, &step)
    } else {
      finish(.missed(reason), &step)
    }
  }
}
