import Consensus
import Hashing
import SSZ

@testable import ForkChoice

/// Fork choice as leanSpec writes it down: dictionaries, and every vote climbs to the root.
struct LiteralForkChoice {
  private let blocks: [Bytes32: BlockNode]
  private let store: Store

  init(_ store: Store) {
    self.store = store
    blocks = Dictionary(uniqueKeysWithValues: store.tree.nodes.map { ($0.root, $0) })
  }

  /// leanSpec: `compute_block_weights`.
  var blockWeights: [Bytes32: Int] {
    weights(latestVotes(store.knownPayloads), above: store.latestFinalized.slot)
  }

  /// leanSpec: `update_safe_target`.
  var safeTarget: Bytes32 {
    let minimum = (store.validators.count * 2 + 2) / 3
    return head(latestVotes(store.newPayloads), minimumWeight: minimum)
  }

  /// The head from votes that count; the finalized slot must not have moved since.
  var head: Bytes32 { head(latestVotes(store.knownPayloads), minimumWeight: nil) }

  private func latestVotes(_ pool: PayloadPool) -> [Int: AttestationData] {
    var latest: [Int: AttestationData] = [:]
    for entry in pool.entries where entry.data.head.slot > store.latestFinalized.slot {
      for validator in entry.proofs.flatMap({ $0.participants.bits.setIndices }) {
        if let earlier = latest[validator], earlier.slot >= entry.data.slot { continue }
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
