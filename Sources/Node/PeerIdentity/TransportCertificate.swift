private import CGnuTLS
private import Glibc

/// The self-signed certificate of this process: a fresh P-256 key, vouched for by the identity.
///
/// leanSpec: `node/networking/transport/quic/tls.py`.
package struct TransportCertificate: Sendable {
  /// The certificate, X.509 in DER.
  package let der: [UInt8]

  /// The private key of the certificate, SEC 1 in DER.
  package let privateKey: [UInt8]

  /// Clocks of peers may be this far behind ours.
  private static let clockSlackSeconds = 86_400

  /// A process that runs for years must not lock itself out.
  private static let validSeconds = 100 * 365 * 86_400

  /// Makes a key and a certificate; about a millisecond.
  ///
  /// - Throws: ``CryptographyFailure`` when GnuTLS cannot, for lack of memory or randomness.
  package init(
    for identity: PeerIdentity, at unixSeconds: Int
  ) throws(CryptographyFailure) {
    var key: gnutls_x509_privkey_t?
    try demand(gnutls_x509_privkey_init(&key))
    defer { gnutls_x509_privkey_deinit(key) }
    // GNUTLS_CURVE_TO_BITS is a macro with arguments, which Swift does not see.
    let curve = 1 << 31 | GNUTLS_ECC_CURVE_SECP256R1.rawValue
    try demand(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, curve, 0))
    var certificate: gnutls_x509_crt_t?
    try demand(gnutls_x509_crt_init(&certificate))
    defer { gnutls_x509_crt_deinit(certificate) }
    try demand(gnutls_x509_crt_set_version(certificate, 3))
    var serial = [UInt8](repeating: 0, count: 16)
    try demand(gnutls_rnd(GNUTLS_RND_NONCE, &serial, serial.count))
    // A positive number of exactly these bytes.
    serial[0] = serial[0] & 0x7F | 0x40
    try demand(gnutls_x509_crt_set_serial(certificate, serial, serial.count))
    try demand(
      gnutls_x509_crt_set_activation_time(certificate, unixSeconds - Self.clockSlackSeconds))
    try demand(gnutls_x509_crt_set_expiration_time(certificate, unixSeconds + Self.validSeconds))
    try demand(gnutls_x509_crt_set_key(certificate, key))
    let signedKey = SignedKey.encoded(
      for: identity, certificateKey: try Self.publicKey(of: certificate))
    try demand(
      gnutls_x509_crt_set_extension_by_oid(
        certificate, SignedKey.dottedIdentifier, signedKey, signedKey.count, 0))
    try demand(gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0))
    der = try exported { gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &$0) }
    privateKey = try exported { gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_DER, &$0) }
  }

  private static func publicKey(
    of certificate: gnutls_x509_crt_t?
  ) throws(CryptographyFailure) -> [UInt8] {
    var key: gnutls_pubkey_t?
    try demand(gnutls_pubkey_init(&key))
    defer { gnutls_pubkey_deinit(key) }
    try demand(gnutls_pubkey_import_x509(key, certificate, 0))
    return try exported { gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &$0) }
  }
}

/// GnuTLS could not do what needs no input from outside.
package struct CryptographyFailure: Error, CustomStringConvertible {
  /// GnuTLS's words.
  package let description: String
}

private func demand(_ code: Int32) throws(CryptographyFailure) {
  guard code >= 0 else {
    throw CryptographyFailure(description: "GnuTLS: \(String(cString: gnutls_strerror(code)))")
  }
}

/// Takes over memory that GnuTLS allocated.
private func exported(
  _ export: (inout gnutls_datum_t) -> Int32
) throws(CryptographyFailure) -> [UInt8] {
  var datum = gnutls_datum_t()
  try demand(export(&datum))
  defer { free(datum.data) }
  return Array(UnsafeBufferPointer(start: datum.data, count: Int(datum.size)))
}
