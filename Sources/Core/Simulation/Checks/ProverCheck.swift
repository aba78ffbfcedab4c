internal import Chain
internal import ChainWork
internal import Consensus

/// Rule 12: the prover serves proposal before aggregation before reaggregation, one job at a time,
/// and makes at most one aggregation in the slot before our own proposal.
struct ProverCheck: Sendable {
  private var running: Set<WorkTicket> = []
  /// Aggregations that were started in a slot.
  private var aggregations: [UInt64: Int] = [:]

  /// What was started in a slot is no longer told from what is started when it comes again.
  mutating func moveClock() {
    aggregations = [:]
  }

  mutating func check(_ call: EngineCall) -> Finding? {
    if case .workEnded(let ticket, _) = call.input { running.remove(ticket) }
    for case .abandon(let ticket, _) in call.effects { running.remove(ticket) }
    var finding: Finding?
    for case .work(let work) in call.effects where work.lane == .prover && finding == nil {
      finding = start(work, call)
    }
    return finding
  }

  private mutating func start(_ work: Work, _ call: EngineCall) -> Finding? {
    running.insert(work.ticket)
    guard running.count == 1 else {
      return (.proverServesByPriority, "\(running.count) proofs at once")
    }
    if let waiting = call.after.waitingProverWork.min(), waiting < work.job.traits.priority {
      return (
        .proverServesByPriority, "\(work.job.traits.priority) started while \(waiting) waited"
      )
    }
    guard case .aggregate = work.job else { return nil }
    return startAggregation(call)
  }

  private mutating func startAggregation(_ call: EngineCall) -> Finding? {
    let slot = call.slot
    aggregations = aggregations.filter { $0.key + 2 > slot.rawValue }
    aggregations[slot.rawValue, default: 0] += 1
    let precedesProposal =
      call.after.isGateOpen && call.after.openProposals.contains(slot + 1)
    guard precedesProposal, aggregations[slot.rawValue, default: 0] > 1 else { return nil }
    return (.proverServesByPriority, "two aggregations in slot \(slot), before our proposal")
  }
}
