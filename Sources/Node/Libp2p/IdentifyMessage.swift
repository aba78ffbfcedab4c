package import Wire

/// What a node says of itself on `/ipfs/id/1.0.0`.
///
/// go-libp2p learns from it that we speak gossip, and gossips with nobody who does not answer.
package struct IdentifyMessage: Hashable, Sendable {
  /// The number of the protocol on the wire.
  package static let protocolName = "/ipfs/id/1.0.0"

  /// The strictest reader of the network (c-lean-libp2p) takes no more than these.
  package static let byteLimit = 2_048
  package static let protocolLimit = 16
  package static let addressLimit = 8

  /// Bytes of a message that we read ourselves: other nodes have other protocols too.
  static let readLimit = 8_192

  /// The characters of a peer's program name that we keep.
  static let agentLimit = 64

  /// The version of the family of protocols.
  package var protocolVersion = "/ipfs/0.1.0"

  /// The program and its version.
  package var agentVersion: String

  /// The identity key.
  package var publicKey: PublicKeyMessage

  /// Where we can be reached.
  package var listenAddresses: [Multiaddr]

  /// Where the reader seems to be.
  package var observedAddress: Multiaddr?

  /// What we speak.
  package var protocols: [String]

  /// The length and the message, as the stream carries them.
  package var framed: [UInt8] {
    var writer = ProtobufWriter()
    writer.append(1, bytes: publicKey.encoded)
    for address in listenAddresses.prefix(Self.addressLimit) {
      writer.append(2, bytes: address.encoded)
    }
    for name in protocols.prefix(Self.protocolLimit) { writer.append(3, bytes: Array(name.utf8)) }
    if let observedAddress { writer.append(4, bytes: observedAddress.encoded) }
    writer.append(5, bytes: Array(protocolVersion.utf8))
    writer.append(6, bytes: Array(agentVersion.utf8))
    return UnsignedVarint.encode(writer.bytes.count) + writer.bytes
  }

  /// The program's name in a message of a peer, made fit to show: 64 printable characters.
  ///
  /// Nothing else of it is used: a peer's addresses are not dialled, and its key is known better
  /// from its certificate.
  ///
  /// - Returns: `nil` while the message is not whole, and for none that says it.
  static func agentVersion(in framed: [UInt8]) -> String? {
    var cursor = ByteCursor(framed[...])
    guard let message = try? cursor.lengthPrefixed(limit: readLimit) else { return nil }
    var reader = ProtobufReader(message)
    while let field = try? reader.next() {
      guard field.number == 6, case .bytes(let bytes) = field.value else { continue }
      let text = String(decoding: bytes, as: UTF8.self)
      return String(text.unicodeScalars.filter { $0.isASCII && $0.value >= 32 && $0.value != 127 })
        .prefix(agentLimit).description
    }
    return nil
  }
}
