internal import Chain
private import ChainEvents
internal import ChainHost
private import ChainWork
private import Consensus
internal import Networking
internal import PeerIdentity
internal import QUIC
internal import RequestResponse

/// A peer of all nodes that only listens: it sees what leaves processes that are not this one.
final class LeafListener: Sendable {
  private let network: PeerNetwork?
  private let mailbox = ChainMailbox()
  private let task: Task<Void, Never>

  init(_ wire: DevnetWire, _ leaves: LeafWatch) {
    let mailbox = mailbox
    var network: PeerNetwork?
    if let identity = PeerIdentity(secret: DevnetWire.randomSecret()) {
      var settings = wire.settings(as: identity)
      settings.agentVersion = "swiftlet devnet (listens)"
      network = try? PeerNetwork(
        listen: [.loopback(port: 0)], settings: settings,
        ports: NodePorts(
          mailbox: mailbox,
          source: ChainSource(
            slot: { 0 }, status: { nil }, block: { _ in nil }, range: { _, _ in .incompleteHistory }
          ),
          report: { _ in }))
    }
    self.network = network
    task = Task { @concurrent [network] in
      while let input = await mailbox.next() {
        switch input {
        case .block(let block, let origin):
          leaves.note(block)
          if let gossip = origin.gossip { network?.judge(gossip, .ignored) }
        case .attestation(let vote, let origin):
          leaves.note(vote)
          if let gossip = origin.gossip { network?.judge(gossip, .ignored) }
        case .aggregate(_, let origin):
          if let gossip = origin.gossip { network?.judge(gossip, .ignored) }
        default: break
        }
      }
    }
  }

  func end() {
    network?.leave()
    mailbox.close()
    task.cancel()
  }
}
