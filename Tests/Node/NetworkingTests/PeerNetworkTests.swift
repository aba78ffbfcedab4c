import Chain
import ChainHost
import ChainWork
import Consensus
import Hashing
import Libp2p
import PeerIdentity
import QUIC
import RequestResponse
import SSZ
import Testing
import Wire
import XMSS

@testable import Networking

struct PeerNetworkTests {
  @Test(arguments: [NetworkAddress.loopback(port: 0), .loopback6(port: 0)])
  func `a block goes from one node to another over real sockets`(
    address: NetworkAddress
  ) async throws {
    let receiver = ChainMailbox()
    let sender = ChainMailbox()
    let listening = try PeerNetwork(
      listen: [address], settings: PeerNodeSettings(identity: testIdentity(1), scheme: .test),
      ports: ports(receiver))
    var settings = PeerNodeSettings(identity: testIdentity(2), scheme: .test)
    settings.staticPeers = [
      .init(peer: testIdentity(1).peerID, addresses: [listening.addresses[0]])
    ]
    let dialing = try PeerNetwork(listen: [address], settings: settings, ports: ports(sender))

    // Until the peers have met, a block finds nobody.
    let block = try makeBlock(slot: 3, proofBytes: 100_000)
    publishing: for _ in 0..<100 {
      dialing.publish(block)
      switch await sender.next() {
      case .published(let root):
        #expect(root == block.block.hashTreeRoot())
        break publishing
      default: try await Task.sleep(for: .milliseconds(50))
      }
    }
    guard case .block(let received, let origin)? = await receiver.next() else {
      Issue.record("no block came")
      return
    }
    #expect(received == block)
    #expect(origin.peer == testIdentity(2).peerID.short)
    dialing.leave()
    guard case .peer(let name, head: nil)? = await receiver.next() else {
      Issue.record("nobody left")
      return
    }
    #expect(name == testIdentity(2).peerID.short)
    listening.leave()
  }

  @Test func `an address in use is told by the one who wants it`() throws {
    let settings = PeerNodeSettings(identity: testIdentity(1), scheme: .test)
    let first = try PeerNetwork(
      listen: [.loopback(port: 0)], settings: settings, ports: ports(ChainMailbox()))
    #expect(throws: QUICSockets.SocketError.self) {
      try PeerNetwork(
        listen: first.addresses, settings: settings, ports: ports(ChainMailbox()))
    }
    first.leave()
  }

  private func ports(_ mailbox: ChainMailbox) -> NodePorts {
    NodePorts(
      mailbox: mailbox,
      source: ChainSource(
        slot: { 0 },
        status: { nil }, block: { _ in nil }, range: { _, _ in .incompleteHistory }),
      report: { _ in })
  }
}
