internal import ChainEvents
internal import Consensus

/// Duties of one kind, each ending in exactly one outcome.
///
/// Entries are made a slot ahead, so a duty whose tick never runs is still found when its time has
/// passed. Proposals have a ledger of their own: the pipelines.
struct DutyLedger: Sendable {
  struct Entry: Hashable, Sendable {
    let validators: [ValidatorIndex]
    /// When it should start.
    let due: UnixMilliseconds
    /// From here on it counts as late.
    let lateAt: UnixMilliseconds
    /// From here on it is no use any more.
    let expires: UnixMilliseconds
    /// When it was started, by the clock that never steps; an answer is awaited since.
    var start: UInt64?
    /// Whether a closed gate held it back when it was due.
    var wasGated = false
  }

  let duty: Duty

  private(set) var open: [Slot: Entry] = [:]

  init(_ duty: Duty) {
    self.duty = duty
  }

  /// Enters a duty, and tells that; nothing when it is there already.
  mutating func enter(_ slot: Slot, _ entry: Entry) -> [Step] {
    guard open[slot] == nil else { return [] }
    open[slot] = entry
    return [
      .duty(
        .scheduled(
          duty, slot: slot.rawValue, validators: ValidatorSet(entry.validators.map(\.rawValue))))
    ]
  }

  /// Duties whose time has come and that nobody has started, oldest first.
  func due(at now: UnixMilliseconds) -> [Slot] {
    open.filter { $0.value.start == nil && $0.value.due <= now && now < $0.value.expires }
      .keys.sorted()
  }

  /// Duties whose time is over, oldest first; running ones too.
  func expired(at now: UnixMilliseconds) -> [Slot] {
    open.filter { $0.value.expires <= now }.keys.sorted()
  }

  /// Marks a duty as started.
  mutating func start(_ slot: Slot, at reading: ClockReading) {
    open[slot]?.start = reading.monotonicMilliseconds
  }

  /// Remembers that a closed gate held a duty back.
  mutating func gate(_ slot: Slot) {
    open[slot]?.wasGated = true
  }

  /// Ends a duty and tells how; a second end of the same duty says nothing.
  mutating func end(_ slot: Slot, _ outcome: DutyOutcome, reason: String? = nil) -> [Step] {
    guard let entry = open.removeValue(forKey: slot) else { return [] }
    return [
      .duty(
        .ended(
          duty, slot: slot.rawValue, validators: ValidatorSet(entry.validators.map(\.rawValue)),
          outcome,
          reason: reason))
    ]
  }

  /// Ends a duty that was done, in time or late.
  mutating func endAsDone(
    _ slot: Slot, at now: UnixMilliseconds, reason: String? = nil
  ) -> [Step] {
    guard let entry = open[slot] else { return [] }
    return end(slot, now < entry.lateAt ? .done : .late, reason: reason)
  }

  /// The next moment at which a duty becomes due or expires.
  func nextDeadline(after now: UnixMilliseconds) -> UnixMilliseconds? {
    open.values.lazy.flatMap { $0.start == nil ? [$0.due, $0.expires] : [$0.expires] }
      .filter { $0 > now }.min()
  }
}
