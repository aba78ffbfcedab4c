package import ChainEvents
package import ChainHost

/// A network as a whole node sees it.
package protocol NodeNetwork: ChainNetwork {
  /// Peers in the mesh of the blocks' topic at the last announcement; `nil` without a mesh.
  var meshPeers: Int? { get }

  /// Tells peers where we stand and asks where they do; called once a slot.
  func announce()

  /// Cuts us off from all peers, or heals the cut: a fault on purpose.
  func setCut(_ isCut: Bool)

  /// Holds our next block back for so many milliseconds of real time: a fault on purpose.
  func holdNextBlock(byMilliseconds: Int, whenHeld: @escaping @Sendable () -> Void)

  /// Leaves the network; abruptly without a word, as the death of the process does.
  func leave(isAbrupt: Bool)
}

extension NodeNetwork {
  /// No mesh.
  package var meshPeers: Int? { nil }
}

/// What a node offers to the network that it joins.
package struct NodePorts: Sendable {
  /// Where messages go.
  package let mailbox: ChainMailbox

  /// Our chain, for peers that ask.
  package let source: ChainSource

  /// Takes news of peers, on any thread.
  package let report: PeerReport

  /// Creates the ports.
  package init(mailbox: ChainMailbox, source: ChainSource, report: @escaping PeerReport) {
    self.mailbox = mailbox
    self.source = source
    self.report = report
  }
}

/// Takes news of peers; called on the network's thread.
package typealias PeerReport = @Sendable (NetworkEvent) -> Void
