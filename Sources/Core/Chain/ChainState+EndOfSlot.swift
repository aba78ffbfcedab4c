internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import SSZ

/// The voters that were known when a slot ended.
struct Coverage: Sendable {
  let slot: Slot
  let voters: Int
}

// Interval 4: votes are promoted, the head moves, and the next proposer starts at the latest.
extension ChainState {
  /// Counts the voters before the promotion drains the new pool.
  ///
  /// Counted over the newest vote of each data, so a block can be judged by what it left out.
  mutating func snapshotCoverage() {
    var voters = Bits()
    for entry in store.newPayloads.entries {
      for proof in entry.proofs { voters.formUnion(proof.participants.bits) }
    }
    let slot = store.time.slot
    // An empty pool says that nothing came, not that nobody is known.
    guard voters.setCount > 0 || coverage == nil else { return }
    coverage = Coverage(slot: slot, voters: voters.setCount)
  }
}
