internal import Consensus

/// Notices when the wall clock moves against the monotonic clock.
///
/// Consecutive readings are compared, at most an interval apart, so slewing by a time daemon
/// (0.4 ms in that time at 500 ppm) never adds up to a step.
struct ClockMonitor: Hashable, Sendable {
  /// Below this a difference is jitter of reading two clocks; far above any slewing.
  static let stepThresholdMilliseconds: Int64 = 100

  private var previousOffset: Int64?

  /// Whether the wall clock went forward just before the last reading.
  private(set) var hasJumped = false

  /// The size of the step since the last reading, positive when the wall clock went forward; zero when
  /// there was none.
  mutating func observe(_ reading: ClockReading) -> Int64 {
    let offset = Int64(
      truncatingIfNeeded: reading.wall.rawValue &- reading.monotonicMilliseconds)
    let difference = previousOffset.map { offset &- $0 } ?? 0
    previousOffset = offset
    let isStep =
      difference.magnitude >= ClockMonitor.stepThresholdMilliseconds.magnitude
    hasJumped = isStep && difference > 0
    return isStep ? difference : 0
  }
}
