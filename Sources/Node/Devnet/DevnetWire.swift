internal import Chain
internal import ChainEvents
internal import ChainHost
internal import Consensus
internal import Hashing
internal import KeyFiles
internal import LeanNode
internal import Libp2p
internal import Networking
internal import PeerIdentity
internal import QUIC
internal import Wire
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

  /// A node as its peers know it.
  struct Peer: Sendable {
    let name: String
    let identity: PeerIdentity
    let address: NetworkAddress

    var known: DialBook.StaticPeer {
      DialBook.StaticPeer(peer: identity.peerID, addresses: [address])
    }

    /// The peer as a command line names it.
    var multiaddr: String {
      "/ip4/127.0.0.1/udp/\(address.port)/quic-v1/p2p/\(identity.peerID)"
    }
  }

  /// The nodes of a real network, in their order; none of a network in memory.
  let peers: [Peer]

  private let memory: InMemoryNetwork?
  private let scheme: Scheme

  /// Prepares the network that the settings name.
  ///
  /// - Throws: ``DevnetRefusal/noPorts(_:)`` when the system has no ports left.
  init(_ settings: DevnetSettings, folder: String) throws(DevnetRefusal) {
    scheme = settings.scheme
    switch settings.transport {
    case .memory:
      memory = InMemoryNetwork(
        conditions: settings.conditions, seed: settings.seed, speed: settings.speed)
      peers = []
    case .quic:
      memory = nil
      let addresses = try Self.addresses(for: settings.nodes, from: settings.basePort)
      peers = try addresses.enumerated().map { index, address throws(DevnetRefusal) in
        let name = DevnetChain.nodeName(index)
        do throws(KeyFileError) {
          let identity = try PeerKeyFile.readOrMake(
            "\(folder)/\(name).key", secret: Self.randomSecret)
          return Peer(name: name, identity: identity, address: address)
        } catch {
          throw .node(name, reason: error.description)
        }
      }
    }
  }

  /// How a node of this process joins, in each of its lives.
  func connect(_ index: Int, _ leaves: LeafWatch) -> Connect {
    if let memory {
      let name = DevnetChain.nodeName(index)
      return { WatchedNetwork(network: memory.join(name, $0), leaves: leaves) }
    }
    let (address, settings) = (peers[index].address, settings(as: peers[index].identity))
    return { ports in
      let network = try PeerNetwork(listen: [address], settings: settings, ports: ports)
      return WatchedNetwork(network: network, leaves: leaves)
    }
  }

  /// Settings of a peer that dials all nodes.
  func settings(as identity: PeerIdentity) -> PeerNodeSettings {
    var settings = PeerNodeSettings(identity: identity, scheme: scheme)
    settings.staticPeers = peers.map(\.known)
    settings.peerNames = Dictionary(
      uniqueKeysWithValues: peers.map { ($0.identity.peerID, $0.name) })
    return settings
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

  /// Where all nodes are.
  static var loopback: IPAddress {
    guard let address = IPAddress(bytes: [127, 0, 0, 1]) else {
      preconditionFailure("four bytes are an address")
    }
    return address
  }

  /// 32 bytes for a new key.
  static func randomSecret() -> Bytes32 {
    var random = SystemRandomNumberGenerator()
    return Bytes32 { bytes in
      for index in bytes.indices { bytes[index] = UInt8.random(in: 0...255, using: &random) }
    }
  }
}

/// A network whose signed messages are watched as they leave.
private struct WatchedNetwork: NodeNetwork {
  let network: any NodeNetwork
  let leaves: LeafWatch

  var meshPeers: Int? { network.meshPeers }

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
