public import ChainEvents

/// What the voters of the newest slot agree on: heads, targets and sources.
public struct VoteTally: Equatable, Sendable {
  /// Different points that are kept of each kind; honest voters have one or two.
  static let pointLimit = 8

  /// A point and who voted for it.
  public struct Share: Equatable, Sendable {
    /// The checkpoint or block.
    public let point: VotePoint
    /// Who voted for it.
    public internal(set) var voters: ValidatorSet
  }

  /// The slot of the votes.
  public private(set) var slot: UInt64 = 0
  /// Votes by the block that they call the head.
  public private(set) var heads: [Share] = []
  /// Votes by target.
  public private(set) var targets: [Share] = []
  /// Votes by source, which must be the justified checkpoint.
  public private(set) var sources: [Share] = []

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
