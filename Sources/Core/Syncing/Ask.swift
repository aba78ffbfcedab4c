package import Consensus
package import Hashing

/// A request of ours to one peer.
package struct Ask<Peer: Hashable & Sendable>: Hashable, Sendable {
  /// What is asked for.
  package enum Content: Hashable, Sendable {
    /// The canonical blocks of so many slots from the first, ascending.
    case range(start: Slot, count: UInt64)
    /// Blocks by their roots, in any order.
    case roots([Bytes32])
  }

  /// The number by which the answer is known.
  package let number: UInt64

  /// Who is asked.
  package let peer: Peer

  /// What is asked for.
  package let content: Content
}

/// How a request of ours ended.
package enum AskEnd: Hashable, Sendable {
  /// The peer sent all that it has of it.
  case answered
  /// The peer does not have the history, or has no time for us.
  case refused
  /// The answer did not come, stopped in the middle, or was no chain: also honest peers do that.
  case failed
  /// No correct peer sends what came.
  case misconduct
}

/// A block that came in an answer.
package struct FetchedBlock: Sendable {
  /// The block with its proof.
  package let block: SignedBlock

  /// Its root.
  package let root: Bytes32

  /// The bytes of its SSZ.
  package let byteCount: Int

  /// Creates a block that came.
  package init(block: SignedBlock, root: Bytes32, byteCount: Int) {
    self.block = block
    self.root = root
    self.byteCount = byteCount
  }

  var slot: Slot { block.block.slot }

  var parentRoot: Bytes32 { block.block.parentRoot }

  var checkpoint: Checkpoint { Checkpoint(root: root, slot: slot) }
}

/// When something happens.
package struct SyncTime: Hashable, Sendable {
  /// Any monotonic time.
  package let monotonic: Duration

  /// The slot by the wall clock: what peers claim beyond it cannot be true.
  package let slot: Slot

  /// Creates a time.
  package init(monotonic: Duration, slot: Slot) {
    self.monotonic = monotonic
    self.slot = slot
  }
}
