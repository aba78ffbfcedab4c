internal import ChainEvents
package import Hashing

/// The outcome of one or more runs with equal options, ready to be printed or encoded.
package struct SimulationReport: Sendable, Codable, Equatable {
  /// How many runs are in it.
  package private(set) var runs = 0
  /// Node-slots simulated.
  package private(set) var nodeSlots = 0

  /// Proposals that ended.
  package private(set) var proposals = 0
  /// Prepared blocks published unchanged.
  package private(set) var hits = 0
  /// Prepared blocks published unchanged when peers had begun to vote.
  package private(set) var lates = 0
  /// Blocks built inside the slot, by reason.
  package private(set) var fallbacks: [String: Int] = [:]
  /// Signed blocks thrown away, by reason.
  package private(set) var forfeits: [String: Int] = [:]
  /// Signed blocks that were no longer right when their slot started, by reason.
  package private(set) var stale: [String: Int] = [:]
  /// Slots without a block of ours, by reason.
  package private(set) var misses: [String: Int] = [:]
  /// Unsigned candidates built again.
  package private(set) var refreshes = 0

  /// Attestation duties by outcome.
  package private(set) var attestations: [String: Int] = [:]
  /// Aggregation duties by outcome.
  package private(set) var aggregations: [String: Int] = [:]
  /// Votes in a thousand that are for the block of their own slot.
  package private(set) var headVotesWonPerMille: Int?
  /// Voters in a thousand that the mean block carries.
  package private(set) var votesIncludedPerMille: Int?

  /// Intervals whose duties did not run, by interval.
  package private(set) var missedIntervals: [Int] = []
  /// Ticks that had been handled already.
  package private(set) var guardSkips = 0

  /// Milliseconds from slot start to publication: median, 99 in 100, worst.
  package private(set) var publishOffset = Spread()
  /// Wall slot minus head slot.
  package private(set) var headLag = Spread()
  /// Head slot minus finalized slot.
  package private(set) var finalityLag = Spread()

  /// Slots from the last fault until every honest node had finalized a newer block, one a run.
  package private(set) var recovery = Spread()
  /// Slots from the last fault until every honest node had finalized anything more, one a run.
  package private(set) var firstFinalization = Spread()
  /// Runs that had faults to recover from.
  package private(set) var recoveries = 0
  /// Those that needed more than the strict bound of sixteen slots.
  package private(set) var slowRecoveries = 0
  /// Those after whose stall the protocol may need more.
  package private(set) var longStalls = 0

  /// SHA-256 over the event logs of all runs: equal for equal options and seeds.
  package private(set) var eventLogDigest = ""

  /// Three points of a distribution.
  package struct Spread: Sendable, Codable, Equatable {
    /// Half are at most this.
    package var p50 = 0
    /// Ninety-nine in a hundred are at most this.
    package var p99 = 0
    /// The largest.
    package var worst = 0

    init() {}

    init(_ tally: Tally) {
      p50 = tally.quantile(perMille: 500) ?? 0
      p99 = tally.quantile(perMille: 990) ?? 0
      worst = tally.maximum ?? 0
    }
  }

  /// Describes the statistics of `runs` runs whose event logs have a digest.
  package init(_ statistics: RunStatistics, runs: Int, eventLogDigest: Bytes32 = .zero) {
    self.runs = runs
    self.eventLogDigest = "\(eventLogDigest)"
    nodeSlots = statistics.nodeSlots
    proposals = statistics.proposals
    hits = statistics.hits
    lates = statistics.lates
    fallbacks = SimulationReport.words(statistics.fallbacks)
    forfeits = SimulationReport.words(statistics.forfeits)
    stale = SimulationReport.words(statistics.staleDiscards)
    misses = SimulationReport.words(statistics.misses)
    refreshes = statistics.refreshes
    attestations = SimulationReport.words(statistics.attestations)
    aggregations = SimulationReport.words(statistics.aggregations)
    if statistics.headVotes > 0 {
      headVotesWonPerMille =
        (statistics.headVotesWon * 1000 + statistics.headVotes / 2) / statistics.headVotes
    }
    votesIncludedPerMille = statistics.votesIncluded.meanPerMille.map { ($0 + 500) / 1000 }
    missedIntervals = statistics.missedIntervals
    guardSkips = statistics.guardSkips
    publishOffset = Spread(statistics.publishOffsets)
    headLag = Spread(statistics.headLags)
    finalityLag = Spread(statistics.finalityLags)
    recovery = Spread(statistics.recoveries)
    firstFinalization = Spread(statistics.firstSteps)
    longStalls = statistics.longStalls
    recoveries = statistics.recoveries.total
    slowRecoveries = statistics.slowRecoveries
  }

  private static func words<Word: RawRepresentable<String>>(
    _ counts: [Word: Int]
  ) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
  }
}

extension SimulationReport {
  /// The report as an aligned table.
  package var table: String {
    var rows: [(String, String)] = [
      ("runs", "\(runs) (\(nodeSlots) node-slots)"),
      ("proposals", "\(proposals)"),
      ("hits", SimulationReport.share(hits, of: proposals)),
      ("late", "\(lates)"),
      ("fallbacks", SimulationReport.list(fallbacks)),
      ("forfeits", SimulationReport.list(forfeits)),
      ("misses", SimulationReport.list(misses)),
      ("stale", SimulationReport.list(stale)),
      ("refreshes", "\(refreshes)"),
      ("attestations", SimulationReport.list(attestations)),
      ("aggregations", SimulationReport.list(aggregations)),
      ("head votes won", headVotesWonPerMille.map(SimulationReport.perCent) ?? "-"),
      ("votes in a block", votesIncludedPerMille.map(SimulationReport.perCent) ?? "-"),
      ("skipped ticks", skippedTicks),
      ("publish offset", SimulationReport.spread(publishOffset, unit: " ms")),
      ("head lag", SimulationReport.spread(headLag, unit: "")),
      ("finality lag", SimulationReport.spread(finalityLag, unit: "")),
    ]
    if recoveries > 0 { rows += recoveryRows }
    rows.append(("event log", eventLogDigest))
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { name, value in
      name + String(repeating: " ", count: width - name.count + 2) + value
    }.joined(separator: "\n")
  }

  private var skippedTicks: String {
    let intervals = missedIntervals.map(String.init).joined(separator: " ")
    return "\(missedIntervals.reduce(0, +)) missed intervals (0 to 4: \(intervals)), "
      + "\(guardSkips) guard skips"
  }

  private var recoveryRows: [(String, String)] {
    [
      ("recovery", SimulationReport.spread(recovery, unit: " slots")),
      ("  first finalization", SimulationReport.spread(firstFinalization, unit: " slots")),
      (
        "  beyond 16 slots",
        "\(slowRecoveries) of \(recoveries) runs; \(longStalls) stalled so long that they may"
      ),
    ]
  }

  private static func perCent(_ perMille: Int) -> String {
    "\(perMille / 10).\(perMille % 10) %"
  }

  private static func share(_ count: Int, of total: Int) -> String {
    total > 0 ? "\(count) (\(perCent((count * 1000 + total / 2) / total)))" : "\(count)"
  }

  private static func list(_ counts: [String: Int]) -> String {
    guard !counts.isEmpty else { return "0" }
    let total = counts.values.reduce(0, +)
    let parts = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return "\(total): " + parts.joined(separator: ", ")
  }

  private static func spread(_ spread: Spread, unit: String) -> String {
    "p50 \(spread.p50)\(unit), p99 \(spread.p99)\(unit), worst \(spread.worst)\(unit)"
  }
}
