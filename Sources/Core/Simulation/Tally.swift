/// Counts of whole numbers, from which quantiles are read; memory grows with distinct values only.
package struct Tally: Sendable, Equatable {
  private var counts: [Int: Int] = [:]

  /// How many numbers were counted.
  package private(set) var total = 0

  /// Creates an empty tally.
  package init() {}

  /// Counts a number.
  package mutating func count(_ number: Int) {
    counts[number, default: 0] += 1
    total += 1
  }

  /// Counts all numbers of another tally.
  package mutating func merge(_ other: Tally) {
    counts.merge(other.counts, uniquingKeysWith: +)
    total += other.total
  }

  /// The smallest number that at least `perMille` thousandths do not exceed; `nil` when empty.
  ///
  /// - Complexity: O(d log d) in the number of distinct values.
  package func quantile(perMille: Int) -> Int? {
    let wanted = max(1, (total * perMille + 999) / 1000)
    var seen = 0
    for (number, count) in counts.sorted(by: { $0.key < $1.key }) {
      seen += count
      if seen >= wanted { return number }
    }
    return nil
  }

  /// How many numbers are at most `limit`.
  package func count(atMost limit: Int) -> Int {
    counts.reduce(0) { $0 + ($1.key <= limit ? $1.value : 0) }
  }

  /// The largest number; `nil` when empty.
  package var maximum: Int? { counts.keys.max() }

  /// The mean in thousandths, rounded down; `nil` when empty.
  package var meanPerMille: Int? {
    guard total > 0 else { return nil }
    return counts.reduce(0) { $0 + $1.key * $1.value } * 1000 / total
  }
}
