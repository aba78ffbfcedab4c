import Chain
import ChainEvents
import ChainHost
import Consensus
import Hashing
import Networking
import RequestResponse
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
    #expect(members[0].news == ["b connected", "c connected"])
  }

  @Test func `a member that was cut off hears nothing until it is healed`() async throws {
    let network = InMemoryNetwork(conditions: .init(delayMilliseconds: 0...1), seed: 1)
    let (author, receiver) = (TestMember("a", network), TestMember("b", network))
    network.setCut("b", true)
    author.peer.publish(try block(slot: 1))
    network.setCut("b", false)
    author.peer.publish(try block(slot: 2))
    #expect(await receiver.nextBlockSlot() == 2)
    #expect(receiver.news == ["a connected", "a disconnected", "a connected"])
  }

  @Test func `the next block of a member is held back, and who asked for it is told`() async throws
  {
    let network = InMemoryNetwork(conditions: .init(delayMilliseconds: 0...1), seed: 1)
    let (author, receiver) = (TestMember("a", network), TestMember("b", network))
    let told = Atomic(0)
    author.peer.holdNextBlock(byMilliseconds: 300) { told.add(1, ordering: .relaxed) }
    receiver.peer.publish(try block(slot: 9))
    #expect(told.load(ordering: .relaxed) == 0, "blocks of others are not held")
    author.peer.publish(try block(slot: 1))
    #expect(told.load(ordering: .relaxed) == 1)
    author.peer.publish(try block(slot: 2))
    #expect(await receiver.nextBlockSlot() == 2)
    #expect(await receiver.nextBlockSlot() == 1)
    #expect(told.load(ordering: .relaxed) == 1)
  }

  @Test func `a block that nobody can be sent is told to its author`() async throws {
    let network = InMemoryNetwork(seed: 1)
    let author = TestMember("a", network)
    let block = try block(slot: 1)
    author.peer.publish(block)
    guard case .publicationFailed(let root)? = await author.mailbox.next() else {
      Issue.record("nothing was told")
      return
    }
    #expect(root == block.block.hashTreeRoot())
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

/// A member that keeps what it hears.
private final class TestMember: Sendable {
  let peer: InMemoryPeer
  let mailbox = ChainMailbox()
  private let heard = Heard()

  private final class Heard: Sendable {
    let news = Mutex<[String]>([])
  }

  init(_ name: String, _ network: InMemoryNetwork, blocks: [SignedBlock] = []) {
    let heard = heard
    peer = network.join(
      name,
      NodePorts(
        mailbox: mailbox,
        source: ChainSource(
          slot: { 0 },
          status: { nil }, block: { root in blocks.first { $0.block.hashTreeRoot() == root } },
          range: { _, _ in .incompleteHistory }),
        report: { news in
          switch news {
          case .peerConnected(let peer, _, _, _):
            heard.news.withLock { $0.append("\(peer) connected") }
          case .peerDisconnected(let peer, _):
            heard.news.withLock { $0.append("\(peer) disconnected") }
          case .peerStatus, .sync, .syncGate: break
          }
        }))
  }

  var news: [String] { heard.news.withLock { $0 } }

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
