package import Randomness

/// How long something takes, given by five quantiles with straight lines between them.
///
/// Measured systems are described by quantiles, and integer arithmetic repeats on every machine.
package struct LatencyDistribution: Sendable, Equatable {
  /// The shortest time, in milliseconds.
  package let minimumMilliseconds: Int
  /// The time that half of the draws stay below.
  package let medianMilliseconds: Int
  /// The time that nine in ten draws stay below.
  package let p90Milliseconds: Int
  /// The time that 99 in a hundred draws stay below.
  package let p99Milliseconds: Int
  /// The longest time.
  package let maximumMilliseconds: Int

  /// Creates a distribution from quantiles that must not fall.
  package init(minimum: Int, median: Int, p90: Int, p99: Int, maximum: Int) {
    precondition(minimum >= 0, "a latency cannot be negative: \(minimum)")
    precondition(
      minimum <= median && median <= p90 && p90 <= p99 && p99 <= maximum,
      "quantiles must not fall: \(minimum), \(median), \(p90), \(p99), \(maximum)")
    minimumMilliseconds = minimum
    medianMilliseconds = median
    p90Milliseconds = p90
    p99Milliseconds = p99
    maximumMilliseconds = maximum
  }

  /// Always the same time.
  package static func constant(_ milliseconds: Int) -> LatencyDistribution {
    LatencyDistribution(
      minimum: milliseconds, median: milliseconds, p90: milliseconds, p99: milliseconds,
      maximum: milliseconds)
  }

  /// Draws one latency in milliseconds; a constant draws nothing.
  package func draw(from random: inout SeededRandom) -> Int {
    if minimumMilliseconds == maximumMilliseconds { return minimumMilliseconds }
    let rank = random.below(1000)
    let (lowRank, highRank, low, high) =
      switch rank {
      case ..<500: (0, 500, minimumMilliseconds, medianMilliseconds)
      case ..<900: (500, 900, medianMilliseconds, p90Milliseconds)
      case ..<990: (900, 990, p90Milliseconds, p99Milliseconds)
      default: (990, 1000, p99Milliseconds, maximumMilliseconds)
      }
    return low + (high - low) * (rank - lowRank) / (highRank - lowRank)
  }
}
