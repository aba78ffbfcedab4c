import Consensus
import Testing

@testable import Chain

struct TickScheduleTests {
  private let clock = SlotClock(genesisTime: 1000)

  /// Advances to each time in milliseconds after genesis and draws what happened: `.` nothing, else
  /// the interval with the count of missed ones.
  private func drawing(_ times: [Int64]) -> String {
    var schedule = TickSchedule(clock: clock)
    return times.map { time in
      schedule.advance(to: UnixMilliseconds(UInt64(1_000_000 + time))).map { tick in
        "\(tick.interval.rawValue)" + (tick.missed.isEmpty ? "" : "(-\(tick.missed.count))")
      } ?? "."
    }.joined(separator: " ")
  }

  @Test func `nothing runs before genesis`() {
    #expect(drawing([-5000, -1, 0, 799, 800]) == ". . 0 . 1")
  }

  @Test func `an interval begins once, whatever the number of looks`() {
    #expect(drawing([0, 0, 1, 800, 800, 1599, 1600]) == "0 . . 1 . . 2")
  }

  @Test func `intervals that passed unseen are counted`() {
    #expect(drawing([0, 2400, 3300]) == "0 3(-2) 4")
  }

  @Test func `a clock that goes back begins nothing until it has caught up`() {
    #expect(drawing([4000, 3100, 3999, 4799, 4800]) == "5 . . . 6")
  }

  @Test func `a start long after genesis misses nothing`() {
    #expect(drawing([4_000_000]) == "5000")
  }

  @Test func `a long gap names the newest missed intervals only`() {
    var schedule = TickSchedule(clock: clock)
    _ = schedule.advance(to: UnixMilliseconds(1_000_000))
    let progress = schedule.advance(to: UnixMilliseconds(1_000_000 + 800 * 100 + 7))
    #expect(
      progress
        == TickSchedule.Tick(
          interval: Interval(100), missed: (90..<100).map { Interval($0) },
          latenessMilliseconds: 7))
  }
}
