internal import Wire

/// The parts of an X.509 certificate that libp2p's rules are about, as slices of its bytes.
struct ParsedCertificate {
  /// One extension of the certificate.
  struct Extension {
    /// The content of the object identifier.
    let identifier: [UInt8]
    let isCritical: Bool
    let value: ArraySlice<UInt8>
  }

  /// What the certificate's own signature is over.
  let toBeSigned: ArraySlice<UInt8>
  /// The public key: what the identity's signature is over.
  let publicKey: ArraySlice<UInt8>
  /// Whether the version is 3.
  let isVersion3: Bool
  let extensions: [Extension]

  /// More extensions than any certificate of this use.
  private static let maximumExtensions = 32

  /// Decodes a certificate (RFC 5280).
  ///
  /// - Throws: ``WireError``.
  init(decoding bytes: ArraySlice<UInt8>) throws(WireError) {
    var file = DERReader(bytes)
    var certificate = DERReader(try file.next(DERReader.Tag.sequence).content)
    try file.finish()
    let toBeSigned = try certificate.next(DERReader.Tag.sequence)
    var fields = DERReader(toBeSigned.content)
    let version = try fields.next(DERReader.Tag.version)
    // Serial number, algorithm, issuer, validity and subject.
    for _ in 0..<5 { _ = try fields.next() }
    publicKey = try fields.next(DERReader.Tag.sequence).whole
    isVersion3 = version.content.elementsEqual([2, 1, 2])
    // The unique identifiers that could stand before are deprecated, and libp2p forbids them.
    extensions =
      fields.isAtEnd
      ? []
      : try ParsedCertificate.extensions(try fields.next(DERReader.Tag.extensions).content)
    try fields.finish()
    self.toBeSigned = toBeSigned.whole
  }

  private static func extensions(_ bytes: ArraySlice<UInt8>) throws(WireError) -> [Extension] {
    var outer = DERReader(bytes)
    var list = DERReader(try outer.next(DERReader.Tag.sequence).content)
    try outer.finish()
    var extensions: [Extension] = []
    while !list.isAtEnd {
      guard extensions.count < maximumExtensions else {
        throw .tooLarge(bytes: UInt64(bytes.count), limit: maximumExtensions)
      }
      var fields = DERReader(try list.next(DERReader.Tag.sequence).content)
      let identifier = try fields.next(DERReader.Tag.objectIdentifier).content
      var value = try fields.next()
      var isCritical = false
      if value.tag == DERReader.Tag.boolean {
        isCritical = !value.content.elementsEqual([0])
        value = try fields.next()
      }
      guard value.tag == DERReader.Tag.octetString else { throw .wrongItem }
      try fields.finish()
      extensions.append(
        Extension(
          identifier: Array(identifier), isCritical: isCritical, value: value.content))
    }
    return extensions
  }
}
