internal import Chain
public import ChainHost
public import Networking

/// What a node offers to the network it joins.
public struct NodePorts: Sendable {
  /// The node's name.
  public let name: String

  /// Where messages go.
  public let mailbox: ChainMailbox

  /// The node's blocks, for peers that ask.
  public let blocks: BlockSource

  /// Takes news of peers.
  public let report: PeerReport
}

/// A network as a whole node sees it.
public protocol NodeNetwork: ChainNetwork {
  /// Tells peers where we stand.
  func announce(_ announcement: PeerAnnouncement)

  /// Leaves the network.
  func leave()
}

extension InMemoryPeer: NodeNetwork {}

/// The way into a network of one process.
public func joining(_ network: InMemoryNetwork) -> @Sendable (NodePorts) -> any NodeNetwork {
  { ports in
    var peer = network.join(
      ports.name, mailbox: ports.mailbox, blocks: ports.blocks, report: ports.report)
    peer.onPublished = { [mailbox = ports.mailbox] root, isSent in
      mailbox.post(isSent ? .published(root: root) : .publicationFailed(root: root))
    }
    return peer
  }
}
