/// A topic of the network: what is spoken of, and in which network.
///
/// leanSpec: `node/networking/gossipsub/topic.py`.
package struct GossipTopic: Hashable, Sendable, CustomStringConvertible {
  /// What the messages of a topic are.
  package enum Kind: Hashable, Sendable {
    /// Signed blocks.
    case block
    /// Signed aggregated attestations.
    case aggregation
    /// Signed attestations of one subnet.
    case attestation(subnet: UInt64)
  }

  /// What the messages are.
  package let kind: Kind

  /// The network; every devnet of today says `12345678`.
  package let networkName: String

  private static let prefix = "leanconsensus"
  private static let encoding = "ssz_snappy"
  private static let subnetPrefix = "attestation_"

  /// Creates a topic.
  package init(_ kind: Kind, networkName: String) {
    self.kind = kind
    self.networkName = networkName
  }

  /// Reads `/leanconsensus/NETWORK/KIND/ssz_snappy`.
  ///
  /// - Parameters:
  ///   - text: The text on the wire.
  ///   - networkName: The network that it must be of; any when `nil`.
  /// - Throws: ``GossipTopicError``.
  package init(_ text: String, networkName: String? = nil) throws(GossipTopicError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].isEmpty, !parts[2].isEmpty else { throw .malformed }
    guard parts[1] == Self.prefix else { throw .otherPrefix(String(parts[1])) }
    guard parts[4] == Self.encoding else { throw .otherEncoding(String(parts[4])) }
    guard let kind = Self.kind(parts[3]) else { throw .unknownKind(String(parts[3])) }
    if let networkName, networkName != parts[2] {
      throw .otherNetwork(String(parts[2]), expected: networkName)
    }
    self.init(kind, networkName: String(parts[2]))
  }

  /// The text on the wire.
  package var description: String {
    let name =
      switch kind {
      case .block: "block"
      case .aggregation: "aggregation"
      case .attestation(let subnet): "\(Self.subnetPrefix)\(subnet)"
      }
    return "/\(Self.prefix)/\(networkName)/\(name)/\(Self.encoding)"
  }

  private static func kind(_ name: Substring) -> Kind? {
    switch name {
    case "block": return .block
    case "aggregation": return .aggregation
    default:
      guard name.hasPrefix(subnetPrefix) else { return nil }
      let digits = name.dropFirst(subnetPrefix.count)
      // One spelling per subnet: `07` and `+7` would be topics of their own.
      guard let subnet = UInt64(digits), String(subnet) == digits else { return nil }
      return .attestation(subnet: subnet)
    }
  }
}

/// Why a text names no topic of ours.
package enum GossipTopicError: Error, Equatable {
  /// Not four parts after slashes.
  case malformed
  /// Of another protocol.
  case otherPrefix(String)
  /// Encoded in another way.
  case otherEncoding(String)
  /// Of a kind that the network does not have.
  case unknownKind(String)
  /// Of another network.
  case otherNetwork(String, expected: String)
}
