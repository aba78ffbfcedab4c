internal import ChainEvents
internal import Consensus
internal import Proposing

// What people want: forced fallbacks, roles, the clock, the end.
extension ChainEngine {
  /// From the request to stop until everything is over.
  ///
  /// Two seconds less the 200 ms in which a signal is noticed and what it takes to close the files.
  static let shutDownMilliseconds: UInt64 = 1700

  mutating func obey(_ command: OperatorCommand) {
    let result: String
    switch command {
    case .forceFallback:
      let forced = proposals.forceFallback(moment, &chain)
      perform(forced.steps)
      result = forced.result
    case .disarmFallback:
      let disarmed = proposals.disarmFallback(moment, &chain)
      perform(disarmed.steps)
      result = disarmed.result
    case .becomeAggregator: result = changeRole(to: true)
    case .stopAggregating: result = changeRole(to: false)
    case .acceptClock: result = acceptClock()
    }
    perform([.emit(.node(.operatorAction(action: command.rawValue, result: result)))])
  }

  private mutating func changeRole(to isOn: Bool) -> String {
    guard aggregation.isOn != isOn else { return "no change" }
    toAggregation(.setRole(isOn))
    return isOn ? "aggregating" : "not aggregating"
  }

  /// Resumes at the wall clock after it went back; the journal refuses what was signed before.
  private mutating func acceptClock() -> String {
    guard ticks.restart(at: reading.wall) else { return "the clock is not behind" }
    horizon = horizon.map { min($0, moment.slot) }
    beginIntervals()
    return "resumed at slot \(moment.slot)"
  }

  // MARK: The end

  mutating func shutDown() {
    switch life {
    case .stopping, .stopped: return
    case .waitingForNetwork, .running: break
    }
    perform([.emit(.node(.stopping(reason: "asked to stop")))])
    let end = reading.wall + ChainEngine.shutDownMilliseconds
    life = .stopping(by: end)
    perform(voting.handle(.shutDown, at: moment, on: chain))
    toAggregation(.shutDown)
    toProposals(.shutDown(by: end))
  }

  /// A stopping engine is done when no proposal is left that could still be published.
  mutating func stopIfDone() {
    guard case .stopping = life, proposals.openSlots.isEmpty else { return }
    life = .stopped
    perform([.effect(.stopped)])
  }
}
