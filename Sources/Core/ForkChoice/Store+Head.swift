package import Consensus
public import Hashing

/// The choice between forks. leanSpec: `update_head`, `update_safe_target`.
extension Store {
  /// The votes that count for each block above the finalized slot, in order of insertion.
  ///
  /// - Complexity: O(n + v) for n blocks and v validators.
  public var blockWeights: [(root: Bytes32, weight: Int)] {
    let weights = tree.weights(votes: votes.heads)
    return zip(tree.nodes, weights).compactMap { node, weight in
      node.slot > latestFinalized.slot ? (node.root, weight) : nil
    }
  }

  /// Moves new proofs to the known ones, where they count, and chooses the head again.
  mutating func acceptNewAttestations() {
    let evictions = knownPayloads.evictedVoteCount
    for entry in newPayloads.entries {
      for proof in entry.proofs where knownPayloads.insert(proof, for: entry.data) {
        countKnown(entry.data, [proof])
      }
    }
    newPayloads.removeAll()
    if knownPayloads.evictedVoteCount != evictions { recountVotes() }
    updateHead()
  }

  /// Chooses the head: from the justified block down the heaviest children.
  ///
  /// Finalization follows the head's chain.
  package mutating func updateHead() {
    let weights = tree.weights(votes: votes.heads)
    let start = knownPosition(latestJustified.root)
    let chosen = tree.nodes[tree.heaviestLeaf(from: start, weights: weights)]
    head = chosen.root

    // A checkpoint-sync anchor may be later than what its state calls finalized.
    // No block at that slot is known then: the trusted anchor stays.
    let landing = tree.chain(from: head).first { $0.slot <= chosen.latestFinalized.slot }
    guard let landing, landing.slot == chosen.latestFinalized.slot,
      landing.checkpoint != latestFinalized
    else { return }
    latestFinalized = landing.checkpoint
    recountVotes()
  }

  /// Finds the deepest block that two thirds of the validators support with new proofs.
  package mutating func updateSafeTarget() {
    let newVotes = LatestVotes(newPayloads, in: tree, finalized: latestFinalized.slot)
    let position = tree.heaviestLeaf(
      from: knownPosition(latestJustified.root), weights: tree.weights(votes: newVotes.heads),
      minimumWeight: (validators.count * 2 + 2) / 3)
    safeTarget = tree.nodes[position].root
  }

  /// Adds a proof to the known ones and counts it, as a block builder that made it would.
  package mutating func insertKnown(_ proof: SingleMessageAggregate, for data: AttestationData) {
    knownPayloads.insert(proof, for: data)
    recountVotes()
  }

  /// Counts some of a vote's known proofs.
  mutating func countKnown(_ data: AttestationData, _ proofs: [SingleMessageAggregate]) {
    guard let entry = knownPayloads.entry(for: data) else { return }
    votes.count(entry, proofs: proofs, in: tree, finalized: latestFinalized.slot)
  }

  /// Counts the votes of the known proofs from scratch, after some of them stopped counting.
  mutating func recountVotes() {
    votes = LatestVotes(knownPayloads, in: tree, finalized: latestFinalized.slot)
  }
}
