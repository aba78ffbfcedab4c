import CGnuTLS
import Glibc

@testable import PeerIdentity

/// A certificate with anything wrong in it that a test wants, signed by a fresh P-256 key.
struct HandmadeCertificate {
  var version: [UInt8] = [0xA0, 3, 2, 1, 2]
  var notBefore = "20200101000000Z"
  var notAfter = "20300101000000Z"
  var algorithm = HandmadeCertificate.ecdsaSHA256
  var hash = GNUTLS_DIG_SHA256
  /// Bytes between the key and the extensions.
  var uniqueIdentifier: [UInt8] = []
  var extensions: [[UInt8]] = []
  /// The content of libp2p's extension, made from the certificate's key; `nil` for none.
  var signedKey: ((_ certificateKey: [UInt8]) -> [UInt8])?
  var isExtensionCritical = false
  var breaksSignature = false

  static let ecdsaSHA256: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]
  static let ecdsaSHA1: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 1]

  /// A time when the certificate is valid: 2025.
  static let now = 1_750_000_000

  static func sequence(_ parts: [UInt8]...) -> [UInt8] {
    DERReader.encode(DERReader.Tag.sequence, parts.flatMap { $0 })
  }

  /// One extension.
  static func item(_ identifier: [UInt8], _ value: [UInt8], isCritical: Bool = false) -> [UInt8] {
    sequence(
      DERReader.encode(DERReader.Tag.objectIdentifier, identifier),
      isCritical ? [DERReader.Tag.boolean, 1, 0xFF] : [],
      DERReader.encode(DERReader.Tag.octetString, value))
  }

  func encoded() throws -> [UInt8] {
    var key: gnutls_privkey_t?
    try demand(gnutls_privkey_init(&key))
    defer { gnutls_privkey_deinit(key) }
    let curve = 1 << 31 | GNUTLS_ECC_CURVE_SECP256R1.rawValue
    try demand(gnutls_privkey_generate(key, GNUTLS_PK_ECDSA, curve, 0))
    var publicKey: gnutls_pubkey_t?
    try demand(gnutls_pubkey_init(&publicKey))
    defer { gnutls_pubkey_deinit(publicKey) }
    try demand(gnutls_pubkey_import_privkey(publicKey, key, 0, 0))
    var datum = gnutls_datum_t()
    try demand(gnutls_pubkey_export2(publicKey, GNUTLS_X509_FMT_DER, &datum))
    let certificateKey = take(datum)

    let algorithm = Self.sequence(DERReader.encode(DERReader.Tag.objectIdentifier, algorithm))
    var items = extensions
    if let signedKey {
      items.append(
        Self.item(
          SignedKey.identifier, signedKey(certificateKey), isCritical: isExtensionCritical))
    }
    let toBeSigned = Self.sequence(
      version, [2, 1, 7], algorithm, [0x30, 0],
      Self.sequence(time(notBefore), time(notAfter)), [0x30, 0], certificateKey, uniqueIdentifier,
      items.isEmpty
        ? []
        : DERReader.encode(
          DERReader.Tag.extensions,
          DERReader.encode(DERReader.Tag.sequence, items.flatMap { $0 })))
    var signature = try sign(toBeSigned, key)
    if breaksSignature { signature[signature.count - 1] ^= 1 }
    return Self.sequence(toBeSigned, algorithm, DERReader.encode(3, [0] + signature))
  }

  private func time(_ text: String) -> [UInt8] { DERReader.encode(0x18, Array(text.utf8)) }

  private func sign(_ bytes: [UInt8], _ key: gnutls_privkey_t?) throws -> [UInt8] {
    var signature = gnutls_datum_t()
    var bytes = bytes
    try bytes.withUnsafeMutableBufferPointer { bytes in
      var data = gnutls_datum_t(data: bytes.baseAddress, size: UInt32(bytes.count))
      try demand(gnutls_privkey_sign_data(key, hash, 0, &data, &signature))
    }
    return take(signature)
  }

  private func take(_ datum: gnutls_datum_t) -> [UInt8] {
    defer { free(datum.data) }
    return Array(UnsafeBufferPointer(start: datum.data, count: Int(datum.size)))
  }

  private func demand(_ code: Int32) throws {
    guard code >= 0 else {
      throw CryptographyFailure(description: String(cString: gnutls_strerror(code)))
    }
  }
}
