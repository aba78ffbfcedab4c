package import ChainEvents

/// What the voters of the newest slot agree on: heads, targets and sources.
package struct VoteTally: Equatable, Sendable {
  /// Different points that are kept of each kind; honest voters have one or two.
  static let pointLimit = 8

  /// A point and who voted for it.
  package struct Share: Equatable, Sendable {
    /// The checkpoint or block.
    package internal(set) var point: VotePoint
    /// Who voted for it.
    package internal(set) var voters: ValidatorSet
  }

  /// The slot of the votes.
  package internal(set) var slot: UInt64 = 0
  /// Votes by the block that they call the head.
  package internal(set) var heads: [Share] = []
  /// Votes by target.
  package internal(set) var targets: [Share] = []
  /// Votes by source, which must be the justified checkpoint.
  package internal(set) var sources: [Share] = []

  /// Counts votes; an older slot than the newest is left out.
  mutating func add(_ vote: Vote, by voters: ValidatorSet) {
    guard vote.slot >= slot else { return }
    if vote.slot > slot {
      self = VoteTally()
      slot = vote.slot
    }
    VoteTally.add(voters, to: &heads, at: vote.head)
    VoteTally.add(voters, to: &targets, at: vote.target)
    VoteTally.add(voters, to: &sources, at: vote.source)
  }

  private static func add(
    _ voters: ValidatorSet, to shares: inout [Share], at point: VotePoint
  ) {
    if let index = shares.firstIndex(where: { $0.point == point }) {
      shares[index].voters.formUnion(voters)
    } else if shares.count < pointLimit {
      shares.append(Share(point: point, voters: voters))
    }
  }
}
