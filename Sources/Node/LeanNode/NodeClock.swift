internal import ChainHost
package import Consensus
private import Foundation
private import Synchronization

/// The clocks of the machine, optionally fast or wrong on purpose.
///
/// A fast clock makes slots shorter without another rule anywhere: all of the node's time is node
/// time. An offset is a clock that someone stepped.
package final class NodeClock: WallClock {
  /// How many seconds of node time pass in ``slowness`` real seconds.
  package let speed: Int64

  /// How many real seconds ``speed`` seconds of node time take.
  package let slowness: Int64

  private let anchorNanoseconds: Int64
  private let offsetMilliseconds = Mutex(Int64(0))

  /// Creates a clock that agrees with the machine's at `anchor`; one of `speed` and `slowness` is 1.
  ///
  /// With the genesis of a chain as its anchor, a fast or slow clock shows the same time after a restart.
  package init(speed: Int = 1, slowness: Int = 1, anchor: UnixMilliseconds = 0) {
    precondition(speed > 0, "a clock at speed \(speed) does not run")
    precondition(slowness > 0, "a clock slowed down by \(slowness) does not run")
    self.slowness = Int64(slowness)
    self.speed = Int64(speed)
    anchorNanoseconds = Int64(clamping: anchor.rawValue) * 1_000_000
  }

  /// Both clocks, now.
  package func reading() -> ClockReading {
    let real = nanoseconds(CLOCK_REALTIME)
    let node = anchorNanoseconds + (real - anchorNanoseconds) * speed / slowness
    let wall = node / 1_000_000 + offsetMilliseconds.withLock { $0 }
    let monotonic = nanoseconds(CLOCK_MONOTONIC) / 1_000_000 * speed / slowness
    return ClockReading(
      wall: UnixMilliseconds(UInt64(max(0, wall))), monotonicMilliseconds: UInt64(monotonic))
  }

  /// Sleeps until the wall clock shows `time`, or somewhat later on a busy machine.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  package func sleep(until time: UnixMilliseconds) async throws {
    while true {
      let now = reading().wall
      guard now < time else { return }
      // The reading is rounded down, so this never wakes more than a millisecond too late.
      let remaining = Int64(clamping: time.milliseconds(since: now)) * 1_000_000 * slowness / speed
      try await Task.sleep(for: .nanoseconds(remaining), tolerance: .zero)
    }
  }

  /// Steps the wall clock, as a bad time server or a person does.
  package func step(byMilliseconds milliseconds: Int64) {
    offsetMilliseconds.withLock { $0 += milliseconds }
  }
}

private func nanoseconds(_ clock: clockid_t) -> Int64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
