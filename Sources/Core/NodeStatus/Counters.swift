package import ChainEvents

/// One counter for each case that a dashboard, the metrics and the tests agree on.
package struct Counters: Equatable, Sendable {
  /// Prepared blocks published unchanged.
  package internal(set) var hits = 0
  /// Prepared blocks published unchanged when peers had begun to vote.
  package internal(set) var lates = 0
  /// Blocks built inside the slot, by reason.
  package internal(set) var fallbacks: [FallbackReason: Int] = [:]
  /// Signed blocks discarded, by reason.
  package internal(set) var forfeits: [StaleReason: Int] = [:]
  /// Proposals without a block, by reason.
  package internal(set) var misses: [MissReason: Int] = [:]
  /// Published blocks of ours that finality left behind.
  package internal(set) var orphans = 0
  /// Published blocks of ours that carried far fewer votes than were known.
  package internal(set) var thinBlocks = 0
  /// Discards of signed blocks, by reason.
  package internal(set) var staleDiscards: [StaleReason: Int] = [:]
  /// Candidates built again, by reason.
  package internal(set) var refreshes: [RefreshReason: Int] = [:]
  /// Forced fallbacks that fired.
  package internal(set) var forced = 0
  /// Ticks handled.
  package internal(set) var ticks = 0
  /// Intervals that the engine was late past, for each of the five.
  package internal(set) var missedIntervals = [0, 0, 0, 0, 0]
  /// Ticks for intervals handled already.
  package internal(set) var guardSkips = 0
  /// Attestation duties by outcome.
  package internal(set) var attestations: [DutyOutcome: Int] = [:]
  /// Aggregation duties by outcome.
  package internal(set) var aggregations: [DutyOutcome: Int] = [:]
  /// Slots in which the aggregator did nothing, by reason.
  package internal(set) var aggregatorSkips: [String: Int] = [:]
  /// Head moves to another branch, by depth.
  package internal(set) var reorgs: [Int: Int] = [:]
  /// Blocks refused.
  package internal(set) var blocksRejected = 0
  /// Blocks that had to wait for their parent.
  package internal(set) var blocksPending = 0
  /// Votes and aggregates refused.
  package internal(set) var votesRejected = 0
  /// Signatures refused.
  package internal(set) var signaturesRefused = 0
  /// Faults that a person switched on.
  package internal(set) var faults = 0

  /// Counts nothing yet.
  package init() {}

  /// Kinds of free-text reasons that are counted apart.
  static let reasonLimit = 16

  /// All blocks built inside the slot.
  package var fallbackCount: Int { fallbacks.values.reduce(0, +) }
  /// All forfeited proposals.
  package var forfeitCount: Int { forfeits.values.reduce(0, +) }
  /// All missed proposals.
  package var missCount: Int { misses.values.reduce(0, +) }
  /// All discards of signed blocks.
  package var staleCount: Int { staleDiscards.values.reduce(0, +) }
  /// All refreshes.
  package var refreshCount: Int { refreshes.values.reduce(0, +) }
  /// All missed intervals.
  package var missedIntervalCount: Int { missedIntervals.reduce(0, +) }
  /// All reorganisations.
  package var reorgCount: Int { reorgs.values.reduce(0, +) }
  /// Proposals that ended.
  package var proposals: Int { hits + lates + fallbackCount + forfeitCount + missCount }
  /// How proposals ended, as `hit` or `missed: overrun`, with their numbers, in the order of names.
  package var outcomes: [(name: String, count: Int)] {
    let all =
      [("hit", hits), ("late", lates)]
      + fallbacks.map { ("fallback: \($0.key.rawValue)", $0.value) }
      + forfeits.map { ("forfeited: \($0.key.rawValue)", $0.value) }
      + misses.map { ("missed: \($0.key.rawValue)", $0.value) }
    return all.filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }.map { (name: $0.0, count: $0.1) }
  }

  /// Hits in thousandths of the proposals; `nil` before the first.
  package var hitPermille: Int? { proposals > 0 ? (hits * 1000 + proposals / 2) / proposals : nil }

  /// The counts but for proposals that were missed for this reason.
  package func leavingOut(_ reason: MissReason) -> Counters {
    var counters = self
    counters.misses[reason] = nil
    return counters
  }

  /// Adds the counts of another node.
  package mutating func add(_ other: Counters) {
    hits += other.hits
    lates += other.lates
    fallbacks.merge(other.fallbacks, uniquingKeysWith: +)
    forfeits.merge(other.forfeits, uniquingKeysWith: +)
    misses.merge(other.misses, uniquingKeysWith: +)
    orphans += other.orphans
    thinBlocks += other.thinBlocks
    staleDiscards.merge(other.staleDiscards, uniquingKeysWith: +)
    refreshes.merge(other.refreshes, uniquingKeysWith: +)
    forced += other.forced
    ticks += other.ticks
    missedIntervals = zip(missedIntervals, other.missedIntervals).map(+)
    guardSkips += other.guardSkips
    attestations.merge(other.attestations, uniquingKeysWith: +)
    aggregations.merge(other.aggregations, uniquingKeysWith: +)
    aggregatorSkips.merge(other.aggregatorSkips, uniquingKeysWith: +)
    reorgs.merge(other.reorgs, uniquingKeysWith: +)
    blocksRejected += other.blocksRejected
    blocksPending += other.blocksPending
    votesRejected += other.votesRejected
    signaturesRefused += other.signaturesRefused
    faults += other.faults
  }

  mutating func count(_ outcome: ProposalOutcome) {
    switch outcome {
    case .hit: hits += 1
    case .late: lates += 1
    case .fallback(let reason, _): fallbacks[reason, default: 0] += 1
    case .forfeited(let reason): forfeits[reason, default: 0] += 1
    case .missed(let reason): misses[reason, default: 0] += 1
    }
  }

  mutating func countAggregatorSkip(_ reason: String) {
    let known = aggregatorSkips[reason] != nil || aggregatorSkips.count < Counters.reasonLimit
    aggregatorSkips[known ? reason : "other", default: 0] += 1
  }
}

extension ProposalOutcome {
  /// The outcome and its reason in the words of the contract, as `fallback: head_moved`.
  package var name: String {
    switch self {
    case .hit: "hit"
    case .late: "late"
    case .fallback(let reason, _): "fallback: \(reason.rawValue)"
    case .forfeited(let reason): "forfeited: \(reason.rawValue)"
    case .missed(let reason): "missed: \(reason.rawValue)"
    }
  }
}

/// A tick that was not handled: its interval was missed, or handled already.
struct TickSkip: Sendable {
  var slot: UInt64
  /// `nil` when the guard skipped it.
  var missedInterval: Int?
}

extension NodeStatus {
  /// What the proposals and slots from `slot` on add up to, as far as they are kept.
  package func counters(from slot: UInt64) -> Counters {
    var counters = Counters()
    for proposal in proposals.since(slot) {
      if let outcome = proposal.outcome { counters.count(outcome) }
      if let discard = proposal.discard { counters.staleDiscards[discard.reason, default: 0] += 1 }
      if proposal.force == .fired { counters.forced += 1 }
      if proposal.fate == .orphaned { counters.orphans += 1 }
      if proposal.isThin { counters.thinBlocks += 1 }
      for reason in proposal.refreshes { counters.refreshes[reason, default: 0] += 1 }
    }
    for skip in tickSkips.suffix(.max) where skip.slot >= slot {
      if let interval = skip.missedInterval {
        counters.missedIntervals[interval] += 1
      } else {
        counters.guardSkips += 1
      }
    }
    return counters
  }
}
