internal import ChainEvents

/// Slots in which the node was not running.
package struct Downtime: Equatable, Sendable {
  /// Downtimes kept.
  static let limit = 16

  /// Why a node did not run.
  package enum Cause: CaseIterable, Sendable {
    /// A person killed it on purpose.
    case killed
    /// A person paused it on purpose.
    case paused
    /// It had ended in order.
    case stopped
    /// It started again without having said goodbye.
    case crashed
    /// It went on later as if nothing had been: its process was stopped, or its machine slept.
    case suspended
  }

  /// The slots; where the process has told how long it was stopped, the first and the last may be
  /// whole but for a part.
  package internal(set) var slots: ClosedRange<UInt64>
  /// Why.
  package internal(set) var cause: Cause
  /// Milliseconds since genesis in which the process was stopped, where it has told so.
  package internal(set) var stop: ClosedRange<UInt64>?

  /// A time as `18 s`, with tenths below ten seconds.
  static func seconds(_ milliseconds: UInt64) -> String {
    milliseconds < 10_000
      ? "\(milliseconds / 1000).\(milliseconds / 100 % 10) s" : "\((milliseconds + 500) / 1000) s"
  }

  /// A moment as `slot 18 +0.3 s`.
  private static func place(_ sinceGenesis: UInt64) -> String {
    let (slot, rest) = sinceGenesis.quotientAndRemainder(dividingBy: EventStamp.slotMilliseconds)
    return "slot \(slot) +\(seconds(rest))"
  }

  /// The downtime as a clause.
  var words: String {
    if let stop {
      let time = Self.seconds(stop.upperBound - stop.lowerBound)
      return "this process was stopped for \(time), from \(Self.place(stop.lowerBound)) to"
        + " \(Self.place(stop.upperBound))" + (cause == .paused ? ", on purpose" : "")
    }
    let (first, last) = (slots.lowerBound, slots.upperBound)
    let seconds = (last - first + 1) * EventStamp.slotMilliseconds / 1000
    let reason =
      switch cause {
      case .killed: "the node had been killed on purpose"
      case .paused: "the node was paused on purpose"
      case .stopped: "the node had been stopped in order"
      case .crashed: "the node had ended without a word"
      case .suspended: "the process was stopped, or its machine slept"
      }
    return "\(reason): the node was down from slot \(first) to \(last), for \(seconds) s"
  }

  /// What would have helped.
  var advice: String {
    switch cause {
    case .killed: "starting it again sooner; no key signs in the two slots after a start"
    case .paused: "letting it go on sooner"
    case .stopped: "stopping it right after an own slot: the calendar says when"
    case .crashed: "a supervisor that starts it again; its log and the system's say why it ended"
    case .suspended: "nothing that stops the process (^Z, SIGSTOP) or lets the machine sleep"
    }
  }
}

extension NodeStatus {
  /// The downtime that a slot lies in.
  package func downtime(in slot: UInt64) -> Downtime? {
    downtimes.last { $0.slots.contains(slot) }
  }

  /// Remembers that the process was stopped until now.
  ///
  /// Whole slots were counted when the first event came after them.
  mutating func noteStop(_ milliseconds: UInt64) {
    let end = timeMilliseconds - min(genesisMilliseconds, timeMilliseconds)
    let start = end - min(milliseconds, end)
    let slot = EventStamp.slotMilliseconds
    var down = Downtime(slots: start / slot...end / slot, cause: .suspended, stop: start...end)
    if let last = downtimes.last, last.slots.overlaps(down.slots),
      [.suspended, .paused].contains(last.cause)
    {
      down.cause = last.cause
      downtimes.removeLast()
    }
    downtimes.append(down, limit: Downtime.limit)
  }

  /// Counts what was lost in slots of which no event tells anything.
  ///
  /// A running node ticks five times a slot. Where events were lost on the way, as their numbers
  /// say, nothing is known of those slots and nothing is counted.
  mutating func noteDowntime(before event: TimedEvent, slot: UInt64) {
    defer { lastSequence = event.sequence }
    guard description != nil, let lastSequence else { return }
    let isRestart = if case .node(.started) = event.event { true } else { false }
    guard isRestart ? slot >= wallSlot : slot > wallSlot + 1 && event.sequence == lastSequence + 1
    else { return }
    let first = max(wallSlot + 1, slot - min(slot, UInt64(SlotHistory.capacity)))
    if first < slot {
      let cause = downtimeCause(isRestart: isRestart)
      downtimes.append(Downtime(slots: first...slot - 1, cause: cause), limit: Downtime.limit)
    }
    let isSameLife = !isRestart && fault(.kill) == nil
    let untold = isSameLife ? slot - min(slot, DutyEvent.slotsToldAfterGap) : slot
    let lost = untold > first ? Int(untold - first) : 0
    counters.attestations[.missed, default: 0] += validators.isEmpty ? 0 : lost
    for index in validators.indices { validators[index].unattested += lost }
    // The block of a slot in which a life ended, or began too late for it, is lost too; genesis is
    // nobody's.
    let from = max(1, isRestart && first == wallSlot + 1 ? wallSlot : first)
    let end = max(from, isRestart && event.interval > 0 ? slot + 1 : untold)
    for proposal in proposalCalendar(from: from, slots: Int(end - from))
    where proposals[proposal.slot]?.outcome == nil {
      self.end(
        ProposalResult(
          slot: proposal.slot, validator: proposal.validator, outcome: .missed(.nodeDown)),
        wall: slot)
    }
  }

  private func downtimeCause(isRestart: Bool) -> Downtime.Cause {
    if fault(.kill) != nil { return .killed }
    if stopped != nil { return .stopped }
    if isRestart { return .crashed }
    return fault(.pause) != nil ? .paused : .suspended
  }
}
