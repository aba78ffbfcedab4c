import Chain
import ChainEvents
import Gossipsub
import QUICTestSupport
import Testing

@testable import Networking

/// Gossip, host and QUIC together, in virtual time: what `NetworkSimulation` shows of gossip alone.
struct PeerNodeMeshTests {
  /// Nodes in a ring with chords: each dials the next four.
  private func ring(_ count: Int, _ network: TestNetwork) throws -> [TestNode] {
    try (0..<count).map { index in
      try network.addNode(
        UInt8(index + 1), dialing: (1...4).map { UInt8((index + $0) % count + 1) })
    }
  }

  /// Lets time pass while every engine judges whatever it gets valid.
  private func run(
    _ milliseconds: UInt64, _ nodes: [TestNode], _ network: TestNetwork
  ) async -> [[String]] {
    var heard = [[String]](repeating: [], count: nodes.count)
    for _ in 0..<(milliseconds / 10) {
      network.run(milliseconds: 10)
      for (index, node) in nodes.enumerated() {
        let words = await node.inputs().filter { $0.hasPrefix("block") }
        heard[index] += words
        if !words.isEmpty { node.node.judge(node.lastGossip, .accepted, at: network.now) }
      }
    }
    return heard
  }

  @Test(arguments: [0, 20] as [UInt64])
  func `a block is everywhere within two heartbeats, also when packets are lost`(
    lossPerMille: UInt64
  ) async throws {
    let network = TestNetwork(seed: 3)
    network.delay = 10_000_000
    let nodes = try ring(16, network)
    network.run(milliseconds: 4_000)
    network.lossPerMille = lossPerMille
    for slot in 1...2 as ClosedRange<UInt64> {
      let author = nodes[Int(slot) * 5]
      author.node.publish(try makeBlock(slot: slot, proofBytes: 50_000), at: network.now)
      let heard = await run(1400, nodes, network)
      for (node, words) in zip(nodes, heard) where node !== author {
        #expect(words == ["block \(slot)"])
      }
    }
    #expect(nodes.allSatisfy { $0.node.gossip.counts.misconduct.isEmpty })
    let copies = nodes.reduce(0) { $0 + Int($1.node.gossip.counts.duplicates) }
    // A late packet keeps both a message and the word that it is not needed.
    #expect(copies <= (lossPerMille == 0 ? 3 : 4) * 2 * nodes.count)
  }
}
