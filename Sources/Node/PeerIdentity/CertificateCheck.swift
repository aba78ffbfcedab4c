private import CGnuTLS
private import Glibc
package import Wire

/// More than the certificates of every known client, which are below 1 kB.
private let maximumCertificateBytes = 8192

/// The extensions that may be critical besides libp2p's: the uses of the key, the constraints of a
/// certificate that signs others, and the uses of the certificate.
private let understoodExtensions: [[UInt8]] = [[0x55, 29, 15], [0x55, 29, 19], [0x55, 29, 37]]

/// The shortest RSA key that TLS takes.
private let minimumRSABits: UInt32 = 2048

/// Checks the one certificate that a peer sent in its TLS handshake, and says who the peer is.
///
/// The rules are those of libp2p's TLS specification; nobody else's signature counts.
///
/// - Parameters:
///   - der: The certificate. A peer that sends more than one is to be refused.
///   - unixSeconds: The time now.
/// - Returns: The peer's id; a dialer compares it with the one it dialed.
/// - Throws: ``CertificateError``.
package func verifyLibp2pCertificate(
  _ der: [UInt8], at unixSeconds: Int
) throws(CertificateError) -> PeerID {
  guard der.count <= maximumCertificateBytes else { throw .tooLarge(bytes: der.count) }
  let parsed: ParsedCertificate
  do { parsed = try ParsedCertificate(decoding: der[...]) } catch { throw .malformed(error) }
  guard parsed.isVersion3 else { throw .wrongVersion }
  let signedKey = try signedKey(in: parsed.extensions)
  try checkValidityAndSignature(der, parsed, at: unixSeconds)
  return try signedKey.peer(certificateKey: parsed.publicKey)
}

/// Finds libp2p's extension, and refuses what must not be there beside it.
private func signedKey(
  in extensions: [ParsedCertificate.Extension]
) throws(CertificateError) -> SignedKey {
  var seen: Set<[UInt8]> = []
  var signedKey: SignedKey?
  for item in extensions {
    guard seen.insert(item.identifier).inserted else {
      throw .repeatedExtension(item.identifier.hexadecimal)
    }
    if item.identifier == SignedKey.identifier {
      do { signedKey = try SignedKey(decoding: item.value) } catch {
        throw .malformedExtension(error)
      }
    } else if item.isCritical, !understoodExtensions.contains(item.identifier) {
      throw .unknownCriticalExtension(item.identifier.hexadecimal)
    }
  }
  guard let signedKey else { throw .missingExtension }
  return signedKey
}

/// Checks with GnuTLS that the certificate is valid now and signed by its own key.
private func checkValidityAndSignature(
  _ der: [UInt8], _ parsed: ParsedCertificate, at unixSeconds: Int
) throws(CertificateError) {
  var certificate: gnutls_x509_crt_t?
  try demand(gnutls_x509_crt_init(&certificate))
  defer { gnutls_x509_crt_deinit(certificate) }
  try demand(
    withDatum(der[...]) { gnutls_x509_crt_import(certificate, $0, GNUTLS_X509_FMT_DER) })
  let validity =
    gnutls_x509_crt_get_activation_time(
      certificate)...max(
      gnutls_x509_crt_get_activation_time(certificate),
      gnutls_x509_crt_get_expiration_time(certificate))
  guard validity.contains(unixSeconds) else { throw .outsideValidity }

  var key: gnutls_pubkey_t?
  try demand(gnutls_pubkey_init(&key))
  defer { gnutls_pubkey_deinit(key) }
  try demand(gnutls_pubkey_import_x509(key, certificate, 0))
  let algorithm = gnutls_sign_algorithm_t(
    UInt32(bitPattern: gnutls_x509_crt_get_signature_algorithm(certificate)))
  var bits: UInt32 = 0
  let kind = gnutls_pubkey_get_pk_algorithm(key, &bits)
  let isRSA = kind == Int32(GNUTLS_PK_RSA.rawValue) || kind == Int32(GNUTLS_PK_RSA_PSS.rawValue)
  let forCertificates = UInt32(GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS)
  guard gnutls_sign_is_secure2(algorithm, forCertificates) != 0,
    !isRSA || bits >= minimumRSABits
  else { throw .weakAlgorithm }
  var signature = [UInt8](repeating: 0, count: 1024)
  var count = signature.count
  try demand(gnutls_x509_crt_get_signature(certificate, &signature, &count))
  let result = withDatum(parsed.toBeSigned) { data in
    withDatum(signature.prefix(count)) { gnutls_pubkey_verify_data2(key, algorithm, 0, data, $0) }
  }
  guard result >= 0 else { throw .wrongSelfSignature }
}

private func demand(_ code: Int32) throws(CertificateError) {
  guard code >= 0 else { throw .refused(String(cString: gnutls_strerror(code))) }
}

/// Lends bytes to GnuTLS, which does not change them.
private func withDatum(
  _ bytes: ArraySlice<UInt8>, _ body: (UnsafePointer<gnutls_datum_t>) -> Int32
) -> Int32 {
  bytes.withUnsafeBufferPointer { bytes in
    var datum = gnutls_datum_t(
      data: UnsafeMutablePointer(mutating: bytes.baseAddress), size: UInt32(bytes.count))
    return body(&datum)
  }
}

extension [UInt8] {
  fileprivate var hexadecimal: String {
    map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
