internal import Chain
internal import ChainEvents
internal import Consensus

/// Rule 4: every scheduled duty ends in exactly one outcome, within one slot after its slot; and
/// every duty is scheduled before its slot starts.
struct DutyCheck: Sendable {
  private struct Key: Hashable, Comparable {
    let slot: UInt64
    let duty: String

    static func < (left: Key, right: Key) -> Bool {
      (left.slot, left.duty) < (right.slot, right.duty)
    }
  }

  private static let proposal = "proposal"

  private var open: Set<Key> = []
  private var ended: Set<Key> = []

  mutating func check(_ call: EngineCall) -> Finding? {
    var finding: Finding?
    for event in call.events where finding == nil { finding = check(event) }
    return finding ?? checkOverdue(in: call.slot) ?? checkScheduled(call) ?? checkEnd(call)
  }

  private mutating func check(_ event: ChainEvent) -> Finding? {
    switch event {
    case .duty(.scheduled(let duty, let slot, _)): open(duty.rawValue, slot)
    case .duty(.ended(let duty, let slot, _, _, _)): end(duty.rawValue, slot)
    case .proposal(.scheduled(let slot, _)): open(DutyCheck.proposal, slot)
    case .proposal(.outcome(let result)): end(DutyCheck.proposal, result.slot)
    case .proposal, .clock, .duty, .forkChoice, .network, .key, .node, .unknown: nil
    }
  }

  private mutating func open(_ duty: String, _ slot: UInt64) -> Finding? {
    let key = Key(slot: slot, duty: duty)
    guard !ended.contains(key), open.insert(key).inserted else {
      return (.oneOutcomePerDuty, "\(duty) of slot \(slot) was scheduled twice")
    }
    return nil
  }

  private mutating func end(_ duty: String, _ slot: UInt64) -> Finding? {
    let key = Key(slot: slot, duty: duty)
    guard open.remove(key) != nil else {
      return (.oneOutcomePerDuty, "\(duty) of slot \(slot) ended but was not open")
    }
    ended.insert(key)
    return nil
  }

  func checkOverdue(in slot: Slot) -> Finding? {
    guard let overdue = open.filter({ $0.slot + 1 < slot.rawValue }).min() else { return nil }
    return (
      .oneOutcomePerDuty, "\(overdue.duty) of slot \(overdue.slot) is still open in slot \(slot)"
    )
  }

  /// When a running engine enters a slot, the ledger knows all its duties.
  private func checkScheduled(_ call: EngineCall) -> Finding? {
    let slot = call.after.time.slot
    guard call.before.life == .running, slot > call.before.time.slot else { return nil }
    var wanted: [String] = []
    if !call.configuration.validators.isEmpty { wanted.append(Duty.attestation.rawValue) }
    if call.before.isAggregator { wanted.append(Duty.aggregation.rawValue) }
    if call.ownProposer(of: slot) != nil { wanted.append(DutyCheck.proposal) }
    let forgotten = wanted.filter { duty in
      let key = Key(slot: slot.rawValue, duty: duty)
      return !open.contains(key) && !ended.contains(key)
    }
    guard let duty = forgotten.first else { return nil }
    return (.oneOutcomePerDuty, "\(duty) of slot \(slot) was never scheduled")
  }

  /// An engine that has stopped owes nothing.
  private func checkEnd(_ call: EngineCall) -> Finding? {
    let hasStopped = call.effects.contains { if case .stopped = $0 { true } else { false } }
    guard hasStopped, let duty = open.min() else { return nil }
    return (.oneOutcomePerDuty, "\(duty.duty) of slot \(duty.slot) is open after the end")
  }
}
