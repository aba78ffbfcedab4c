import Chain
import ChainEvents
import Consensus
import Hashing
import QUICTestSupport
import SSZ
import Testing

@testable import Networking

struct PeerNodeSyncingTests {
  private let genesis = Checkpoint(root: .zero, slot: 0)

  private func chain(_ count: UInt64) throws -> [SignedBlock] {
    var blocks: [SignedBlock] = []
    for slot in 1...count {
      let parent = blocks.last?.block.hashTreeRoot() ?? genesis.root
      blocks.append(try makeBlock(slot: slot, parent: parent, proofBytes: 5_000))
    }
    return blocks
  }

  private func status(_ block: SignedBlock?) -> Status {
    Status(
      finalized: genesis,
      head: block.map { Checkpoint(root: $0.block.hashTreeRoot(), slot: $0.block.slot) } ?? genesis)
  }

  @Test func `a node that is behind gets the range, a block after the other as they are judged`()
    async throws
  {
    let network = TestNetwork()
    let blocks = try chain(30)
    _ = try network.addNode(1, blocks: blocks, status: status(blocks.last), slot: 31)
    let client = try network.addNode(2, dialing: [1], status: status(nil), slot: 31)
    var words: [String] = []
    for _ in 0..<60 {
      network.run(milliseconds: 100)
      words += await client.inputs().filter { $0.hasPrefix("block") }
      #expect(client.answers.count <= 4)
      for answer in client.answers { client.node.judge(answer, .accepted, at: network.now) }
      client.answers = []
    }
    // The head that it tells stays where it was, so it begins again.
    #expect(words.prefix(30) == (1...30).map { "block \($0)" }[...])
  }

  @Test func `a peer whose block is rejected is not asked for more`() async throws {
    let network = TestNetwork()
    let blocks = try chain(30)
    _ = try network.addNode(1, blocks: blocks, status: status(blocks.last), slot: 31)
    let client = try network.addNode(2, dialing: [1], status: status(nil), slot: 31)
    network.run(milliseconds: 3_000)
    let first = await client.inputs().filter { $0.hasPrefix("block") }
    #expect(first.count == 4)
    for answer in client.answers { client.node.judge(answer, .rejected, at: network.now) }
    network.run(milliseconds: 30_000)
    #expect(await client.inputs().filter { $0.hasPrefix("block") } == [])
  }
}
