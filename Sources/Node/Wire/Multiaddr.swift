/// A path of protocols by which a peer is reached: `/ip4/192.0.2.1/udp/9000/quic-v1/p2p/16Uiu2…`.
package struct Multiaddr: Hashable, Sendable {
  /// One protocol of the path.
  package enum Part: Hashable, Sendable {
    /// `ip4` or `ip6`.
    case ip(IPAddress)
    /// `dns`, `dns4` or `dns6`, and a host name.
    case name(NameProtocol, String)
    /// `tcp` and a port.
    case tcp(UInt16)
    /// `udp` and a port.
    case udp(UInt16)
    /// `quic-v1`.
    case quic
    /// `p2p` and the id of the peer.
    case peer(PeerID)
  }

  /// The protocols that look a host name up.
  package enum NameProtocol: String, Sendable {
    /// Both versions of IP.
    case dns
    /// Version 4 only.
    case dns4
    /// Version 6 only.
    case dns6
  }

  /// More protocols than any path of ours, fewer than would cost a reader.
  static let maximumParts = 16

  /// A host name has at most 253 characters.
  static let maximumNameBytes = 253

  /// The protocols from the outside in.
  package let parts: [Part]

  /// Creates a path.
  package init(_ parts: [Part]) {
    self.parts = parts
  }

  /// The path of a QUIC endpoint, and of a peer there.
  package init(quic endpoint: QUICEndpoint, peer: PeerID? = nil) {
    self.init(
      [.ip(endpoint.address), .udp(endpoint.port), .quic] + (peer.map { [.peer($0)] } ?? []))
  }

  /// Where QUIC is spoken.
  package struct QUICEndpoint: Hashable, Sendable {
    /// The address.
    package let address: IPAddress
    /// The UDP port.
    package let port: UInt16

    /// Creates an endpoint.
    package init(address: IPAddress, port: UInt16) {
      self.address = address
      self.port = port
    }
  }

  /// The endpoint, if the path is one of QUIC with a numeric address.
  package var quicEndpoint: QUICEndpoint? {
    guard parts.count >= 3, case .ip(let address) = parts[0], case .udp(let port) = parts[1],
      parts[2] == .quic
    else { return nil }
    return QUICEndpoint(address: address, port: port)
  }

  /// The id at the end of the path.
  package var peer: PeerID? {
    guard case .peer(let peer)? = parts.last else { return nil }
    return peer
  }
}

extension Multiaddr {
  /// The numbers of the protocols in the binary form.
  private enum Code {
    static let ip4: UInt64 = 4
    static let tcp: UInt64 = 6
    static let ip6: UInt64 = 41
    static let dns: UInt64 = 53
    static let dns4: UInt64 = 54
    static let dns6: UInt64 = 55
    static let udp: UInt64 = 273
    static let p2p: UInt64 = 421
    static let quicV1: UInt64 = 461
  }

  /// The binary form, as identify has it.
  package var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for part in parts {
      switch part {
      case .ip(let address):
        UnsignedVarint.append(address.isVersion6 ? Code.ip6 : Code.ip4, to: &bytes)
        bytes += address.bytes
      case .name(let kind, let name):
        let code =
          switch kind {
          case .dns: Code.dns
          case .dns4: Code.dns4
          case .dns6: Code.dns6
          }
        UnsignedVarint.append(code, to: &bytes)
        UnsignedVarint.append(name.utf8.count, to: &bytes)
        bytes += name.utf8
      case .tcp(let port):
        UnsignedVarint.append(Code.tcp, to: &bytes)
        bytes += [UInt8(port >> 8), UInt8(port & 0xFF)]
      case .udp(let port):
        UnsignedVarint.append(Code.udp, to: &bytes)
        bytes += [UInt8(port >> 8), UInt8(port & 0xFF)]
      case .quic: UnsignedVarint.append(Code.quicV1, to: &bytes)
      case .peer(let peer):
        UnsignedVarint.append(Code.p2p, to: &bytes)
        UnsignedVarint.append(peer.multihash.count, to: &bytes)
        bytes += peer.multihash
      }
    }
    return bytes
  }

  /// Decodes the binary form.
  ///
  /// - Throws: ``WireError``.
  package init(decoding bytes: ArraySlice<UInt8>) throws(WireError) {
    var cursor = ByteCursor(bytes)
    var parts: [Part] = []
    while !cursor.isAtEnd {
      guard parts.count < Multiaddr.maximumParts else {
        throw .tooLarge(bytes: UInt64(bytes.count), limit: Multiaddr.maximumParts)
      }
      parts.append(try Multiaddr.part(&cursor))
    }
    self.init(parts)
  }

  private static func part(_ cursor: inout ByteCursor) throws(WireError) -> Part {
    let code = try cursor.varint()
    switch code {
    case Code.ip4, Code.ip6:
      let bytes = try cursor.bytes(code == Code.ip4 ? 4 : 16)
      guard let address = IPAddress(bytes: bytes) else { throw .truncated }
      return .ip(address)
    case Code.tcp, Code.udp:
      let port = UInt16(try cursor.byte()) << 8 | UInt16(try cursor.byte())
      return code == Code.tcp ? .tcp(port) : .udp(port)
    case Code.dns, Code.dns4, Code.dns6:
      let name = try cursor.lengthPrefixed(limit: maximumNameBytes).text()
      guard isHostName(name) else { throw .wrongText }
      return .name(code == Code.dns ? .dns : code == Code.dns4 ? .dns4 : .dns6, name)
    case Code.quicV1: return .quic
    case Code.p2p: return .peer(try PeerID(multihash: try cursor.lengthPrefixed(limit: 64)))
    default: throw .unknownProtocol(code: code)
    }
  }

  private static func isHostName(_ text: String) -> Bool {
    (1...maximumNameBytes).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}

extension Multiaddr: CustomStringConvertible {
  /// The textual form.
  package var description: String {
    parts.map { part in
      switch part {
      case .ip(let address): "/\(address.isVersion6 ? "ip6" : "ip4")/\(address)"
      case .name(let kind, let name): "/\(kind.rawValue)/\(name)"
      case .tcp(let port): "/tcp/\(port)"
      case .udp(let port): "/udp/\(port)"
      case .quic: "/quic-v1"
      case .peer(let peer): "/p2p/\(peer)"
      }
    }.joined()
  }

  /// Reads the textual form.
  ///
  /// - Throws: ``WireError``, with the part that is wrong.
  package init(text: String) throws(WireError) {
    var words = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)[...]
    guard words.popFirst() == "", !words.isEmpty else { throw .wrongAddress(text) }
    var parts: [Part] = []
    while let name = words.popFirst() {
      guard parts.count < Multiaddr.maximumParts else { throw .wrongAddress(name) }
      if name == "quic-v1" {
        parts.append(.quic)
        continue
      }
      guard let value = words.popFirst() else { throw .wrongAddress(name) }
      parts.append(try Multiaddr.part(name, value))
    }
    self.init(parts)
  }

  private static func part(_ name: String, _ value: String) throws(WireError) -> Part {
    switch name {
    case "ip4", "ip6":
      guard let address = IPAddress(text: value), address.isVersion6 == (name == "ip6") else {
        throw .wrongAddress(value)
      }
      return .ip(address)
    case "tcp", "udp":
      guard let port = UInt16(value), "\(port)" == value else { throw .wrongAddress(value) }
      return name == "tcp" ? .tcp(port) : .udp(port)
    case "p2p": return .peer(try PeerID(text: value))
    default:
      guard let kind = NameProtocol(rawValue: name) else { throw .wrongAddress(name) }
      guard isHostName(value) else { throw .wrongAddress(value) }
      return .name(kind, value)
    }
  }
}
