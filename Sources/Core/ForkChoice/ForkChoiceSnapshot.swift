package import Consensus
package import Hashing

/// The tree from the finalized block on with its weights, as fork choice saw it: what the HTTP API
/// shows of a store.
///
/// A reference, so that readers tell a new picture from the one they know without comparing it.
package final class ForkChoiceSnapshot: Sendable {
  /// A block of the tree.
  package struct Node: Sendable, Equatable {
    /// Its root.
    package let root: Bytes32
    /// Its slot.
    package let slot: Slot
    /// The root of its parent, which may be older than the tree.
    package let parentRoot: Bytes32
    /// Its proposer.
    package let proposerIndex: ValidatorIndex
    /// Validators whose latest vote is for it or a descendant; 0 at the finalized slot.
    package let weight: Int
  }

  private let blocks: ChunkedArray<BlockNode>
  private let links: ChunkedArray<BlockLink>
  /// The block that fork choice selects.
  package let head: Bytes32
  /// The justified checkpoint.
  package let justified: Checkpoint
  /// The finalized checkpoint.
  package let finalized: Checkpoint
  /// The block that is safe to attest to.
  package let safeTarget: Bytes32
  /// Validators in the registry.
  package let validatorCount: Int
  /// Signatures of single votes in the pool.
  package let pooledSignatures: Int
  /// Data with proofs that do not count yet.
  package let newPayloads: Int
  /// Data with proofs that count.
  package let knownPayloads: Int
  /// The start of slot 0, in Unix seconds.
  package let genesisTime: UInt64

  /// Takes a picture of a store.
  package init(_ store: Store) {
    (blocks, links) = (store.tree.nodes, store.tree.links)
    head = store.head
    justified = store.latestJustified
    finalized = store.latestFinalized
    safeTarget = store.safeTarget
    validatorCount = store.validators.count
    pooledSignatures = store.attestationSignatures.signatureCount
    newPayloads = store.newPayloads.data.count
    knownPayloads = store.knownPayloads.data.count
    genesisTime = store.config.genesisTime
  }

  /// The blocks at or after the finalized slot, every parent before its children.
  ///
  /// Made when somebody asks, which is not on the engine.
  /// - Complexity: O(n) for n blocks.
  package var nodes: [Node] {
    zip(blocks, links).compactMap { node, link in
      guard node.slot >= finalized.slot else { return nil }
      return Node(
        root: node.root, slot: node.slot, parentRoot: node.block.parentRoot,
        proposerIndex: node.block.proposerIndex,
        weight: node.slot > finalized.slot ? link.weight : 0)
    }
  }

  /// Whether a store still has the head, the checkpoints, the safe target and the blocks shown.
  ///
  /// Weights also move without any of them, when votes begin to count at an interval's start.
  package func shows(_ store: Store) -> Bool {
    head == store.head && justified == store.latestJustified && finalized == store.latestFinalized
      && safeTarget == store.safeTarget && blocks.last?.root == store.tree.nodes.last?.root
  }
}
