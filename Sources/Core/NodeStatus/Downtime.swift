internal import ChainEvents

/// Slots in which the node was not running: killed, paused, or its machine asleep.
package struct Downtime: Equatable, Sendable {
  /// Downtimes kept.
  static let limit = 16

  /// The slots.
  package internal(set) var slots: ClosedRange<UInt64>
}

extension NodeStatus {
  /// The downtime that a slot lies in.
  package func downtime(in slot: UInt64) -> Downtime? {
    downtimes.last { $0.slots.contains(slot) }
  }

  /// Counts what was lost in slots of which no event tells anything.
  ///
  /// A running node ticks five times a slot. Where events were lost on the way, as their numbers
  /// say, nothing is known of those slots and nothing is counted.
  mutating func noteDowntime(before event: TimedEvent, slot: UInt64) {
    defer { lastSequence = event.sequence }
    var isRestart = false
    if case .node(.started) = event.event { isRestart = true }
    guard description != nil, slot > wallSlot + 1, let lastSequence,
      isRestart || event.sequence == lastSequence + 1
    else { return }
    slots.extend(to: slot)
    let first = max(wallSlot + 1, slots.slots.lowerBound)
    guard first < slot else { return }
    downtimes.append(Downtime(slots: first...slot - 1), limit: Downtime.limit)
    let lost = Int(slot - first)
    counters.attestations[.missed, default: 0] += validators.isEmpty ? 0 : lost
    for index in validators.indices { validators[index].unattested += lost }
    for proposal in proposalCalendar(from: first, slots: lost)
    where proposals[proposal.slot]?.outcome == nil {
      end(
        ProposalResult(
          slot: proposal.slot, validator: proposal.validator, outcome: .missed(.nodeDown)),
        wall: slot)
    }
  }
}
