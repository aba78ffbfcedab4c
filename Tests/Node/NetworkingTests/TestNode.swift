import Chain
import ChainEvents
import ChainHost
import ChainWork
import Consensus
import Gossipsub
import Hashing
import Libp2p
import PeerIdentity
import QUIC
import QUICTestSupport
import Randomness
import RequestResponse
import SSZ
import Synchronization
import Wire
import XMSS

@testable import Networking

func makeBlock(
  slot: UInt64, parent: Bytes32 = .zero, proofBytes: Int = 1
) throws -> SignedBlock {
  var seed = slot
  let proof = (0..<proofBytes).map { _ in
    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: seed >> 40)
  }
  return SignedBlock(
    block: Block(
      slot: Slot(slot), proposerIndex: 0, parentRoot: parent, stateRoot: .zero, body: BlockBody()),
    proof: MultiMessageAggregate(proof: try ByteList(proof)))
}

/// A vote whose signature has the form of one.
func makeVote(validator: UInt64) -> SignedAttestation {
  // Offsets of randomness, hashes (296 = 0x128) and siblings; everything else is zero.
  var bytes = [UInt8](repeating: 0, count: 424)
  (bytes[0], bytes[32], bytes[33], bytes[36]) = (36, 40, 1, 4)
  let nowhere = Checkpoint(root: .zero, slot: Slot(1))
  do {
    return SignedAttestation(
      validatorIndex: ValidatorIndex(validator),
      data: AttestationData(slot: Slot(1), head: nowhere, target: nowhere, source: nowhere),
      signature: try Signature(ssz: bytes, scheme: .test))
  } catch { preconditionFailure("\(error)") }
}

func testIdentity(_ number: UInt8) -> PeerIdentity {
  guard let secret = Bytes32([UInt8](repeating: number, count: 32)),
    let identity = PeerIdentity(secret: secret)
  else { preconditionFailure("\(number) repeated is no key") }
  return identity
}

/// A node and what its engine would hear.
final class TestNode: DatagramNode {
  private final class Heard: Sendable {
    let news = Mutex<[NetworkEvent]>([])
  }

  let node: PeerNode
  let mailbox = ChainMailbox()
  private let heard = Heard()
  private(set) var lastGossip: UInt64 = 0
  /// The numbers of fetched blocks that wait for a verdict.
  var answers: [UInt64] = []
  /// Takes datagrams for itself and does nothing with them above QUIC.
  var isHanging = false
  /// Called after each turn.
  var afterTurn: () -> Void = {}

  init(
    _ settings: PeerNodeSettings, blocks: [SignedBlock] = [], status: Status? = nil,
    slot: Slot = 0, at now: UInt64
  ) throws {
    let heard = heard
    node = try PeerNode(
      settings: settings,
      ports: NodePorts(
        mailbox: mailbox,
        source: ChainSource(
          slot: { slot },
          status: { status },
          block: { root in blocks.first { $0.block.hashTreeRoot() == root } },
          range: { _, _ in .roots(blocks.map { $0.block.hashTreeRoot() }) }),
        report: { news in heard.news.withLock { $0.append(news) } }),
      random: SeededRandom(seed: 7), unixSeconds: { 1_800_000_000 }, at: now)
  }

  /// Messages and frames of gossip that were looked at so far.
  var looked: Int {
    let counts = node.gossip.counts
    return Int(
      counts.delivered + counts.duplicates + counts.unsubscribed + counts.signed
        + counts.oversized + counts.refused + counts.skippedFrames)
  }

  func news() -> [NetworkEvent] { heard.news.withLock { $0 } }

  /// Connections that came and went, in words.
  func words() -> [String] {
    news().compactMap { news in
      switch news {
      case .peerConnected(let peer, _, client: nil, _): "\(peer) connected"
      case .peerConnected(let peer, _, client: _, _): "\(peer) said who it is"
      case .peerDisconnected(let peer, _): "\(peer) left"
      case .peerStatus, .sync, .syncGate: nil
      }
    }
  }

  /// What came since the last call, in words.
  func inputs() async -> [String] {
    mailbox.post(.wake)
    var words: [String] = []
    var gossip: [ChainEngine.Input] = []
    // Urgent inputs come first: `wake` is behind the urgent ones and before the others.
    while let input = await mailbox.next() {
      if case .wake = input { break }
      words.append(word(for: input))
    }
    // Peers take turns, so there is nothing left only when the mark comes first.
    var count = -1
    while count != gossip.count {
      count = gossip.count
      mailbox.post(.peer("end", head: 0))
      while let input = await mailbox.next() {
        if case .peer("end", _) = input { break }
        gossip.append(input)
      }
    }
    return words + gossip.map(word)
  }

  private func word(for input: ChainEngine.Input) -> String {
    switch input {
    case .block(let block, let origin):
      lastGossip = origin.gossip ?? 0
      if let answer = origin.answer { answers.append(answer) }
      return "block \(block.block.slot.rawValue)"
    case .attestation(let vote, _): return "vote of \(vote.validatorIndex.rawValue)"
    case .aggregate: return "aggregate"
    case .peer(let name, let head):
      return head.map { "peer \(name) at \($0.rawValue)" } ?? "peer \(name) left"
    case .published(let root): return "published \(root)"
    case .publicationFailed(let root): return "failed \(root)"
    default: return "other"
    }
  }

  // MARK: DatagramNode

  func receive(_ datagram: UnsafeRawBufferPointer, from remote: NetworkAddress, at now: UInt64) {
    node.receive(datagram, from: remote, at: now)
  }

  var nextExpiry: UInt64 { node.nextExpiry }
  func expire(at now: UInt64) { node.expire(at: now) }
  func flush(at now: UInt64, to sink: DatagramSink) -> Bool {
    // A hanging reader: its QUIC lives, nobody takes what came on its streams.
    if isHanging { return node.host.flush(at: now, to: sink) }
    for lookup in node.takeLookups() {
      node.found(node.ports.source.find(lookup.wanted), for: lookup.exchange, at: now)
    }
    defer { afterTurn() }
    return node.flush(at: now, to: sink)
  }
  func takeEvents() -> [Void] { [] }
}

typealias TestNetwork = VirtualNetwork<TestNode>

extension VirtualNetwork<TestNode> {
  func addNode(
    _ number: UInt8, dialing: [UInt8] = [], blocks: [SignedBlock] = [], status: Status? = nil,
    subnets: AttestationSubnets = AttestationSubnets(),
    slot: Slot = 0
  ) throws -> TestNode {
    var settings = PeerNodeSettings(identity: testIdentity(number), scheme: .test)
    settings.subnets = subnets
    settings.staticPeers = dialing.map {
      DialBook.StaticPeer(
        peer: testIdentity($0).peerID, addresses: [.loopback(port: UInt16($0))])
    }
    let node = try TestNode(settings, blocks: blocks, status: status, slot: slot, at: now)
    add(node, port: UInt16(number))
    return node
  }
}
