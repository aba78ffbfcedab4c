private import Chain
private import ChainEvents
private import ChainHost
private import ChainWork
internal import Consensus
private import Hashing
internal import Libp2p
internal import Networking
private import PeerIdentity
private import QUIC
private import RequestResponse
private import SSZ
internal import Synchronization
private import Wire
private import XMSS

/// A node and the inbox of its engine.
final class BenchMember: Sendable {
  let network: PeerNetwork
  let threadName: String
  let peer: DialBook.StaticPeer
  private let arrivals: Arrivals
  private let mailbox: ChainMailbox

  var peerCount: Int { arrivals.peers.load(ordering: .relaxed) }

  final class Arrivals: Sendable {
    let times = Mutex<[UInt64: UInt64]>([:])
    let peers = Atomic(0)
  }

  /// Starts a node that dials the others, or whoever else is named.
  init(
    number: UInt8, dialing: [BenchMember] = [], others: [DialBook.StaticPeer] = [],
    hasStatus: Bool = false
  ) throws {
    let arrivals = Arrivals()
    let mailbox = ChainMailbox()
    let identity = try BenchIdentity.make(number)
    var settings = PeerNodeSettings(identity: identity, scheme: .production)
    settings.staticPeers = dialing.map(\.peer) + others
    network = try PeerNetwork(
      listen: [.loopback(port: 0)], settings: settings,
      ports: NodePorts(
        mailbox: mailbox,
        source: ChainSource(
          slot: { 0 },
          status: { hasStatus ? Self.status : nil }, block: { _ in nil },
          range: { _, _ in .incompleteHistory }),
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

  private static let status = Status(
    finalized: Checkpoint(root: .zero, slot: Slot(0)),
    head: Checkpoint(root: .zero, slot: Slot(0)))

  /// A block whose proof cannot be compressed.
  static func block(slot: UInt64, bytes: Int) throws -> SignedBlock {
    var state = slot
    let proof = (0..<bytes).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 40)
    }
    return SignedBlock(
      block: Block(
        slot: Slot(slot), proposerIndex: 0, parentRoot: .zero, stateRoot: .zero, body: BlockBody()),
      proof: MultiMessageAggregate(proof: try ByteList(proof)))
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
