internal import Chain
internal import ChainEvents
internal import ChainHost
internal import Consensus
internal import Hashing
internal import LeanNode
internal import Libp2p
internal import Networking
internal import PeerIdentity
internal import QUIC
internal import XMSS

/// How the nodes of a devnet reach each other.
package enum DevnetTransport: String, CaseIterable, Sendable {
  /// QUIC over UDP on loopback: what a node speaks on any network.
  case quic

  /// Messages handed over inside the process, with delays and losses by a seed: simulated.
  case memory
}

/// The ways of a devnet's nodes to each other.
struct DevnetWire: Sendable {
  typealias Connect = @Sendable (NodePorts) throws -> any NodeNetwork

  /// How each node joins, in the order of the nodes; again in each of its lives.
  let connects: [Connect]

  /// Prepares the network that the settings name.
  ///
  /// - Throws: ``DevnetRefusal/noPorts(_:)`` when the system has no ports left.
  init(
    _ settings: DevnetSettings, chain: DevnetChain, leaves: LeafWatch
  ) throws(DevnetRefusal) {
    let names = (0..<settings.nodes).map(DevnetChain.nodeName)
    let connects: [Connect]
    switch settings.transport {
    case .memory:
      let network = InMemoryNetwork(
        conditions: settings.conditions, seed: settings.seed, speed: settings.speed)
      connects = names.map { name in { network.join(name, $0) } }
    case .quic:
      let loopback = try Self.peers(of: names, settings, genesis: chain.genesis.root)
      connects = loopback.map { (address, settings) in
        { try PeerNetwork(listen: [address], settings: settings, ports: $0) }
      }
    }
    self.connects = connects.map { connect in
      { WatchedNetwork(network: try connect($0), leaves: leaves) }
    }
  }

  /// Where each node listens and whom it dials: all others.
  private static func peers(
    of names: [String], _ settings: DevnetSettings, genesis: Bytes32
  ) throws(DevnetRefusal) -> [(NetworkAddress, PeerNodeSettings)] {
    let addresses = try addresses(for: names.count, from: settings.basePort)
    let identities = names.map { identity(of: $0, genesis: genesis) }
    let everybody = zip(identities, addresses).map { identity, address in
      DialBook.StaticPeer(peer: identity.peerID, addresses: [address])
    }
    return names.indices.map { index in
      var peer = PeerNodeSettings(identity: identities[index], scheme: settings.scheme)
      peer.staticPeers = everybody
      peer.peerNames = Dictionary(
        uniqueKeysWithValues: zip(identities, names).map { ($0.peerID, $1) })
      return (addresses[index], peer)
    }
  }

  /// Ports on loopback: counted up from the first, or such as are free now.
  private static func addresses(
    for count: Int, from basePort: UInt16?
  ) throws(DevnetRefusal) -> [NetworkAddress] {
    if let basePort {
      return (0..<count).map { .loopback(port: basePort + UInt16($0)) }
    }
    do {
      // All are held until the last is known, so that none is taken twice.
      let sockets = try (0..<count).map { _ in try QUICSockets([.loopback(port: 0)]) }
      return sockets.flatMap(\.addresses)
    } catch {
      throw .noPorts("\(error)")
    }
  }

  /// A key of its own for each node of each chain, the same in all its lives.
  private static func identity(of name: String, genesis: Bytes32) -> PeerIdentity {
    let seed = Array("swiftlet devnet \(genesis) \(name)".utf8)
    guard let identity = PeerIdentity(secret: SHA256.hash(seed)) else {
      preconditionFailure("one hash in 2^128 is no secp256k1 key")
    }
    return identity
  }
}

/// A network whose signed messages are watched as they leave.
private struct WatchedNetwork: NodeNetwork {
  let network: any NodeNetwork
  let leaves: LeafWatch

  func publish(_ block: SignedBlock) {
    leaves.note(block)
    network.publish(block)
  }

  func publish(_ attestations: [SignedAttestation]) {
    for attestation in attestations { leaves.note(attestation) }
    network.publish(attestations)
  }

  func publish(_ aggregate: SignedAggregatedAttestation) { network.publish(aggregate) }
  func request(_ blocks: [BlockRequest]) { network.request(blocks) }
  func judge(_ gossip: UInt64, _ verdict: Verdict) { network.judge(gossip, verdict) }
  func announce() { network.announce() }
  func setCut(_ isCut: Bool) { network.setCut(isCut) }

  func holdNextBlock(byMilliseconds milliseconds: Int, whenHeld: @escaping @Sendable () -> Void) {
    network.holdNextBlock(byMilliseconds: milliseconds, whenHeld: whenHeld)
  }

  func leave(isAbrupt: Bool) { network.leave(isAbrupt: isAbrupt) }
}
