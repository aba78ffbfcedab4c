package import StateTransition
private import Synchronization

/// What leanMetrics measures of work that no event tells of: single signatures take microseconds.
///
/// Written by the threads that work, read by scrapes.
package final class WorkTimes: Sendable {
  /// What was measured so far.
  struct Sums: Sendable {
    var histograms = Dictionary(
      uniqueKeysWithValues: WorkTimes.names.map { ($0, Histogram($0.bounds)) })
    var slotsProcessed: UInt64 = 0
  }

  /// The histograms that are kept here.
  static let names: [LeanHistogram] = [
    .attestationSigning, .attestationVerification, .attestationValidation, .attestationSize,
    .aggregateVerification, .stateTransition, .slotsProcessing, .blockTransition,
    .attestationsProcessing,
  ]

  private let sums = Mutex(Sums())

  /// Begins without measurements.
  package init() {}

  var current: Sums { sums.withLock(\.self) }

  /// One attestation of ours was signed.
  package func signed(in time: Duration) {
    sums.withLock { $0.observe(.attestationSigning, time) }
  }

  /// Attestations of others were verified together.
  ///
  /// Each was judged when all were, and cost its share.
  package func verified(attestations count: Int, bytes: Int, in time: Duration) {
    sums.withLock { sums in
      for _ in 0..<count {
        sums.histograms[.attestationSize]?.observe(Double(bytes))
        sums.observe(.attestationVerification, time / count)
        sums.observe(.attestationValidation, time)
      }
    }
  }

  /// The proof of an aggregate was verified.
  package func verifiedAggregate(in time: Duration) {
    sums.withLock { $0.observe(.aggregateVerification, time) }
  }

  /// A block was run through the state transition.
  package func ran(_ times: TransitionTimes) {
    sums.withLock { sums in
      sums.slotsProcessed += times.slotCount
      sums.observe(.slotsProcessing, times.slots)
      sums.observe(.blockTransition, times.block)
      sums.observe(.attestationsProcessing, times.attestations)
      sums.observe(.stateTransition, times.total)
    }
  }
}

extension WorkTimes.Sums {
  fileprivate mutating func observe(_ histogram: LeanHistogram, _ time: Duration) {
    histograms[histogram]?.observe(time / .seconds(1))
  }
}
