/// The two clocks of one moment: the wall clock that consensus uses, and one that never steps.
public struct ClockReading: Hashable, Sendable {
  /// The wall clock.
  public var wall: UnixMilliseconds

  /// Milliseconds of a clock that only moves forward, from any origin.
  public var monotonicMilliseconds: UInt64

  /// How long the engine's previous call took with its effects, by the clock that never steps.
  ///
  /// Inside a call no time passes; whoever makes the calls knows how long they were.
  public var previousCallMilliseconds: UInt64

  /// Creates a reading.
  public init(
    wall: UnixMilliseconds, monotonicMilliseconds: UInt64, previousCallMilliseconds: UInt64 = 0
  ) {
    self.wall = wall
    self.monotonicMilliseconds = monotonicMilliseconds
    self.previousCallMilliseconds = previousCallMilliseconds
  }
}
