private import Chain
private import ChainEvents
private import ChainHost
private import ChainWork
private import Consensus
private import Foundation
private import Hashing
private import Libp2p
private import Networking
private import PeerIdentity
private import QUIC
private import RequestResponse
private import SSZ
private import Synchronization
private import XMSS

/// Whole nodes on loopback, each with its thread: blocks to all, and a node that idles.
struct MeshBench {
  private static let nodes = 8
  private static let blocks = 60
  private static let blockBytes = 250_000
  private static let idlePeers = 50
  private static let idleSeconds = 15.0

  // MARK: Blocks

  func blockTimes() async throws -> [NetworkFigure] {
    let members = try makeMembers(Self.nodes) { number in Array(1..<number) }
    defer { for member in members { member.network.leave() } }
    try await Task.sleep(for: .seconds(5))
    var times: [Double] = []
    let blocks = try (1...Self.blocks).map { try Self.block(slot: UInt64($0)) }
    let processor = ProcessFigures.processorMilliseconds()
    for (number, block) in blocks.enumerated() {
      let sender = members[number % members.count]
      let began = QUICSockets.now
      sender.network.publish(block)
      for member in members where member !== sender {
        guard let arrival = await member.arrival(ofSlot: block.block.slot) else {
          throw BenchError.lost
        }
        times.append(Double(arrival - began) / 1e6)
      }
      try await Task.sleep(for: .milliseconds(200))
    }
    let spent = ProcessFigures.processorMilliseconds() - processor
    return [
      NetworkFigure(
        "block of 250 kB to 7 inboxes, processor of all nodes", spent / Double(Self.blocks), "ms"),
      NetworkFigure("block of 250 kB to 7 inboxes, p50", times.quantile(0.5), "ms", .atMost(10)),
      NetworkFigure("block of 250 kB to 7 inboxes, p99", times.quantile(0.99), "ms", .atMost(30)),
      NetworkFigure("block of 250 kB to 7 inboxes, worst", times.max() ?? .nan, "ms"),
    ]
  }

  private static func block(slot: UInt64) throws -> SignedBlock {
    var state = slot
    let proof = (0..<blockBytes).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 40)
    }
    return SignedBlock(
      block: Block(
        slot: Slot(slot), proposerIndex: 0, parentRoot: .zero, stateRoot: .zero, body: BlockBody()),
      proof: MultiMessageAggregate(proof: try ByteList(proof)))
  }

  // MARK: Idling

  func idle() async throws -> [NetworkFigure] {
    let hub = try Member(number: 1, dialing: [])
    try await Task.sleep(for: .seconds(1))
    var peers: [Member] = []
    for number in 2..<(2 + Self.idlePeers) {
      peers.append(try Member(number: UInt8(number), dialing: []))
    }
    try await Task.sleep(for: .seconds(1))
    // Now all nodes are there, and none is connected: what comes on top is both ends of each peer.
    for peer in peers { peer.network.leave() }
    let before = ProcessFigures.residentBytes()
    peers = []
    for number in 2..<(2 + Self.idlePeers) {
      peers.append(try Member(number: UInt8(number), dialing: [hub]))
    }
    try await Task.sleep(for: .seconds(10))
    let memory = Double(ProcessFigures.residentBytes() - before) / Double(2 * Self.idlePeers)
    let began = ProcessFigures.processorNanoseconds(ofThread: hub.threadName)
    try await Task.sleep(for: .seconds(Self.idleSeconds))
    let ended = ProcessFigures.processorNanoseconds(ofThread: hub.threadName)
    let connected = hub.peerCount
    hub.network.leave()
    for peer in peers { peer.network.leave() }
    guard let began, let ended else { throw BenchError.lost }
    let share = Double(ended - began) / 1e9 / Self.idleSeconds * 100
    return [
      NetworkFigure("peers of an idle node", Double(connected), "", .atLeast(50)),
      NetworkFigure("processor of an idle node with them", share, "% of a core", .atMost(1)),
      NetworkFigure("memory of one end of a peer", memory / 1e3, "kB", .atMost(300)),
    ]
  }

  private func makeMembers(
    _ count: Int, dialing: (Int) -> [Int]
  ) throws -> [Member] {
    var members: [Member] = []
    for number in 1...count {
      members.append(
        try Member(
          number: UInt8(number), dialing: dialing(number).map { members[$0 - 1] }))
    }
    return members
  }
}

/// A node and the inbox of its engine.
private final class Member: Sendable {
  let network: PeerNetwork
  let threadName: String
  private let peer: DialBook.StaticPeer
  private let arrivals: Arrivals
  private let mailbox: ChainMailbox

  var peerCount: Int { arrivals.peers.load(ordering: .relaxed) }

  final class Arrivals: Sendable {
    let times = Mutex<[UInt64: UInt64]>([:])
    let peers = Atomic(0)
  }

  init(number: UInt8, dialing: [Member]) throws {
    let arrivals = Arrivals()
    let mailbox = ChainMailbox()
    let identity = try BenchIdentity.make(number)
    var settings = PeerNodeSettings(identity: identity, scheme: .production)
    settings.staticPeers = dialing.map(\.peer)
    network = try PeerNetwork(
      listen: [.loopback(port: 0)], settings: settings,
      ports: NodePorts(
        mailbox: mailbox,
        source: ChainSource(
          status: { nil }, block: { _ in nil }, range: { _, _ in .incompleteHistory }),
        report: { news in
          switch news {
          case .peerConnected(_, _, client: nil, _): arrivals.peers.add(1, ordering: .relaxed)
          case .peerDisconnected: arrivals.peers.subtract(1, ordering: .relaxed)
          case .peerConnected, .peerStatus, .sync, .syncGate: break
          }
        }))
    peer = DialBook.StaticPeer(peer: identity.peerID, addresses: network.addresses)
    threadName = PeerNetwork.threadName(of: identity.peerID)
    self.arrivals = arrivals
    self.mailbox = mailbox
    let network = network
    // The engine: it takes the time, and accepts everything at once.
    Task { @concurrent in
      while let input = await mailbox.next() {
        guard case .block(let block, let origin) = input else { continue }
        let now = QUICSockets.now
        arrivals.times.withLock { $0[block.block.slot.rawValue] = now }
        if let gossip = origin.gossip { network.judge(gossip, .accepted) }
      }
    }
  }

  /// When the block of a slot was in the inbox; `nil` when it did not come in five seconds.
  func arrival(ofSlot slot: Slot) async -> UInt64? {
    for _ in 0..<5_000 {
      if let time = arrivals.times.withLock({ $0[slot.rawValue] }) { return time }
      try? await Task.sleep(for: .milliseconds(1))
    }
    return nil
  }
}
