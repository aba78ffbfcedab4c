import Chain
import ChainEvents
import Consensus
import Gossipsub
import Hashing
import Libp2p
import PeerIdentity
import QUIC
import QUICTestSupport
import SSZ
import Synchronization
import Testing
import Wire
import XMSS

@testable import Networking

struct PeerNodeTests {
  @Test func `a block is passed on once it is judged`() async throws {
    let network = TestNetwork()
    // A line of three: the last hears only what the middle passes on.
    let nodes = [
      try network.addNode(1, dialing: [2]), try network.addNode(2),
      try network.addNode(3, dialing: [2]),
    ]
    network.run(milliseconds: 3_000)
    let block = try makeBlock(slot: 5)
    nodes[0].node.publish(block, at: network.now)
    network.run(milliseconds: 100)
    #expect(await nodes[0].inputs() == ["published \(block.block.hashTreeRoot())"])
    #expect(await nodes[1].inputs() == ["block 5"])
    #expect(await nodes[2].inputs() == [])
    nodes[1].node.judge(nodes[1].lastGossip, .accepted, at: network.now)
    network.run(milliseconds: 100)
    #expect(await nodes[2].inputs() == ["block 5"])
  }

  @Test(arguments: MeshVersion.allCases)
  func `a peer may bring messages on a stream of any version`(version: MeshVersion) async throws {
    let network = TestNetwork()
    let node = try network.addNode(1)
    let peer = try network.addNode(2, dialing: [1])
    network.run(milliseconds: 3_000)
    // From now on only the test speaks there.
    peer.isHanging = true
    let stream = try #require(
      peer.node.host.open([version.rawValue], to: testIdentity(1).peerID, at: network.now))
    network.run(milliseconds: 100)
    #expect(stream.protocolName == version.rawValue)
    var rpc = RPC()
    rpc.publish = [
      RPC.Message(
        topic: node.node.settings.topic(.block),
        data: Snappy.compress(try makeBlock(slot: 5).sszBytes()))
    ]
    stream.write(SendBuffer(UnsignedVarint.encode(rpc.encoded.count) + rpc.encoded))
    network.run(milliseconds: 100)
    #expect(await node.inputs().contains("block 5"))
  }

  @Test func `a message that is none of its topic is not given to the engine`() async throws {
    let network = TestNetwork()
    let first = try network.addNode(1, dialing: [2])
    let second = try network.addNode(2)
    network.run(milliseconds: 3_000)
    let topic = first.node.settings.topic(.block)
    first.node.handle(
      Gossipsub.Input.publish(topic: topic, payload: [1, 2, 3], token: 0), at: network.now)
    network.run(milliseconds: 100)
    #expect(await second.inputs() == [])
    #expect(second.node.gossip.counts.rejected == 1)
    #expect(second.node.peers.count == 1)
  }

  @Test func `a block without peers is told to have failed`() async throws {
    let network = TestNetwork()
    let alone = try network.addNode(1)
    network.run(milliseconds: 100)
    alone.node.publish(try makeBlock(slot: 5), at: network.now)
    #expect(await alone.inputs().first?.hasPrefix("failed") == true)
  }

  @Test func `peers that come and go are told to the engine`() async throws {
    let network = TestNetwork()
    let first = try network.addNode(1, dialing: [2])
    let second = try network.addNode(2)
    network.run(milliseconds: 1_000)
    second.node.shutDown(at: network.now)
    network.run(milliseconds: 100)
    let name = testIdentity(2).peerID.short
    #expect(first.words() == ["\(name) connected", "\(name) said who it is", "\(name) left"])
    #expect(await first.inputs() == ["peer \(name) left"])
  }

  @Test func `a peer that never reads is given one more stream, and then let go`() async throws {
    let network = TestNetwork()
    let first = try network.addNode(1, dialing: [2])
    let second = try network.addNode(2)
    network.run(milliseconds: 3_000)
    let peer = testIdentity(2).peerID
    second.isHanging = true
    for slot in 1...40 as ClosedRange<UInt64> {
      first.node.publish(try makeBlock(slot: slot, proofBytes: 250_000), at: network.now)
      network.run(milliseconds: 1_000)
    }
    #expect(first.node.gossip.counts.misconduct[.notReading, default: 0] == 1)
    #expect(!first.news().isEmpty)
    #expect(first.words().contains("\(peer.short) left"))
    let ending = first.news().compactMap {
      if case .peerDisconnected(_, let reason) = $0 { reason } else { nil }
    }
    #expect(ending == ["we ended it: not reading"])
    #expect(first.node.blamed.isEmpty)
  }

  @Test func `a block reaches eight nodes in few round trips`() async throws {
    let network = TestNetwork()
    let nodes = try (1...8).map { number in
      try network.addNode(UInt8(number), dialing: (1..<number).map { UInt8($0) })
    }
    network.run(milliseconds: 5_000)
    nodes[0].node.publish(try makeBlock(slot: 9, proofBytes: 250_000), at: network.now)
    // 250 kB in slow start at a round trip of 2 ms.
    network.run(milliseconds: 40)
    for node in nodes[1...] { #expect(await node.inputs() == ["block 9"]) }
  }
}
