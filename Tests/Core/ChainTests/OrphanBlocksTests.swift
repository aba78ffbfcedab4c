import ChainTestSupport
import ChainWork
import Consensus
import Hashing
import SSZ
import Testing

@testable import Chain

struct OrphanBlocksTests {
  /// A block of a slot, on a parent that nobody has unless it is named.
  private func orphan(
    _ slot: UInt64, on parent: Bytes32? = nil, from peer: String = "a", bytes: Int = 1
  ) -> ReceivedBlock {
    let block = Block(
      slot: Slot(slot), proposerIndex: 0, parentRoot: parent ?? root(200), stateRoot: .zero,
      body: BlockBody())
    let signed = SignedBlock(
      block: block, proof: MultiMessageAggregate(proof: ByteList512KiB(unchecked: [])))
    return ReceivedBlock(
      block: signed, root: block.hashTreeRoot(), origin: MessageOrigin(peer: peer),
      byteCount: bytes, arrived: 0)
  }

  @Test func `a peer with too many loses its farthest, and nobody else loses one`() {
    var orphans = OrphanBlocks()
    _ = orphans.insert(orphan(9999, from: "honest"))
    var dropped: [Slot] = []
    for slot in 1...UInt64(OrphanBlocks.peerLimit + 2) {
      dropped += orphans.insert(orphan(slot, from: "hoarder")).map(\.slot)
    }
    #expect(dropped == [65, 66])
    #expect(orphans.count == OrphanBlocks.peerLimit + 1)
  }

  @Test func `all peers together have a limit, and the peer with most loses its farthest`() {
    var orphans = OrphanBlocks()
    for slot in 1...UInt64(OrphanBlocks.limit) {
      _ = orphans.insert(orphan(slot, from: "\(slot % 16)"))
    }
    #expect(orphans.insert(orphan(5000, from: "honest")).map(\.slot) == [1017])
    #expect(orphans.insert(orphan(5001, from: "honest")).map(\.slot) == [1016])
    #expect(orphans.count == OrphanBlocks.limit)
  }

  @Test func `their bytes have a limit`() {
    var orphans = OrphanBlocks()
    let half = OrphanBlocks.byteLimit / 2
    #expect(orphans.insert(orphan(1, bytes: half)).isEmpty)
    #expect(orphans.insert(orphan(2, bytes: half)).isEmpty)
    #expect(orphans.insert(orphan(3, bytes: 1)).map(\.slot) == [3])
  }

  @Test func `descendants of any depth go together, others stay`() {
    var orphans = OrphanBlocks()
    let first = orphan(1)
    let second = orphan(2, on: first.root)
    let third = orphan(3, on: second.root)
    for block in [third, second, first, orphan(9)] { _ = orphans.insert(block) }
    #expect(orphans.missingAncestor(of: third.root) == root(200))
    #expect(orphans.discardDescendants(of: first.root).map(\.slot) == [2, 3])
    #expect(orphans.count == 2)
    #expect(orphans.missing.map(\.root) == [root(200)])
  }
}
