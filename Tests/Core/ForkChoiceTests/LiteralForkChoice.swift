import Consensus
import Hashing
import SSZ

@testable import ForkChoice

/// Fork choice as leanSpec writes it down: dictionaries, and every vote climbs to the root.
struct LiteralForkChoice {
  private let blocks: [Bytes32: BlockNode]
  private let store: Store
  /// Every proof that was ever shown: proofs that a pool forgot count all the same.
  private let shown: ShownProofs

  init(_ store: Store, _ shown: ShownProofs) {
    self.store = store
    self.shown = shown
    blocks = Dictionary(uniqueKeysWithValues: store.tree.nodes.map { ($0.root, $0) })
  }

  /// leanSpec: `compute_block_weights`.
  var blockWeights: [Bytes32: Int] {
    weights(latestVotes(shown.known), above: store.latestFinalized.slot)
  }

  /// leanSpec: `update_safe_target`.
  var safeTarget: Bytes32 {
    let minimum = (store.validators.count * 2 + 2) / 3
    return head(latestVotes(shown.new), minimumWeight: minimum)
  }

  /// The head from votes that count; the finalized slot must not have moved since.
  var head: Bytes32 { head(latestVotes(shown.known), minimumWeight: nil) }

  private func latestVotes(_ proofs: [SignedAggregatedAttestation]) -> [Int: AttestationData] {
    var latest: [Int: AttestationData] = [:]
    for entry in proofs where entry.data.head.slot > store.latestFinalized.slot {
      for validator in entry.proof.participants.bits.setIndices {
        let earlier = latest[validator] ?? entry.data
        let (slot, root) = (entry.data.slot, entry.data.hashTreeRoot())
        guard (slot, root) >= (earlier.slot, earlier.hashTreeRoot()) else { continue }
        latest[validator] = entry.data
      }
    }
    return latest
  }

  private func weights(_ votes: [Int: AttestationData], above slot: Slot) -> [Bytes32: Int] {
    var weights: [Bytes32: Int] = [:]
    for vote in votes.values {
      var root = vote.head.root
      while let block = blocks[root], block.slot > slot {
        weights[root, default: 0] += 1
        root = block.block.parentRoot
      }
    }
    return weights
  }

  private func head(_ votes: [Int: AttestationData], minimumWeight: Int?) -> Bytes32 {
    var head = store.latestJustified.root
    let weights = weights(votes, above: blocks[head]?.slot ?? 0)
    while true {
      let children = blocks.values.filter { node in
        node.block.parentRoot == head && weights[node.root, default: 0] >= minimumWeight ?? 0
      }
      let best = children.map(\.root).max { left, right in
        let (leftWeight, rightWeight) = (weights[left, default: 0], weights[right, default: 0])
        return leftWeight != rightWeight ? leftWeight < rightWeight : left < right
      }
      guard let best else { return head }
      head = best
    }
  }
}

/// The proofs that a store was shown and that leanSpec's unbounded pools would still hold.
struct ShownProofs {
  var new: [SignedAggregatedAttestation] = []
  var known: [SignedAggregatedAttestation] = []

  mutating func accept() {
    known += new
    new = []
  }

  /// leanSpec: `prune_stale_attestation_data`.
  mutating func prune(_ store: Store) {
    let finalized = store.latestFinalized
    let isStale = { (proof: SignedAggregatedAttestation) in
      proof.data.head.slot <= finalized.slot
        || !store.tree.isAncestor(finalized, of: proof.data.head)
    }
    new.removeAll(where: isStale)
    known.removeAll(where: isStale)
  }
}
