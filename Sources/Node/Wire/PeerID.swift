private import Hashing

/// The name of a peer: the multihash of its public key.
///
/// Ids compare byte by byte, as the rule for two connections to one peer demands.
/// leanSpec: `node/networking/transport/peer_id.py`.
package struct PeerID: Hashable, Sendable {
  /// Keys up to this size are their own multihash.
  private static let maximumIdentityBytes = 42

  private static let identityCode: UInt8 = 0
  private static let sha256Code: UInt8 = 0x12

  /// The multihash.
  package let multihash: [UInt8]

  /// The id of the owner of a key.
  package init(of key: PublicKeyMessage) {
    let message = key.encoded
    multihash =
      message.count <= PeerID.maximumIdentityBytes
      ? [PeerID.identityCode, UInt8(message.count)] + message
      : [PeerID.sha256Code, UInt8(Bytes32.count)] + SHA256.hash(message).bytes
  }

  /// Takes a multihash.
  ///
  /// - Throws: ``WireError/wrongMultihash``.
  package init(multihash: ArraySlice<UInt8>) throws(WireError) {
    let bytes = Array(multihash)
    guard bytes.count >= 2, Int(bytes[1]) == bytes.count - 2 else { throw .wrongMultihash }
    switch bytes[0] {
    case PeerID.identityCode where bytes.count - 2 <= PeerID.maximumIdentityBytes: break
    case PeerID.sha256Code where bytes.count - 2 == Bytes32.count: break
    default: throw .wrongMultihash
    }
    self.multihash = bytes
  }

  /// Reads the base-58 text: `16Uiu2HA…` for secp256k1.
  ///
  /// - Throws: ``WireError``.
  package init(text: String) throws(WireError) {
    try self.init(multihash: Base58.decode(text)[...])
  }

  /// The key, if the id contains it: it does for secp256k1 and Ed25519.
  package var publicKey: PublicKeyMessage? {
    guard multihash[0] == PeerID.identityCode else { return nil }
    return try? PublicKeyMessage(decoding: multihash.dropFirst(2))
  }
}

extension PeerID {
  /// Hashes all bytes in one step: an array's own way takes one step for each, and peers are
  /// looked up some times for every message.
  package func hash(into hasher: inout Hasher) {
    multihash.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

extension PeerID: CustomStringConvertible {
  /// The base-58 text.
  package var description: String { Base58.encode(multihash) }

  /// The last six characters, for logs and screens: the first ones are the same for everybody.
  package var short: String { String(description.suffix(6)) }
}

extension PeerID: Comparable {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  package static func < (left: PeerID, right: PeerID) -> Bool {
    left.multihash.lexicographicallyPrecedes(right.multihash)
  }
}
