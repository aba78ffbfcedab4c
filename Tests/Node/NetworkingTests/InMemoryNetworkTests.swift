import Chain
import ChainHost
import Consensus
import Hashing
import Networking
import SSZ
import Synchronization
import Testing

struct InMemoryNetworkTests {
  @Test func `a block reaches every member but its author`() async throws {
    let network = InMemoryNetwork(conditions: .init(delayMilliseconds: 0...1), seed: 1)
    let members = ["a", "b", "c"].map { TestMember($0, network) }
    members[0].peer.publish(try block(slot: 1))
    for member in members[1...] {
      #expect(await member.nextBlockSlot() == 1)
    }
    #expect(members[0].news == [.connected("b"), .connected("c")])
  }

  @Test func `a member that was cut off hears nothing until it is healed`() async throws {
    let network = InMemoryNetwork(conditions: .init(delayMilliseconds: 0...1), seed: 1)
    let (author, receiver) = (TestMember("a", network), TestMember("b", network))
    network.setCut("b", true)
    author.peer.publish(try block(slot: 1))
    network.setCut("b", false)
    author.peer.publish(try block(slot: 2))
    #expect(await receiver.nextBlockSlot() == 2)
    #expect(receiver.news == [.connected("a"), .disconnected("a"), .connected("a")])
  }

  @Test func `one block is held back, and who asked for it is told its author`() async throws {
    let network = InMemoryNetwork(conditions: .init(delayMilliseconds: 0...1), seed: 1)
    let (author, receiver) = (TestMember("a", network), TestMember("b", network))
    let news = Heard()
    network.delayNextBlock(by: 300) { author in
      news.news.withLock { $0.append(.connected(author)) }
    }
    author.peer.publish(try block(slot: 1))
    #expect(news.news.withLock { $0 } == [.connected("a")])
    author.peer.publish(try block(slot: 2))
    #expect(await receiver.nextBlockSlot() == 2)
    #expect(await receiver.nextBlockSlot() == 1)
    #expect(news.news.withLock { $0 } == [.connected("a")])
  }

  @Test func `a block that nobody can be sent is told to its author`() throws {
    let network = InMemoryNetwork(seed: 1)
    let author = TestMember("a", network)
    let block = try block(slot: 1)
    author.peer.publish(block)
    #expect(author.unsent == [block.block.hashTreeRoot()])
  }

  @Test func `peers are asked one after the other until one has the block`() async throws {
    let network = InMemoryNetwork(conditions: .init(delayMilliseconds: 0...1), seed: 1)
    let wanted = try block(slot: 7)
    let asker = TestMember("a", network)
    _ = TestMember("b", network)
    _ = TestMember("c", network, blocks: [wanted])
    asker.peer.request([BlockRequest(root: wanted.block.hashTreeRoot(), namedBy: "nobody")])
    #expect(await asker.nextBlockSlot() == 7)
  }

  @Test func `a lossy network loses about what it was told to`() async throws {
    let network = InMemoryNetwork(
      conditions: .init(delayMilliseconds: 0...0, lossPerMille: 500), seed: 3)
    let (author, receiver) = (TestMember("a", network), TestMember("b", network))
    for slot in 1...100 { author.peer.publish(try block(slot: UInt64(slot))) }
    network.setCut("b", false)
    var received = 0
    while let slot = await receiver.nextBlockSlot(withinMilliseconds: 200) {
      received += 1
      #expect((1...100).contains(slot))
    }
    #expect((30...64).contains(received))
  }

  @Test func `a restarted member replaces its former self`() async throws {
    let network = InMemoryNetwork(conditions: .init(delayMilliseconds: 0...1), seed: 1)
    let author = TestMember("a", network)
    let dead = TestMember("b", network)
    network.leave("b")
    let reborn = TestMember("b", network)
    author.peer.publish(try block(slot: 3))
    #expect(await reborn.nextBlockSlot() == 3)
    #expect(await dead.nextBlockSlot(withinMilliseconds: 20) == nil)
  }
}

private func block(slot: UInt64) throws -> SignedBlock {
  SignedBlock(
    block: Block(
      slot: Slot(slot), proposerIndex: 0, parentRoot: .zero, stateRoot: .zero, body: BlockBody()),
    proof: MultiMessageAggregate(proof: try ByteList([1])))
}

private final class Heard: Sendable {
  let news = Mutex<[PeerNews]>([])
  let unsent = Mutex<[Bytes32]>([])
}

/// A member that keeps what it hears.
private final class TestMember: Sendable {
  let peer: InMemoryPeer
  private let mailbox = ChainMailbox()
  private let heard = Heard()

  init(_ name: String, _ network: InMemoryNetwork, blocks: [SignedBlock] = []) {
    let heard = heard
    var peer = network.join(
      name, mailbox: mailbox,
      blocks: { root in blocks.first { $0.block.hashTreeRoot() == root } },
      report: { news in heard.news.withLock { $0.append(news) } })
    peer.onPublished = { root, isSent in
      if !isSent { heard.unsent.withLock { $0.append(root) } }
    }
    self.peer = peer
  }

  var news: [PeerNews] { heard.news.withLock { $0 } }
  var unsent: [Bytes32] { heard.unsent.withLock { $0 } }

  /// The slot of the next block, or `nil` when none comes in time.
  func nextBlockSlot(withinMilliseconds limit: Int = 5_000) async -> UInt64? {
    let timeout = Task { [mailbox] in
      try await Task.sleep(for: .milliseconds(limit))
      mailbox.post(.wake)
    }
    defer { timeout.cancel() }
    while let input = await mailbox.next() {
      switch input {
      case .block(let block, _): return block.block.slot.rawValue
      case .wake: return nil
      default: continue
      }
    }
    return nil
  }
}
