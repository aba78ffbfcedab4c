package import Gossipsub
package import Libp2p
package import PeerIdentity
package import Wire
package import XMSS

/// Which network a node joins, as whom, and by whom.
package struct PeerNodeSettings: Sendable {
  /// Who we are.
  package var identity: PeerIdentity

  /// What topics of the network say: every devnet of today has `12345678`.
  package var networkName = "12345678"

  /// The attestation topics that there are, and those that are taken.
  package var subnets = AttestationSubnets()

  /// The scheme of the votes' signatures.
  package var scheme: Scheme

  /// What people call peers; others are called by the end of their id.
  package var peerNames: [PeerID: String] = [:]

  /// The program and its version, as peers see it.
  package var agentVersion = "swiftlet"

  /// Where peers can reach us.
  package var listenAddresses: [Multiaddr] = []

  /// The peers that are always dialled.
  package var staticPeers: [DialBook.StaticPeer] = []

  /// Sizes and times of the mesh.
  package var gossip = GossipsubParameters()

  /// Creates settings for a network with one committee.
  package init(identity: PeerIdentity, scheme: Scheme) {
    self.identity = identity
    self.scheme = scheme
  }

  /// Bytes that a block or an aggregate decodes to at most: the specification's limit of a payload.
  private static let payloadLimit = 10 << 20

  /// Bytes of a vote before its signature.
  private static let attestationBytes = 136

  func topic(_ kind: GossipTopic.Kind) -> String {
    GossipTopic(kind, networkName: networkName).description
  }

  /// All topics of the network, with what their messages are.
  var kinds: [String: GossipTopic.Kind] {
    let kinds: [GossipTopic.Kind] =
      [.block, .aggregation] + (0..<subnets.committeeCount).map { .attestation(subnet: $0) }
    return Dictionary(uniqueKeysWithValues: kinds.map { (topic($0), $0) })
  }

  /// All topics of the network, with the most bytes of a message.
  var topics: [String: Int] {
    kinds.mapValues { kind in
      switch kind {
      case .block, .aggregation: Self.payloadLimit
      case .attestation: Self.attestationBytes + scheme.signatureByteCount
      }
    }
  }

  /// The topics that we take.
  var subscriptions: [String] {
    [topic(.block), topic(.aggregation)]
      + subnets.taken.sorted().map { topic(.attestation(subnet: $0)) }
  }
}
