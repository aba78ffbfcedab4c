internal import Chain
internal import ChainHost
internal import Consensus
internal import Gossipsub
internal import Hashing
internal import Libp2p
internal import SSZ

/// Faults that a person puts into a running network to see what happens.
extension PeerNode {
  /// Ends every connection and neither dials nor hears anybody, or takes that back.
  package func setCut(_ isCut: Bool, at now: UInt64) { host.setCut(isCut, at: now) }

  /// Holds the next block of ours back in our sender, as a slow line does.
  package func holdNextBlock(by nanoseconds: UInt64, whenHeld: @escaping @Sendable () -> Void) {
    hold = (nanoseconds, whenHeld)
  }

  /// Takes a block that is to be held back.
  ///
  /// Its author is told what it would be told with a slow line: that peers take it.
  func hold(_ block: SignedBlock, at now: UInt64) -> Bool {
    guard let hold, !host.peers.isEmpty else { return false }
    self.hold = nil
    heldBlocks.append((block, now + hold.nanoseconds))
    heldBlocks.sort { $0.until < $1.until }
    ports.mailbox.post(.published(root: block.block.hashTreeRoot()))
    hold.whenHeld()
    return true
  }

  /// Sends the blocks whose time has come.
  func releaseBlocks(at now: UInt64) {
    while let held = heldBlocks.first, held.until <= now {
      heldBlocks.removeFirst()
      publish(held.block.sszBytes(), .block, token: 0, at: now)
    }
  }
}
