internal import Consensus

/// Which intervals have begun since the last look at the wall clock.
///
/// Slot and interval come from genesis and the wall clock each time; nothing is counted by timers.
struct TickSchedule: Hashable, Sendable {
  struct Tick: Hashable, Sendable {
    /// The interval that the clock is in.
    let interval: Interval
    /// Whole intervals that passed unseen, oldest first, at most `missedLimit` of the newest.
    let missed: [Interval]
    /// How many passed unseen in all.
    let missedCount: UInt64
    /// How long ago the interval began.
    let latenessMilliseconds: UInt64
  }

  /// Missed intervals that are named one by one: two slots; a longer gap is just a gap.
  static let missedLimit: UInt64 = 10

  let clock: SlotClock

  /// The newest interval that was begun; nothing at or before it is begun again.
  private(set) var latest: Interval?

  init(clock: SlotClock) {
    self.clock = clock
  }

  /// What has begun; nothing before genesis, inside an interval that was begun before, or after the clock
  /// went back.
  mutating func advance(to now: UnixMilliseconds) -> Tick? {
    guard now >= clock.genesis else { return nil }
    let current = clock.interval(at: now)
    guard let previous = latest else {
      // Intervals before our start are not missed: nobody was there to have duties.
      latest = current
      return tick(current, missed: [], count: 0, at: now)
    }
    guard current > previous else { return nil }
    latest = current
    let count = current.rawValue - previous.rawValue - 1
    let named = (current.rawValue - min(count, TickSchedule.missedLimit))..<current.rawValue
    return tick(current, missed: named.map { Interval($0) }, count: count, at: now)
  }

  /// Resumes in the interval before the one that the clock is in, after the clock went back.
  ///
  /// - Returns: Whether it had gone back.
  mutating func restart(at now: UnixMilliseconds) -> Bool {
    let current = clock.interval(at: now)
    guard let latest, current < latest else { return false }
    self.latest = current.saturatingSubtract(1)
    return true
  }

  /// When the next interval begins that has not begun yet.
  var next: UnixMilliseconds {
    latest.map { clock.start(of: $0 + 1) } ?? clock.genesis
  }

  private func tick(
    _ interval: Interval, missed: [Interval], count: UInt64, at now: UnixMilliseconds
  ) -> Tick {
    Tick(
      interval: interval, missed: missed, missedCount: count,
      latenessMilliseconds: now.milliseconds(since: clock.start(of: interval)))
  }
}
