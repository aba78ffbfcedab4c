internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Proposing

// What people want: forced fallbacks, roles, the clock, the end.
extension ChainState {
  /// From the request to stop until everything is over.
  ///
  /// Two seconds less the 200 ms in which a signal is noticed and what it takes to close the files.
  static let shutDownMilliseconds: UInt64 = 1700

  mutating func obey(_ command: OperatorCommand) {
    let result =
      switch command {
      case .forceFallback: forceFallback()
      case .disarmFallback: disarmFallback()
      case .becomeAggregator: changeRole(to: true)
      case .stopAggregating: changeRole(to: false)
      case .acceptClock: acceptClock()
      }
    emit(.node(.operatorAction(action: command.rawValue, result: result)))
  }

  private func nextProposal() -> Slot? {
    proposals.keys.sorted().first { now < clock.start(in: $0) }
  }

  /// The slot of our next proposal by the schedule, if any validator of ours proposes.
  private var nextProposalSlot: Slot? {
    (1...UInt64(store.validators.count)).lazy.map { currentSlot + $0 }
      .first { isOurs(proposer(of: $0)) }
  }

  private mutating func forceFallback() -> String {
    if let slot = nextProposal() {
      handProposal(slot, .force)
      return proposals[slot]?.pipeline.isForced == true
        ? "slot \(slot) will be built inside its slot" : "refused: the leaf is spent"
    }
    guard let slot = nextProposalSlot else { return "no validator of ours proposes" }
    isForceArmed = true
    emit(.proposal(.forceFallback(slot: slot.rawValue, .armed, reason: nil)))
    return "armed for slot \(slot)"
  }

  private mutating func disarmFallback() -> String {
    if isForceArmed {
      isForceArmed = false
      emit(
        .proposal(
          .forceFallback(slot: (nextProposalSlot ?? currentSlot).rawValue, .disarmed, reason: nil)))
      return "disarmed"
    }
    guard let slot = nextProposal() else { return "nothing is armed" }
    let wasForced = proposals[slot]?.pipeline.isForced == true
    handProposal(slot, .disarm)
    return wasForced ? "disarmed" : "nothing is armed"
  }

  private mutating func changeRole(to isOn: Bool) -> String {
    guard isAggregator != isOn else { return "no change" }
    setAggregator(isOn)
    return isOn ? "aggregating" : "not aggregating"
  }

  /// Resumes at the wall clock after it went back; the journal refuses what was signed before.
  private mutating func acceptClock() -> String {
    guard ticks.restart(at: now) else { return "the clock is not behind" }
    duties.lowerHorizon(to: currentSlot)
    beginIntervals()
    return "resumed at slot \(currentSlot)"
  }

  // MARK: The end

  mutating func shutDown() {
    switch life {
    case .stopping, .stopped: return
    case .waitingForNetwork, .running: break
    }
    emit(.node(.stopping(reason: "asked to stop")))
    let end = now + ChainState.shutDownMilliseconds
    life = .stopping(by: end)
    cancelWork { owner in
      if case .proposal = owner { false } else { true }
    }
    for key in duties.open.keys.sorted() { endDuty(key, .missed, reason: "shutdown") }
    aggregations.removeAll()
    for slot in proposals.keys.sorted() { handProposal(slot, .shutDown(by: end)) }
  }

  /// A database that fails means that nothing from here on would survive: end, do not linger.
  mutating func die(_ reason: String) {
    log(.error, "the chain database failed: \(reason)")
    shutDown()
    for slot in proposals.keys.sorted() { handProposal(slot, .shutDown(by: now)) }
    life = .stopped
    effects.append(.fatal("the chain database failed: \(reason)"))
  }

  /// A stopping engine is done when no proposal is left that could still be published.
  mutating func stopIfDone() {
    guard case .stopping = life, proposals.isEmpty else { return }
    life = .stopped
    effects.append(.stopped)
  }
}
