/// One node's clocks: a wall clock that drifts and can be stepped, and a monotonic clock that only
/// drifts.
package struct SimulatedClock: Sendable, Equatable {
  /// How fast the node's crystal runs against true time: +50 gains 50 µs a second.
  package let driftPartsPerMillion: Int
  /// What all steps so far, and the first misadjustment, add to the wall clock.
  package private(set) var offsetMilliseconds: Int

  private let epochMilliseconds: Int

  /// Creates clocks whose wall clock shows `epoch` plus `offset` when the world begins.
  package init(epoch: Int, offset: Int = 0, driftPartsPerMillion: Int = 0) {
    precondition(
      (-100_000...100_000).contains(driftPartsPerMillion),
      "a crystal is not off by \(driftPartsPerMillion) ppm")
    epochMilliseconds = epoch
    offsetMilliseconds = offset
    self.driftPartsPerMillion = driftPartsPerMillion
  }

  /// Milliseconds since the world began, as the node's crystal counts them.
  package func monotonic(at time: VirtualTime) -> Int {
    time.milliseconds + time.milliseconds * driftPartsPerMillion / 1_000_000
  }

  /// UNIX milliseconds on the node's wall clock.
  package func wall(at time: VirtualTime) -> Int {
    epochMilliseconds + offsetMilliseconds + monotonic(at: time)
  }

  /// The first moment at which the wall clock shows `wall` or more; the start of the world if that
  /// has passed before it began.
  package func time(wall: Int) -> VirtualTime {
    let monotonic = wall - epochMilliseconds - offsetMilliseconds
    guard monotonic > 0 else { return .zero }
    var guess = monotonic * 1_000_000 / (1_000_000 + driftPartsPerMillion)
    while self.monotonic(at: VirtualTime(milliseconds: guess)) < monotonic { guess += 1 }
    while guess > 0, self.monotonic(at: VirtualTime(milliseconds: guess - 1)) >= monotonic {
      guess -= 1
    }
    return VirtualTime(milliseconds: guess)
  }

  /// Moves the wall clock; the monotonic clock does not notice.
  package mutating func step(byMilliseconds step: Int) {
    offsetMilliseconds += step
  }

  /// Sets the wall clock right, drift included.
  package mutating func synchronize(at time: VirtualTime) {
    offsetMilliseconds = time.milliseconds - monotonic(at: time)
  }
}
