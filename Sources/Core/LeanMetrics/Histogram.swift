/// Observations counted by size, as Prometheus reads them.
package struct Histogram: Sendable, Equatable {
  /// The upper bounds of the buckets, ascending; what is larger counts in the last one, `+Inf`.
  let bounds: [Double]
  /// Observations in each bucket alone; one more than there are bounds.
  private(set) var counts: [UInt64]
  /// The sum of all observations.
  private(set) var sum = 0.0

  init(_ bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  /// Observations in all buckets.
  var count: UInt64 { counts.reduce(0, +) }

  /// Counts one observation.
  mutating func observe(_ value: Double) {
    counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
    sum += value
  }
}
