internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import SSZ

// Interval 4: votes are promoted, the head moves, and the next proposer starts at the latest.
extension ChainState {
  /// Counts the voters before the promotion drains the new pool.
  ///
  /// Counted over the newest vote of each data, so a block can be judged by what it left out.
  mutating func snapshotCoverage(of slot: Slot) {
    var voters = Bits()
    for entry in store.newPayloads.entries {
      for proof in entry.proofs { voters.formUnion(proof.participants.bits) }
    }
    coverage[slot] = voters.setCount
  }
}
