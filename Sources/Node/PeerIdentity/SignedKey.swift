internal import Wire

/// The extension of libp2p's TLS certificates: an identity key, and its signature over the
/// certificate's key.
struct SignedKey {
  /// libp2p's number for the extension.
  static let dottedIdentifier = "1.3.6.1.4.1.53594.1.1"

  /// The same in DER.
  static let identifier: [UInt8] = [0x2B, 6, 1, 4, 1, 0x83, 0xA2, 0x5A, 1, 1]

  private static let prefix = Array("libp2p-tls-handshake:".utf8)

  private let keyMessage: ArraySlice<UInt8>
  private let signature: ArraySlice<UInt8>

  /// Decodes the extension.
  ///
  /// - Throws: ``WireError``.
  init(decoding bytes: ArraySlice<UInt8>) throws(WireError) {
    var outer = DERReader(bytes)
    var fields = DERReader(try outer.next(DERReader.Tag.sequence).content)
    try outer.finish()
    keyMessage = try fields.next(DERReader.Tag.octetString).content
    signature = try fields.next(DERReader.Tag.octetString).content
    try fields.finish()
  }

  /// The extension for a certificate with the public key `certificateKey` (PKIX DER).
  static func encoded(for identity: PeerIdentity, certificateKey: [UInt8]) -> [UInt8] {
    let key = DERReader.encode(DERReader.Tag.octetString, identity.publicKeyMessage.encoded)
    let signature = DERReader.encode(
      DERReader.Tag.octetString, identity.sign(prefix + certificateKey))
    return DERReader.encode(DERReader.Tag.sequence, key + signature)
  }

  /// The peer, if its identity key signed the certificate's key.
  ///
  /// leanSpec takes secp256k1 only, and so do we.
  func peer(certificateKey: ArraySlice<UInt8>) throws(CertificateError) -> PeerID {
    let message: PublicKeyMessage
    do { message = try PublicKeyMessage(decoding: keyMessage) } catch {
      throw .malformedExtension(error)
    }
    guard message.type == .secp256k1 else { throw .identityIsNotSecp256k1 }
    guard
      PeerIdentity.isValid(signature, of: SignedKey.prefix + certificateKey, by: message.key)
    else { throw .wrongIdentitySignature }
    return PeerID(of: message)
  }
}
