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
    // Intervals before our start are not missed: nobody was there to have duties.
    guard latest.map({ $0 < current }) ?? true else { return nil }
    let count = latest.map { current.rawValue - $0.rawValue - 1 } ?? 0
    latest = current
    let named = (current.rawValue - min(count, TickSchedule.missedLimit))..<current.rawValue
    return Tick(
      interval: current, missed: named.map { Interval($0) },
      latenessMilliseconds: now.milliseconds(since: clock.start(of: current)))
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
}
