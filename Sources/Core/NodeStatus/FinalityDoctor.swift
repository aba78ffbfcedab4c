package import ChainEvents

/// Why justification stands where it does: which target lacks which voters, and who is silent.
package struct FinalityDoctor: Equatable, Sendable {
  /// Slots without a vote after which a validator is silent.
  static let silence: UInt64 = 2

  /// Slots that the head may be ahead of the justified checkpoint while all is well.
  package static let healthyLag: UInt64 = 4

  /// Whether justification keeps up; `nil` until head and justified checkpoint are told.
  package let isHealthy: Bool?
  /// The unjustified target with the most votes.
  package let target: VotePoint?
  /// Voters for it that count: on chain, or in aggregates when the node does not tell.
  package let votes: ValidatorSet
  /// Where they were counted: `on chain` or `in aggregates`.
  package let place: String
  /// Voters for it that reached us in any form.
  package let seen: ValidatorSet
  /// Voters for it that reached us in aggregates.
  package let aggregated: ValidatorSet
  /// Votes that it needs; `nil` until the number of validators is told.
  package let needed: Int?
  /// Validators that are missing among them.
  package let missing: [UInt64]
  /// Validators whose newest vote is old, or that never voted; `nil` until they had time to.
  package let silent: [UInt64]?
  /// The slot of the newest aggregate that reached us.
  package let lastAggregateSlot: UInt64?
  /// Whether aggregates still come; `nil` until one had time to.
  package let isAggregatorSeen: Bool?

  /// Examines a node.
  package init(_ node: NodeStatus) {
    let target = node.votes.strongest(after: node.justified?.slot ?? 0)
    let count = node.validatorCount ?? 0
    self.target = target?.point
    votes = target?.votes ?? ValidatorSet()
    place = target?.onChain == nil ? "in aggregates" : "on chain"
    seen = target?.seen ?? ValidatorSet()
    aggregated = target?.aggregated ?? ValidatorSet()
    needed = node.votesNeeded
    missing = votes.missing(of: count)
    let silent = (0..<count).filter { validator in
      guard let vote = node.tree.latestVote(of: validator) else { return true }
      return vote + FinalityDoctor.silence < node.wallSlot
    }
    self.silent = count > 0 && (node.isWatchedLongEnough || silent.isEmpty) ? silent : nil
    lastAggregateSlot = node.lastAggregate?.slot
    isAggregatorSeen =
      node.lastAggregate.map { $0.slot + FinalityDoctor.silence >= node.wallSlot }
      ?? (node.isWatchedLongEnough ? false : nil)
    isHealthy = node.isJustifying
  }

  /// The finding in one sentence.
  package var sentence: String {
    guard let isHealthy, let needed else {
      return "not told yet: the head, the justified checkpoint or the number of validators"
    }
    if isHealthy { return "justification keeps up" }
    guard let target else { return "no vote for a target after the justified one was seen" }
    let standing = "target \(target.slot) has \(votes.count) votes \(place), needs \(needed)"
    if isAggregatorSeen == false {
      let last = lastAggregateSlot.map { "since slot \($0)" } ?? "at all"
      return "\(standing); no aggregate seen \(last): is an aggregator running?"
    }
    if let silent, !silent.isEmpty { return "\(standing); silent: \(silent.named(limit: 10))" }
    if seen.count >= needed, aggregated.count < needed {
      return "\(standing); \(seen.count) voters seen, only \(aggregated.count) in aggregates"
    }
    if aggregated.count >= needed {
      return "\(standing); enough are aggregated: the next block can justify it"
    }
    return "\(standing); missing: \(missing.named(limit: 10)), which vote for other targets"
  }
}

extension NodeStatus {
  /// Whether justification keeps up; `nil` until head and justified checkpoint are told.
  package var isJustifying: Bool? {
    guard let justifiedLag, let headLag else { return nil }
    return justifiedLag <= FinalityDoctor.healthyLag && headLag <= 2
  }
}
