import Chain
import ChainEvents
import ChainHost
import ChainWork
import Consensus
import Foundation
import Hashing
import Libp2p
import Networking
import PeerIdentity
import QUIC
import RequestResponse
import SSZ
import Synchronization
import Wire
import XMSS

// A node among peers without an engine, for `Tests/Interop`: it prints what it hears, a line each,
// and does what it reads: `publish SLOT BYTES`, `request ROOT`, `quit`.
//
//     NetworkPeer SECRET PORT [ENR | MULTIADDR…]

/// Blocks that this peer has published or heard, for those who ask.
final class Blocks: Sendable {
  private let blocks = Mutex<[SignedBlock]>([])

  func add(_ block: SignedBlock) { blocks.withLock { $0.append(block) } }

  func block(_ root: Bytes32) -> SignedBlock? {
    blocks.withLock { $0.first { $0.block.hashTreeRoot() == root } }
  }

  func roots(_ start: Slot, _ count: UInt64) -> [Bytes32] {
    blocks.withLock { blocks in
      blocks.filter { $0.block.slot >= start && $0.block.slot.rawValue - start.rawValue < count }
        .sorted { $0.block.slot < $1.block.slot }.map { $0.block.hashTreeRoot() }
    }
  }

  var status: Status {
    let head = blocks.withLock { $0.max { $0.block.slot < $1.block.slot } }
    return Status(
      finalized: Checkpoint(root: .zero, slot: Slot(0)),
      head: Checkpoint(
        root: head?.block.hashTreeRoot() ?? .zero, slot: head?.block.slot ?? Slot(0)))
  }
}

@Sendable func say(_ words: String) {
  FileHandle.standardOutput.write(Data("\(words)\n".utf8))
}

func makeBlock(slot: UInt64, bytes: Int, parent: Bytes32) throws -> SignedBlock {
  var state = slot
  let proof = (0..<bytes).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 40)
  }
  return SignedBlock(
    block: Block(
      slot: Slot(slot), proposerIndex: 0, parentRoot: parent, stateRoot: .zero, body: BlockBody()),
    proof: MultiMessageAggregate(proof: try ByteList(proof)))
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 2, let number = UInt8(arguments[1]), let port = UInt16(arguments[2]),
  let secret = Bytes32([UInt8](repeating: number, count: 32)),
  let identity = PeerIdentity(secret: secret)
else {
  say("usage: NetworkPeer SECRET PORT [ENR | MULTIADDR…]")
  exit(2)
}
var settings = PeerNodeSettings(identity: identity, scheme: .test)
let bootnodes = Bootnodes(Array(arguments.dropFirst(2)))
for rejection in bootnodes.rejections {
  say("'\(rejection.entry)' is left out: \(rejection.reason)")
}
settings.staticPeers = bootnodes.peers
let blocks = Blocks()
let mailbox = ChainMailbox()
let network = try PeerNetwork(
  listen: [.loopback(port: port)], settings: settings,
  ports: NodePorts(
    mailbox: mailbox,
    source: ChainSource(
      slot: { 0 },
      status: { blocks.status }, block: { blocks.block($0) },
      range: { .roots(blocks.roots($0, $1)) }),
    report: { news in
      switch news {
      case .peerConnected(let peer, _, client: nil, _): say("connected \(peer)")
      case .peerDisconnected(let peer, _): say("disconnected \(peer)")
      case .peerStatus(let status): say("status \(status.peer) head \(status.headSlot)")
      case .peerConnected, .sync, .syncGate: break
      }
    }))
say("listening /ip4/127.0.0.1/udp/\(network.addresses[0].port)/quic-v1/p2p/\(identity.peerID)")

let engine = Task { @concurrent in
  while let input = await mailbox.next() {
    switch input {
    case .block(let block, let origin):
      let kind = origin.gossip == nil ? "answered" : "gossiped"
      say("block \(block.block.slot.rawValue) \(kind) \(block.block.hashTreeRoot())")
      blocks.add(block)
      if let gossip = origin.gossip { network.judge(gossip, .accepted) }
    case .published(let root): say("published \(root)")
    case .publicationFailed: say("nobody to publish to")
    default: break
    }
  }
}
while let line = readLine() {
  let words = line.split(separator: " ")
  switch words.first {
  case "publish":
    guard words.count == 3, let slot = UInt64(words[1]), let bytes = Int(words[2]) else { break }
    let block = try makeBlock(slot: slot, bytes: bytes, parent: blocks.status.head.root)
    blocks.add(block)
    network.publish(block)
  case "request":
    guard words.count == 2, let root = Bytes32(hexadecimal: String(words[1])) else { break }
    network.request([BlockRequest(root: root, namedBy: "nobody")])
  default: break
  }
  if line == "quit" { break }
}
network.leave()
engine.cancel()
say("left")
