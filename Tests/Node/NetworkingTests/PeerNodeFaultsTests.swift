import Consensus
import Hashing
import QUICTestSupport
import SSZ
import Synchronization
import Testing

@testable import Networking

struct PeerNodeFaultsTests {
  @Test func `a node that is cut off has no peers and hears no dial, until it is healed`()
    async throws
  {
    let network = TestNetwork()
    let first = try network.addNode(1, dialing: [2])
    let second = try network.addNode(2, dialing: [1])
    network.run(milliseconds: 3_000)
    #expect(first.node.peers.count == 1)
    second.node.setCut(true, at: network.now)
    network.run(milliseconds: 100)
    #expect(first.node.peers.isEmpty, "the connection is closed, not left to time out")
    network.run(milliseconds: 60_000)
    #expect(first.node.peers.isEmpty && second.node.peers.isEmpty)
    second.node.setCut(false, at: network.now)
    network.run(milliseconds: 500)
    #expect(first.node.peers.count == 1, "who was cut off dials at once")
    let block = try makeBlock(slot: 3)
    network.run(milliseconds: 2_000)
    second.node.publish(block, at: network.now)
    network.run(milliseconds: 100)
    #expect(await first.inputs().contains("block 3"))
  }

  @Test func `one block of ours is held back, and its author believes it sent`() async throws {
    let network = TestNetwork()
    let first = try network.addNode(1, dialing: [2])
    let second = try network.addNode(2)
    network.run(milliseconds: 3_000)
    _ = await first.inputs()
    let told = Atomic(0)
    first.node.holdNextBlock(by: 3_400_000_000) { told.add(1, ordering: .relaxed) }
    let block = try makeBlock(slot: 3)
    first.node.publish(block, at: network.now)
    #expect(told.load(ordering: .relaxed) == 1)
    #expect(await first.inputs() == ["published \(block.block.hashTreeRoot())"])
    first.node.publish(try makeBlock(slot: 4), at: network.now)
    network.run(milliseconds: 3_300)
    #expect(await second.inputs() == ["block 4"])
    network.run(milliseconds: 200)
    #expect(await second.inputs() == ["block 3"])
    #expect(told.load(ordering: .relaxed) == 1)
  }

  @Test func `a block that nobody could take is not held back`() async throws {
    let network = TestNetwork()
    let alone = try network.addNode(1)
    alone.node.holdNextBlock(by: 1_000_000) {}
    network.run(milliseconds: 100)
    alone.node.publish(try makeBlock(slot: 5), at: network.now)
    #expect(await alone.inputs().first?.hasPrefix("failed") == true)
  }
}
