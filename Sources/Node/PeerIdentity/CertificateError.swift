package import Wire

/// Why the certificate of a peer does not say who it is; the connection ends.
package enum CertificateError: Error, Equatable, Sendable {
  /// More bytes than any honest certificate has.
  case tooLarge(bytes: Int)
  /// The encoding is not that of an X.509 certificate.
  case malformed(WireError)
  /// GnuTLS does not take the certificate; its words.
  case refused(String)
  /// The version is not 3: only that has extensions.
  case wrongVersion
  /// It is not valid yet, or no more.
  case outsideValidity
  /// The signature is by an algorithm that TLS 1.3 does not have, or by a short key.
  case weakAlgorithm
  /// The certificate was not signed by its own key.
  case wrongSelfSignature
  /// There is no extension of libp2p.
  case missingExtension
  /// An extension occurs twice.
  case repeatedExtension(String)
  /// A critical extension that is not known.
  case unknownCriticalExtension(String)
  /// libp2p's extension is not the two fields it should be.
  case malformedExtension(WireError)
  /// The identity key is of an algorithm that lean nodes do not use.
  case identityIsNotSecp256k1
  /// The identity key did not sign the certificate's key.
  case wrongIdentitySignature
}
