internal import ChainEvents
internal import Consensus

/// Votes and aggregations that are due, each ending in exactly one outcome.
///
/// Entries are made a slot ahead, so a duty whose tick never runs is still found when its time has
/// passed. Proposals have a ledger of their own: the pipelines.
struct DutyLedger: Sendable {
  struct Key: Hashable, Sendable, Comparable {
    let slot: Slot
    let duty: Duty

    static func < (left: Key, right: Key) -> Bool {
      (left.slot, left.duty.rawValue) < (right.slot, right.duty.rawValue)
    }
  }

  struct Entry: Hashable, Sendable {
    let validators: [ValidatorIndex]
    /// When it should start.
    let due: UnixMilliseconds
    /// From here on it counts as late.
    let lateAt: UnixMilliseconds
    /// From here on it is no use any more.
    let expires: UnixMilliseconds
    /// When it was started; an answer is awaited since.
    var start: UnixMilliseconds?

    var isRunning: Bool { start != nil }
  }

  private(set) var open: [Key: Entry] = [:]

  /// The highest slot for which duties were entered; slots are entered once, in order.
  private(set) var horizon: Slot?

  mutating func enter(_ key: Key, _ entry: Entry) {
    precondition(open[key] == nil, "\(key.duty) of slot \(key.slot.rawValue) entered twice")
    open[key] = entry
  }

  mutating func raiseHorizon(to slot: Slot) {
    horizon = max(horizon ?? slot, slot)
  }

  /// Lets the duties of slots after `slot` be entered again, after the clock went back.
  mutating func lowerHorizon(to slot: Slot) {
    if let horizon { self.horizon = min(horizon, slot) }
  }

  /// Duties whose time has come and that nobody has started, oldest first.
  func due(at now: UnixMilliseconds) -> [Key] {
    open.filter { !$0.value.isRunning && $0.value.due <= now && now < $0.value.expires }
      .keys.sorted()
  }

  /// Duties whose time is over, oldest first; running ones too.
  func expired(at now: UnixMilliseconds) -> [Key] {
    open.filter { $0.value.expires <= now }.keys.sorted()
  }

  /// Marks a duty as started.
  mutating func start(_ key: Key, at now: UnixMilliseconds) {
    open[key]?.start = now
  }

  /// Takes a duty out; `nil` when it has ended before, so an outcome is never told twice.
  mutating func end(_ key: Key) -> Entry? {
    open.removeValue(forKey: key)
  }

  /// The next moment at which a duty becomes due or expires.
  func nextDeadline(after now: UnixMilliseconds) -> UnixMilliseconds? {
    open.values.lazy.flatMap { $0.isRunning ? [$0.expires] : [$0.due, $0.expires] }
      .filter { $0 > now }.min()
  }
}
