import Chain
import ChainEvents
import Consensus
import Hashing
import Libp2p
import PeerIdentity
import QUIC
import QUICTestSupport
import RequestResponse
import SSZ
import Syncing
import Testing
import Wire

@testable import Networking

struct PeerNodeRequestsTests {
  private static func status(head: UInt64, finalized: UInt64) -> Status {
    Status(
      finalized: Checkpoint(root: .zero, slot: Slot(finalized)),
      head: Checkpoint(root: .zero, slot: Slot(head)))
  }

  @Test func `peers tell each other where they stand when they meet, and now and then`()
    async throws
  {
    let network = TestNetwork()
    let first = try network.addNode(
      1, dialing: [2], status: Self.status(head: 7, finalized: 4))
    let second = try network.addNode(2, status: Self.status(head: 9, finalized: 6))
    network.run(milliseconds: 3_000)
    let (one, two) = (testIdentity(1).peerID.short, testIdentity(2).peerID.short)
    #expect(Set(await first.inputs()) == ["peer \(two) at 9"])
    #expect(Set(await second.inputs()) == ["peer \(one) at 7"])
    let statuses = first.news().compactMap { news -> PeerStatus? in
      guard case .peerStatus(let status) = news else { return nil }
      return status
    }
    #expect(
      statuses.first.map { [$0.headSlot, $0.finalizedSlot, UInt64($0.roundTripMilliseconds)] }
        == [9, 6, 2])
    #expect(statuses.first?.peer == two)
    network.run(milliseconds: 70_000)
    // Each asks twice, and each question tells the other as much as its answer.
    #expect(await first.inputs().count == 4)
  }

  @Test func `an announcement tells eight peers where we stand, who waited longest`()
    async throws
  {
    let network = TestNetwork()
    let others = (2...11).map { UInt8($0) }
    let first = try network.addNode(
      1, dialing: others, status: Self.status(head: 7, finalized: 4))
    let peers = try others.map {
      try network.addNode($0, status: Self.status(head: 9, finalized: 6))
    }
    network.run(milliseconds: 3_000)
    for peer in peers { _ = await peer.inputs() }
    func told() async -> Int {
      var count = 0
      for peer in peers where await !peer.inputs().isEmpty { count += 1 }
      return count
    }
    first.node.announce(at: network.now)
    network.run(milliseconds: 100)
    #expect(await told() == PeerNode.announcementLimit)
    first.node.announce(at: network.now)
    network.run(milliseconds: 100)
    #expect(await told() == PeerNode.announcementLimit)
    #expect(first.node.statusDue.count == 10)
  }

  @Test func `a peer that did not answer is asked again soon`() async throws {
    let network = TestNetwork()
    let status = Self.status(head: 7, finalized: 4)
    let first = try network.addNode(1, dialing: [2], status: status)
    let second = try network.addNode(2)
    network.run(milliseconds: 3_000)
    // It has no status yet, which is an error on the wire: the question comes again.
    let asked = second.news().count
    network.run(milliseconds: 20_000)
    #expect(second.news().count >= asked + 2)
    #expect(first.node.peers.count == 1)
  }

  @Test func `peers are asked for a block one after the other until one has it`() async throws {
    let network = TestNetwork()
    let wanted = try [makeBlock(slot: 7, proofBytes: 200_000), makeBlock(slot: 8)]
    let asker = try network.addNode(1, dialing: [2, 3, 4])
    for number in 2...3 as ClosedRange<UInt8> { _ = try network.addNode(number) }
    _ = try network.addNode(4, blocks: wanted)
    network.run(milliseconds: 3_000)
    asker.node.request(
      wanted.map { BlockRequest(root: $0.block.hashTreeRoot(), namedBy: "nobody") },
      at: network.now)
    network.run(milliseconds: 500)
    #expect(Set(await asker.inputs()) == ["block 7", "block 8"])
    #expect(asker.lastGossip == 0)
    #expect(asker.node.fetcher.wantedRoots == 0)
    network.run(milliseconds: 40_000)
    #expect(asker.node.exchanges.isEmpty)
  }

  @Test func `a block that nobody has is given up when everybody was asked`() async throws {
    let network = TestNetwork()
    let asker = try network.addNode(1, dialing: [2])
    _ = try network.addNode(2)
    network.run(milliseconds: 3_000)
    asker.node.request([BlockRequest(root: .zero, namedBy: "nobody")], at: network.now)
    #expect(asker.node.fetcher.wantedRoots == 1)
    network.run(milliseconds: 500)
    #expect(asker.node.fetcher.wantedRoots == 0)
    #expect(await asker.inputs() == [])
  }

  @Test func `an answer to a range comes block by block, and its memory is soon free`() throws {
    let network = TestNetwork()
    let blocks = try (1...20).map { try makeBlock(slot: UInt64($0), proofBytes: 100_000) }
    let server = try network.addNode(1, blocks: blocks)
    let asker = try network.addNode(2, dialing: [1])
    network.run(milliseconds: 3_000)
    let request = OutgoingRequest(.blocksByRange(start: Slot(1), count: 20), at: .zero)
    let stream = try #require(
      asker.node.host.open(
        [RequestProtocol.blocksByRange.rawValue], to: testIdentity(1).peerID, at: network.now))
    let exchange = Exchange(
      number: 9_999, stream: stream, role: .outgoing(request, ask: nil))
    stream.context = exchange
    var queued = 0
    network.run(milliseconds: 5_000) {
      for served in server.node.exchanges.values {
        queued = max(queued, served.stream.unacknowledged)
      }
      return !server.node.exchanges.isEmpty
        && server.node.exchanges.values.allSatisfy {
          if case .leaving = $0.role { true } else { false }
        }
    }
    // A block and the rest of the one before.
    #expect(queued > 100_000)
    #expect(queued < 200_000)
  }

  @Test func `peers that ask and do not read hold four blocks each, and others are answered`()
    async throws
  {
    let network = TestNetwork()
    let blocks = try (1...20).map { try makeBlock(slot: UInt64($0), proofBytes: 100_000) }
    let server = try network.addNode(1, blocks: blocks)
    let hanging = try (2...4).map { try network.addNode($0, dialing: [1]) }
    let honest = try network.addNode(5, dialing: [1])
    network.run(milliseconds: 3_000)
    for asker in hanging {
      asker.isHanging = true
      for _ in 0..<32 {
        let request = OutgoingRequest(.blocksByRange(start: Slot(1), count: 20), at: .zero)
        let stream = try #require(
          asker.node.host.open(
            [RequestProtocol.blocksByRange.rawValue], to: testIdentity(1).peerID, at: network.now))
        stream.write(SendBuffer(request.opening), isEnd: true)
      }
    }
    var held = 0
    network.run(milliseconds: 5_000) {
      held = max(held, server.node.exchanges.values.reduce(0) { $0 + $1.stream.unacknowledged })
      return false
    }
    #expect(held > 3 * 100_000)
    #expect(held < 3 * (AnswerTurns.peerLimit * 101_000 + 32 * 65_536))
    honest.node.request(
      [BlockRequest(root: blocks[4].block.hashTreeRoot(), namedBy: "nobody")], at: network.now)
    network.run(milliseconds: 50)
    #expect(await honest.inputs().contains("block 5"))
    network.run(milliseconds: 90_000)
    #expect(server.node.turns.count == 0)
    #expect(server.node.exchanges.isEmpty)
  }

  @Test func `requests that are begun and never sent are cut off, and at most 32 are held`() throws
  {
    let network = TestNetwork()
    let server = try network.addNode(1)
    let asker = try network.addNode(2, dialing: [1])
    network.run(milliseconds: 3_000)
    // It opens streams and does no more with them.
    asker.isHanging = true
    for _ in 0..<60 {
      _ = asker.node.host.open(
        [RequestProtocol.blocksByRoot.rawValue], to: testIdentity(1).peerID, at: network.now)
    }
    network.run(milliseconds: 500)
    #expect(server.node.exchanges.count == PeerNode.incomingLimit)
    #expect(server.node.answering == [testIdentity(2).peerID: PeerNode.incomingLimit])
    #expect(server.node.exchangeDue > network.now)
    network.run(milliseconds: 60_000)
    #expect(server.node.exchanges.isEmpty)
    #expect(server.node.answering.isEmpty)
    // Places that are free again are taken again.
    _ = asker.node.host.open(
      [RequestProtocol.blocksByRoot.rawValue], to: testIdentity(1).peerID, at: network.now)
    network.run(milliseconds: 500)
    #expect(server.node.answering == [testIdentity(2).peerID: 1])
    #expect(server.node.peers.count == 1)
  }
}
