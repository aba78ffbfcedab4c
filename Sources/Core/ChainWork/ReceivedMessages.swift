package import Consensus
package import Hashing

/// How a message reached us.
package struct MessageOrigin: Hashable, Sendable {
  /// The short name of the peer.
  package var peer: String

  /// The number under which gossip waits for a verdict; `nil` for an answer to a request.
  package var gossip: UInt64?

  /// The number under which whoever asked for an answer waits for a verdict, if it does; never one
  /// of gossip's.
  package var answer: UInt64?

  /// Creates an origin.
  package init(peer: String, gossip: UInt64? = nil, answer: UInt64? = nil) {
    self.peer = peer
    self.gossip = gossip
    self.answer = answer
  }

  /// The number under which the network waits for a verdict.
  package var awaited: UInt64? { gossip ?? answer }
}

/// A vote of a peer that the rules allow, before its signature or proof is checked.
package struct Unverified<Check: Sendable>: Sendable {
  /// The check, which holds the vote.
  package let check: Check

  /// How it came.
  package let origin: MessageOrigin

  package init(_ check: Check, from origin: MessageOrigin) {
    self.check = check
    self.origin = origin
  }
}

/// A block of a peer before its signatures are checked.
package struct ReceivedBlock: Sendable {
  /// The block with its proof.
  package let block: SignedBlock

  /// The root of the block, without the proof.
  package let root: Bytes32

  /// How it came.
  package let origin: MessageOrigin

  /// The length of its encoding.
  package let byteCount: Int

  /// When it, or the last of its ancestors, reached us.
  package var arrived: UnixMilliseconds

  package init(
    block: SignedBlock, root: Bytes32, origin: MessageOrigin, byteCount: Int,
    arrived: UnixMilliseconds
  ) {
    self.block = block
    self.root = root
    self.origin = origin
    self.byteCount = byteCount
    self.arrived = arrived
  }

  package var slot: Slot { block.block.slot }
  package var parentRoot: Bytes32 { block.block.parentRoot }
}
