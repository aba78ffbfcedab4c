private import CSecp256k1
package import Hashing
package import Wire

/// The secp256k1 key by which peers know this node.
///
/// What others use: ``peerID``, ``TransportCertificate`` for TLS, ``NodeRecord`` for ENRs, and
/// ``verifyLibp2pCertificate(_:at:)`` to learn who a peer is. leanSpec:
/// `node/networking/transport/identity/keypair.py`.
package struct PeerIdentity: Sendable {
  private let secret: Bytes32

  /// The public key, compressed to 33 bytes.
  package let publicKey: [UInt8]

  /// Takes the 32 bytes of a secret key.
  ///
  /// - Returns: `nil` when they are zero or not below the group order: one in 2¹²⁸.
  package init?(secret: Bytes32) {
    var key = [UInt8](repeating: 0, count: 33)
    guard csecp256k1_public_key(secret.bytes, &key) else { return nil }
    self.secret = secret
    publicKey = key
  }

  /// The public key as libp2p's messages have it.
  package var publicKeyMessage: PublicKeyMessage {
    PublicKeyMessage(type: .secp256k1, key: publicKey)
  }

  /// The name of this node.
  package var peerID: PeerID { PeerID(of: publicKeyMessage) }

  /// Signs the SHA-256 of `message`; DER.
  package func sign(_ message: [UInt8]) -> [UInt8] {
    let signature = sign(digest: SHA256.hash(message))
    var der = [UInt8](repeating: 0, count: Int(CSECP256K1_DER_LIMIT))
    let count = csecp256k1_to_der(signature, &der)
    return Array(der.prefix(count))
  }

  /// Signs a digest: r and s, 64 bytes.
  func sign(digest: Bytes32) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: 64)
    let isSigned = csecp256k1_sign(secret.bytes, digest.bytes, &signature)
    precondition(isSigned, "a secret key that has a public key can sign")
    return signature
  }

  /// Whether `signature`, DER with either S, signs the SHA-256 of `message`.
  package static func isValid(
    _ signature: ArraySlice<UInt8>, of message: [UInt8], by publicKey: [UInt8]
  ) -> Bool {
    var compact = [UInt8](repeating: 0, count: 64)
    let isDER = signature.withUnsafeBufferPointer {
      csecp256k1_from_der($0.baseAddress, $0.count, &compact)
    }
    return isDER && isValid(compact: compact, of: SHA256.hash(message), by: publicKey)
  }

  /// Whether r and s sign a digest.
  static func isValid(compact signature: [UInt8], of digest: Bytes32, by publicKey: [UInt8]) -> Bool
  {
    signature.count == 64 && publicKey.count == 33
      && csecp256k1_is_valid(publicKey, digest.bytes, signature)
  }

  /// The two coordinates of a compressed public key, 64 bytes; `nil` when it is not on the curve.
  static func point(of publicKey: [UInt8]) -> [UInt8]? {
    var point = [UInt8](repeating: 0, count: 64)
    guard publicKey.count == 33, csecp256k1_point(publicKey, &point) else { return nil }
    return point
  }
}

extension PeerIdentity {
  /// Reads the 64 hexadecimal digits of a key file, white space around them aside.
  package init?(text: String) {
    let digits = text.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
    let rest = text[digits.endIndex...]
    guard digits.utf8.count == 64, rest.allSatisfy(\.isWhitespace),
      let secret = Bytes32(hexadecimal: String(digits))
    else { return nil }
    self.init(secret: secret)
  }

  /// The content of a key file: 64 lower-case digits and a line end, as other clients write it.
  package var text: String { "\(secret.description.dropFirst(2))\n" }
}

extension PeerIdentity: CustomStringConvertible, CustomReflectable {
  /// The peer id; the secret stays out of logs.
  package var description: String { peerID.description }

  /// Nothing but the peer id, so that a dump does not show the secret.
  package var customMirror: Mirror { Mirror(self, children: ["peerID": peerID]) }
}
