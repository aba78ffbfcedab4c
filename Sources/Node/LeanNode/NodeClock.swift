public import ChainHost
public import Consensus
private import Foundation
private import Synchronization

/// The clocks of the machine, optionally fast or wrong on purpose.
///
/// A fast clock makes slots shorter without another rule anywhere: all of the node's time is node
/// time. An offset is a clock that someone stepped.
public final class NodeClock: WallClock {
  /// How many seconds of node time pass in one real second.
  public let speed: Int64

  private let anchorNanoseconds: Int64
  private let offsetMilliseconds = Mutex(Int64(0))

  /// Creates a clock that agrees with the machine's at `anchor` and runs at `speed`.
  ///
  /// With the genesis of a chain as its anchor, a fast clock shows the same time after a restart.
  public init(speed: Int = 1, anchor: UnixMilliseconds = 0) {
    precondition(speed > 0, "a clock at speed \(speed) does not run")
    self.speed = Int64(speed)
    anchorNanoseconds = Int64(clamping: anchor.rawValue) * 1_000_000
  }

  /// Both clocks, now.
  public func reading() -> ClockReading {
    let real = nanoseconds(CLOCK_REALTIME)
    let node = speed == 1 ? real : anchorNanoseconds + (real - anchorNanoseconds) * speed
    let wall = node / 1_000_000 + offsetMilliseconds.withLock { $0 }
    let monotonic = nanoseconds(CLOCK_MONOTONIC) / 1_000_000 * speed
    return ClockReading(
      wall: UnixMilliseconds(UInt64(max(0, wall))), monotonicMilliseconds: UInt64(monotonic))
  }

  /// Sleeps until the wall clock shows `time`, or somewhat later on a busy machine.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public func sleep(until time: UnixMilliseconds) async throws {
    while true {
      let now = reading().wall
      guard now < time else { return }
      // The reading is rounded down, so this never wakes more than a millisecond too late.
      let remaining = Int64(clamping: time.milliseconds(since: now)) * 1_000_000 / speed
      try await Task.sleep(for: .nanoseconds(remaining), tolerance: .zero)
    }
  }

  /// Steps the wall clock, as a bad time server or a person does.
  public func step(byMilliseconds milliseconds: Int64) {
    offsetMilliseconds.withLock { $0 += milliseconds }
  }
}

private func nanoseconds(_ clock: clockid_t) -> Int64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
