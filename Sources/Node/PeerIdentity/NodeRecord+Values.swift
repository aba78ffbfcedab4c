package import Hashing
package import Wire

extension NodeRecord {
  /// The keys with a meaning.
  package enum Key: String, Sendable {
    /// The identity scheme.
    case id
    /// The compressed public key.
    case secp256k1
    /// An IPv4 address, 4 bytes.
    case ip
    /// An IPv6 address, 16 bytes.
    case ip6
    /// The QUIC port over IPv4.
    case quic
    /// The QUIC port over IPv6, where it differs.
    case quic6
    /// The port of discovery, taken for QUIC's where that is absent.
    case udp
    /// The port of discovery over IPv6, where it differs.
    case udp6
    /// The fork: 16 bytes.
    case eth2
    /// A bitvector of 64 attestation subnets.
    case attestationSubnets = "attnets"
    /// One byte, 1 for yes.
    case isAggregator = "is_aggregator"
  }

  /// The name of the identity scheme.
  package var identityScheme: String? {
    value(of: .id).flatMap { $0.isEmpty ? nil : String(validating: $0, as: UTF8.self) }
  }

  /// The compressed public key, if it has 33 bytes; it may still be no point of the curve.
  package var publicKey: [UInt8]? {
    value(of: .secp256k1).flatMap { $0.count == 33 ? $0 : nil }
  }

  /// The name of the node in discovery: the hash of the point; `nil` when the key is none.
  package var nodeID: Bytes32? {
    publicKey.flatMap(PeerIdentity.point).map { Keccak256.hash($0) }
  }

  /// The name of the node in libp2p; `nil` when there is no key on the curve.
  package var peerID: PeerID? {
    guard let publicKey, PeerIdentity.point(of: publicKey) != nil else { return nil }
    return PeerID(of: PublicKeyMessage(type: .secp256k1, key: publicKey))
  }

  /// The address of version 4.
  package var ip4: IPAddress? {
    value(of: .ip).flatMap { $0.count == 4 ? IPAddress(bytes: $0) : nil }
  }

  /// The address of version 6.
  package var ip6: IPAddress? {
    value(of: .ip6).flatMap { $0.count == 16 ? IPAddress(bytes: $0) : nil }
  }

  /// A port of one or two bytes; `nil` when it is absent, malformed or zero.
  package func port(_ key: Key) -> UInt16? {
    guard let value = value(of: key), (1...2).contains(value.count) else { return nil }
    let port = value.reduce(0) { $0 << 8 | UInt16($1) }
    return port == 0 ? nil : port
  }

  /// Where the node speaks QUIC, the address of version 4 first.
  package var quicEndpoints: [Multiaddr.QUICEndpoint] {
    let port4 = port(.quic) ?? port(.udp)
    let port6 = port(.quic6) ?? port(.quic) ?? port(.udp6) ?? port(.udp)
    return [(ip4, port4), (ip6, port6)].compactMap { address, port in
      guard let address, let port else { return nil }
      return Multiaddr.QUICEndpoint(address: address, port: port)
    }
  }

  /// The fork of the node.
  package struct Eth2: Hashable, Sendable {
    /// Four bytes.
    package let forkDigest: [UInt8]
    /// Four bytes.
    package let nextForkVersion: [UInt8]
    /// When the next fork begins.
    package let nextForkEpoch: UInt64
  }

  /// The fork of the node, from the first 16 bytes of the value.
  package var eth2: Eth2? {
    guard let value = value(of: .eth2), value.count >= 16 else { return nil }
    return Eth2(
      forkDigest: Array(value[0..<4]), nextForkVersion: Array(value[4..<8]),
      nextForkEpoch: value[8..<16].reversed().reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// The attestation subnets of the node, ascending.
  package var attestationSubnets: [Int]? {
    guard let value = value(of: .attestationSubnets), value.count == 8 else { return nil }
    return (0..<64).filter { value[$0 / 8] >> ($0 % 8) & 1 == 1 }
  }

  /// Whether the node says that it aggregates.
  package var isAggregator: Bool { value(of: .isAggregator) == [1] }
}
