import Consensus
import Libp2p
import PeerIdentity
import QUIC
import QUICTestSupport
import RequestResponse
import Testing
import Wire

@testable import Gossipsub
@testable import Networking

/// How much of what hostile peers send is worked on while an honest message waits.
struct HostilePeerTests {
  /// What a hostile peer sends over and over.
  enum Flood: CaseIterable {
    case smallMessages, strangeTopics, bombs

    func frame(_ number: Int, _ settings: PeerNodeSettings) -> [UInt8] {
      let bytes = withUnsafeBytes(of: number) { Array($0) }
      let topic = settings.topic(.block)
      switch self {
      case .smallMessages: return Self.frame(bytes, topic)
      case .strangeTopics: return Self.frame(bytes, "nothing")
      case .bombs:
        return Self.frame(bytes + [UInt8](repeating: 0, count: (10 << 20) - 8), topic)
      }
    }

    private static func frame(_ payload: [UInt8], _ topic: String) -> [UInt8] {
      var rpc = RPC()
      rpc.publish = [RPC.Message(topic: topic, data: Snappy.compress(payload))]
      return UnsignedVarint.encode(rpc.encoded.count) + rpc.encoded
    }
  }

  private let network = TestNetwork()
  private let victim: TestNode
  private let honest: TestNode
  private let attackers: [TestNode]

  init() throws {
    victim = try network.addNode(1)
    honest = try network.addNode(2, dialing: [1])
    attackers = [try network.addNode(3, dialing: [1]), try network.addNode(4, dialing: [1])]
    network.run(milliseconds: 3_000)
    // Nothing but QUIC answers there from now on: what they say are the tests' own streams.
    for attacker in attackers { attacker.isHanging = true }
  }

  private func open(_ attacker: TestNode) throws -> PeerStream {
    try #require(
      attacker.node.host.open(
        [MeshVersion.v12.rawValue], to: testIdentity(1).peerID, at: network.now))
  }

  /// Lets a small block come behind all that waits in the victim's streams.
  ///
  /// - Returns: How many messages and frames of others were looked at before the engine had it.
  private func othersBeforeBlock() throws -> Int {
    victim.isHanging = true
    network.run(milliseconds: 2_000)
    honest.node.publish(try makeBlock(slot: 5), at: network.now)
    network.run(milliseconds: 100)
    let before = victim.looked
    #expect(before == 0)
    var others: Int?
    let sender = testIdentity(2).peerID
    victim.afterTurn = { [victim] in
      let known = victim.node.gossip.peers[sender]?.known.count ?? 0
      guard others == nil, known > 0 else { return }
      others = victim.looked - before - 1
    }
    victim.isHanging = false
    network.run(milliseconds: 1_000)
    return try #require(others)
  }

  @Test(arguments: Flood.allCases)
  func `a block waits for 8 KiB of each hostile peer, however much they sent`(
    flood: Flood
  ) throws {
    let frame = flood.frame(0, victim.node.settings)
    let count = 3 * (1 << 20) / frame.count
    let flooded = (0..<count).flatMap { flood.frame($0, victim.node.settings) }
    for attacker in attackers { try open(attacker).write(SendBuffer(flooded)) }
    let others = try othersBeforeBlock()
    #expect(others <= attackers.count * (PeerNode.readTurn / frame.count + 1))
    #expect(honest.node.peers == [testIdentity(1).peerID])
  }

  @Test func `many streams of one peer are one turn together`() throws {
    let settings = victim.node.settings
    let flooded = (0..<800).flatMap { Flood.smallMessages.frame($0, settings) }
    for _ in 0..<60 { try open(attackers[0]).write(SendBuffer(flooded)) }
    #expect(try othersBeforeBlock() <= PeerNode.readTurn / 60)
  }

  @Test func `nothing of a flood is lost, and the end of its stream is seen after it`() throws {
    let settings = victim.node.settings
    let flooded = (0..<10_000).flatMap { Flood.strangeTopics.frame($0, settings) }
    try open(attackers[0]).write(SendBuffer(flooded), isEnd: true)
    network.run(milliseconds: 2_000)
    let counts = victim.node.gossip.counts
    #expect(counts.unsubscribed + counts.refused == 10_000)
    #expect(victim.node.inlets[testIdentity(3).peerID] == nil)
  }

  /// Demands that an honest block is with the engine at once.
  private func expectHonestService() async throws {
    _ = await victim.inputs()
    honest.node.publish(try makeBlock(slot: 7), at: network.now)
    network.run(milliseconds: 10)
    #expect(await victim.inputs().contains("block 7"))
  }

  @Test(arguments: protocols)
  func `a slow peer on any protocol delays nobody, and its streams end but for gossip's`(
    name: String
  ) async throws {
    let isGossip = MeshVersion(rawValue: name) != nil
    let attacker = attackers[0]
    let streams = try (0..<60).map { _ in
      try #require(attacker.node.host.open([name], to: testIdentity(1).peerID, at: network.now))
    }
    for second in 0..<70 {
      for stream in streams { stream.write(SendBuffer([0x80])) }
      network.run(milliseconds: 1_000)
      if second == 5 { try await expectHonestService() }
    }
    #expect(victim.node.exchanges.isEmpty)
    // A gossip stream lives as long as the peer, and the last one replaces the others; an echo is
    // no more than its bytes.
    let ended = streams.count { $0.isWriteOver || $0.inbound != .open }
    if isGossip {
      #expect(ended >= streams.count - 1)
    } else if name != ping {
      #expect(ended == streams.count)
    }
    #expect(honest.node.peers == [testIdentity(1).peerID])
  }

  @Test func `a flood of requests is answered within the peer's budget, and delays nobody`()
    async throws
  {
    let attacker = attackers[0]
    let bytes = OutgoingRequest(.blocksByRange(start: Slot(1), count: 20), at: .zero).opening
    var streams: [PeerStream] = []
    for _ in 0..<40 {
      while let stream = attacker.node.host.open(
        [RequestProtocol.blocksByRange.rawValue], to: testIdentity(1).peerID, at: network.now)
      {
        stream.write(SendBuffer(bytes), isEnd: true)
        streams.append(stream)
      }
      network.run(milliseconds: 10)
      #expect(victim.node.exchanges.count <= PeerNode.incomingLimit)
    }
    #expect(streams.count > 500, "it asks until its connection ends")
    #expect(!victim.node.peers.contains(testIdentity(3).peerID))
    try await expectHonestService()
  }
}

private let ping = "/ipfs/ping/1.0.0"

private let protocols =
  MeshVersion.allCases.map(\.rawValue) + RequestProtocol.allCases.map(\.rawValue)
  + [ping, IdentifyMessage.protocolName]
