internal import PeerIdentity
internal import QUIC
internal import Wire

/// A list of peers to dial, as people and genesis tools write it: node records and multiaddrs.
///
/// An entry that cannot be used is told with its reason and left out; the others count. Operators
/// mix lists of several clients, and one bad line must not keep a node alone.
package struct Bootnodes: Sendable {
  /// An entry that is left out.
  package struct Rejection: Hashable, Sendable {
    /// The entry as it was written.
    package let entry: String

    /// Why it cannot be used.
    package let reason: Reason
  }

  /// Why an entry cannot be used.
  package enum Reason: Hashable, Sendable {
    /// It is neither a node record nor a multiaddr.
    case malformed(String)

    /// The record's own key did not sign it.
    case wrongSignature

    /// It does not say who the peer is, so anybody could answer for it.
    case noPeer

    /// It has no address that QUIC could be spoken at.
    case noAddress

    /// It is a host name: they are not looked up.
    case hostName(String)
  }

  /// The peers that can be dialled, in the order of the list.
  package private(set) var peers: [DialBook.StaticPeer] = []

  /// The entries that are left out.
  package private(set) var rejections: [Rejection] = []

  /// Entries of a list that are looked at: more than any devnet has.
  package static let limit = 1_024

  /// Reads a list; empty entries and the word `none` stand for nothing.
  package init(_ entries: [String]) {
    for entry in entries.prefix(Self.limit) {
      let text = entry.filter { !$0.isWhitespace }
      guard !text.isEmpty, text != "none" else { continue }
      switch text.hasPrefix("/") ? Self.multiaddr(text) : Self.record(text) {
      case .success(let peer): peers.append(peer)
      case .failure(let reason): rejections.append(Rejection(entry: entry, reason: reason))
      }
    }
  }

  private static func record(_ text: String) -> Result<DialBook.StaticPeer, Reason> {
    let record: NodeRecord
    do { record = try NodeRecord(text: text) } catch { return .failure(.malformed("\(error)")) }
    guard record.isSignatureValid else { return .failure(.wrongSignature) }
    guard let peer = record.peerID else { return .failure(.noPeer) }
    let addresses = record.quicEndpoints.compactMap(NetworkAddress.init)
    guard !addresses.isEmpty else { return .failure(.noAddress) }
    return .success(DialBook.StaticPeer(peer: peer, addresses: addresses))
  }

  private static func multiaddr(_ text: String) -> Result<DialBook.StaticPeer, Reason> {
    let address: Multiaddr
    do { address = try Multiaddr(text: text) } catch { return .failure(.malformed("\(error)")) }
    if case .name(_, let name)? = address.parts.first { return .failure(.hostName(name)) }
    guard let endpoint = address.quicEndpoint, let remote = NetworkAddress(endpoint) else {
      return .failure(.noAddress)
    }
    guard let peer = address.peer else { return .failure(.noPeer) }
    return .success(DialBook.StaticPeer(peer: peer, addresses: [remote]))
  }
}

extension Bootnodes.Reason: Error, CustomStringConvertible {
  package var description: String {
    switch self {
    case .malformed(let words): "not a node record or multiaddr: \(words)"
    case .wrongSignature: "the record is not signed by its own key"
    case .noPeer: "it does not say who the peer is; add /p2p/ID"
    case .noAddress: "it has no IP address with a QUIC port"
    case .hostName(let name): "host names are not looked up; write the IP address of \(name)"
    }
  }
}

extension NetworkAddress {
  /// Where QUIC is spoken; `nil` for port 0, which is none.
  init?(_ endpoint: Multiaddr.QUICEndpoint) {
    guard endpoint.port != 0 else { return nil }
    self.init(bytes: endpoint.address.bytes, port: endpoint.port)
  }
}
