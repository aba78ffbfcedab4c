internal import Consensus
internal import Hashing
internal import SSZ

/// The latest vote of every validator, as fork choice counts it.
///
/// A later slot wins; for equal slots the vote that comes first in its pool.
struct LatestVotes: Sendable, Equatable {
  private struct Vote: Sendable, Equatable {
    var slot: Slot
    var rank: Int
    /// The position of the head in the block tree, or `nil` while the block is unknown.
    var head: Int?
  }

  private var votes: [Vote?] = []
  /// Whether some vote is for a block that was unknown when it was counted.
  private(set) var hasUnknownHead = false

  init() {}

  /// Counts all votes of a pool whose head is later than the finalized slot.
  init(_ pool: PayloadPool, in tree: BlockTree, finalized: Slot) {
    for entry in pool.entries { count(entry, proofs: entry.proofs, in: tree, finalized: finalized) }
  }

  /// The positions of the heads that are voted for, one for each validator.
  var heads: [Int] { votes.compactMap { $0?.head } }

  /// Counts proofs of a pool's entry.
  mutating func count(
    _ entry: PayloadPool.Entry, proofs: [SingleMessageAggregate], in tree: BlockTree,
    finalized: Slot
  ) {
    guard entry.data.head.slot > finalized else { return }
    let head = tree.position(of: entry.data.head.root)
    let vote = Vote(slot: entry.data.slot, rank: entry.rank, head: head)
    for proof in proofs {
      let participants = proof.participants.bits
      if participants.count > votes.count {
        votes.append(contentsOf: repeatElement(nil, count: participants.count - votes.count))
      }
      for (position, word) in participants.words.enumerated() {
        var rest = word
        while rest != 0 {
          replace(position * 64 + rest.trailingZeroBitCount, by: vote)
          rest &= rest - 1
        }
      }
    }
    if head == nil && !proofs.isEmpty { hasUnknownHead = true }
  }

  private mutating func replace(_ validator: Int, by vote: Vote) {
    if let earlier = votes[validator] {
      let isLater =
        earlier.slot != vote.slot ? earlier.slot < vote.slot : earlier.rank > vote.rank
      guard isLater else { return }
    }
    votes[validator] = vote
  }
}
