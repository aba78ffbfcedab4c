package import Chain
package import ChainHost
package import Consensus
package import Hashing

/// What the API needs of a node; nothing in it waits for the engine.
package struct APISource: Sendable {
  /// A peer as the API lists it.
  package struct Peer: Sendable, Encodable {
    /// The peer's identifier.
    package let peerID: String
    /// `connected`, the only state that is listed.
    let state = "connected"
    /// Who dialled; `nil` where nobody told.
    package let direction: String?

    /// Creates a peer.
    package init(peerID: String, direction: String?) {
      self.peerID = peerID
      self.direction = direction
    }

    enum CodingKeys: String, CodingKey {
      case peerID = "peer_id"
      case state, direction
    }
  }

  /// The program and its version.
  package var version: String
  /// Our peer identifier; `nil` in a network without identities.
  package var peerID: String?
  /// The chain as it is now.
  package var view: @Sendable () -> ChainView
  /// The slot of the wall clock.
  package var wallSlot: @Sendable () -> Slot
  /// A block that is kept, from the disk.
  package var block: @Sendable (Bytes32) -> SignedBlock?
  /// The peers that are connected.
  package var peers: @Sendable () -> [Peer]
  /// Tells the engine to aggregate from now on, or not.
  package var setAggregator: @Sendable (Bool) -> Void
  /// Hands an operator's wish to the engine.
  package var command: @Sendable (OperatorCommand) -> Void = { _ in }
  /// What an operator's wish must bring as its bearer token; `nil` where none is taken.
  package var token: String?
  /// What the metrics say now, in Prometheus' text form.
  package var metrics: @Sendable () -> [UInt8]

  /// Creates the source.
  package init(
    version: String, peerID: String?, view: @escaping @Sendable () -> ChainView,
    wallSlot: @escaping @Sendable () -> Slot,
    block: @escaping @Sendable (Bytes32) -> SignedBlock?,
    peers: @escaping @Sendable () -> [Peer], setAggregator: @escaping @Sendable (Bool) -> Void,
    metrics: @escaping @Sendable () -> [UInt8]
  ) {
    self.version = version
    self.peerID = peerID
    self.view = view
    self.wallSlot = wallSlot
    self.block = block
    self.peers = peers
    self.setAggregator = setAggregator
    self.metrics = metrics
  }
}
