package import Consensus
public import Hashing
internal import SSZ

/// The choice between forks. leanSpec: `update_head`, `update_safe_target`.
extension Store {
  /// The votes that count for each block above the finalized slot, in order of insertion.
  ///
  /// - Complexity: O(n) for n blocks.
  public var blockWeights: [(root: Bytes32, weight: Int)] {
    zip(tree.nodes, tree.links).compactMap { node, link in
      node.slot > latestFinalized.slot ? (node.root, link.weight) : nil
    }
  }

  /// Moves new proofs to the known ones, where they count, and chooses the head again.
  mutating func acceptNewAttestations() {
    for entry in newPayloads.entries {
      for proof in entry.proofs { knownPayloads.insert(proof, for: entry.data) }
    }
    tree.moveVotes(knownVotes.merge(newVotes))
    newPayloads.removeAll()
    newVotes = LatestVotes()
    updateHead()
  }

  /// Chooses the head: from the justified block down the heaviest children.
  ///
  /// Finalization follows the head's chain.
  package mutating func updateHead() {
    let chosen = tree.nodes[tree.selectHead(from: knownPosition(latestJustified.root))]
    head = chosen.root

    // A checkpoint-sync anchor may be later than what its state calls finalized.
    // No block at that slot is known then: the trusted anchor stays.
    let landing = tree.ancestor(of: head, atOrBefore: chosen.latestFinalized.slot)
    guard let landing, landing.slot == chosen.latestFinalized.slot,
      landing.checkpoint != latestFinalized
    else { return }
    latestFinalized = landing.checkpoint
    recountVotes()
  }

  /// Finds the deepest block that two thirds of the validators support with new proofs.
  package mutating func updateSafeTarget() {
    let position = tree.deepest(
      from: knownPosition(latestJustified.root), votes: newVotes.weights,
      minimum: (validators.count * 2 + 2) / 3)
    safeTarget = tree.nodes[position].root
  }

  /// Adds a proof to the known ones and counts it, as a block builder that made it would.
  package mutating func insertKnown(_ proof: SingleMessageAggregate, for data: AttestationData) {
    knownPayloads.insert(proof, for: data)
    guard let vote = counted(data) else { return }
    tree.moveVotes(knownVotes.count(vote, voters: proof.participants.bits))
  }

  /// The vote as it counts; `nil` for one that cannot: its head is not later than the finalized
  /// block, or no longer known.
  func counted(_ data: AttestationData) -> CountedVote? {
    guard data.head.slot > latestFinalized.slot else { return nil }
    return tree.position(of: data.head.root).map { CountedVote(data, position: $0) }
  }

  /// Counts the votes again after other finality or a smaller tree made some of them void.
  ///
  /// Where a validator's latest vote went, an older one counts if a proof still shows it.
  mutating func recountVotes() {
    knownVotes = recounted(knownVotes, knownPayloads)
    newVotes = recounted(newVotes, newPayloads)
    tree.setVotes(knownVotes.weights)
  }

  private func recounted(_ votes: LatestVotes, _ pool: PayloadPool) -> LatestVotes {
    var votes = votes.compactMapped { vote in
      guard vote.head.slot > latestFinalized.slot else { return nil }
      return tree.position(of: vote.head.root).map { vote.moved(to: $0) }
    }
    for entry in pool.unordered where !entry.proofs.isEmpty {
      if let vote = counted(entry.data) { _ = votes.count(vote, voters: entry.voters) }
    }
    return votes
  }
}
