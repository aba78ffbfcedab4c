import CGnuTLS
import Hashing
import Testing
import Wire

@testable import PeerIdentity

struct CertificateCheckTests {
  private let identity: PeerIdentity
  private let sound: HandmadeCertificate
  private let now = HandmadeCertificate.now

  init() throws {
    let identity = try #require(PeerIdentity(secret: Bytes32 { $0[31] = 9 }))
    self.identity = identity
    sound = HandmadeCertificate(signedKey: {
      SignedKey.encoded(for: identity, certificateKey: $0)
    })
  }

  private func peer(_ change: (inout HandmadeCertificate) -> Void) throws -> PeerID {
    var certificate = sound
    change(&certificate)
    return try verifyLibp2pCertificate(certificate.encoded(), at: now)
  }

  private func error(
    _ change: (inout HandmadeCertificate) -> Void
  ) throws -> CertificateError? {
    do {
      _ = try peer(change)
      return nil
    } catch let error as CertificateError {
      return error
    }
  }

  @Test func `a sound certificate names its peer, whether the extension is critical or not`() throws
  {
    #expect(try peer { _ in } == identity.peerID)
    #expect(try peer { $0.isExtensionCritical = true } == identity.peerID)
  }

  @Test func `unknown extensions are taken unless they are critical`() throws {
    let unknown: [UInt8] = [0x2B, 6, 1, 4, 1, 99]
    #expect(
      try peer { $0.extensions = [HandmadeCertificate.item(unknown, [5, 0])] } == identity.peerID)
    #expect(
      try error {
        $0.extensions = [HandmadeCertificate.item(unknown, [5, 0], isCritical: true)]
      } == .unknownCriticalExtension("2b0601040163"))
  }

  @Test func `a critical key usage is understood`() throws {
    let usage = HandmadeCertificate.item([0x55, 29, 15], [3, 2, 7, 0x80], isCritical: true)
    #expect(try peer { $0.extensions = [usage] } == identity.peerID)
  }

  @Test func `a certificate without the extension is refused`() throws {
    #expect(try error { $0.signedKey = nil } == .missingExtension)
  }

  @Test func `a certificate with the extension twice is refused`() throws {
    let extra = HandmadeCertificate.item(SignedKey.identifier, [0x30, 4, 4, 0, 4, 0])
    #expect(
      try error { $0.extensions = [extra] } == .repeatedExtension("2b0601040183a25a0101"))
  }

  @Test func `expired and not yet valid are refused, the last second counts`() throws {
    #expect(try error { $0.notAfter = "20250101000000Z" } == .outsideValidity)
    #expect(try error { $0.notBefore = "20290101000000Z" } == .outsideValidity)
    #expect(
      try error {
        $0.notBefore = "20300101000000Z"
        $0.notAfter = "20200101000000Z"
      } == .outsideValidity)
    // 1750000000 is 2025-06-15 15:06:40 UTC.
    #expect(try error { $0.notAfter = "20250615150640Z" } == nil)
    #expect(try error { $0.notAfter = "20250615150639Z" } == .outsideValidity)
  }

  @Test func `a broken signature of the certificate is refused`() throws {
    #expect(try error { $0.breaksSignature = true } == .wrongSelfSignature)
  }

  @Test func `a signature by SHA-1 is refused`() throws {
    #expect(
      try error {
        $0.algorithm = HandmadeCertificate.ecdsaSHA1
        $0.hash = GNUTLS_DIG_SHA1
      } == .weakAlgorithm)
  }

  @Test func `an identity that signed another key is refused`() throws {
    let identity = identity
    #expect(
      try error {
        $0.signedKey = { SignedKey.encoded(for: identity, certificateKey: $0 + [0]) }
      } == .wrongIdentitySignature)
  }

  @Test func `an identity of another algorithm is refused`() throws {
    let key = PublicKeyMessage(type: .ed25519, key: [UInt8](repeating: 1, count: 32)).encoded
    #expect(
      try error {
        $0.signedKey = { _ in
          HandmadeCertificate.sequence([4, UInt8(key.count)] + key, [4, 1, 0])
        }
      } == .identityIsNotSecp256k1)
  }

  @Test func `an extension of other fields is refused`() throws {
    for content: [UInt8] in [[], [5, 0], [0x30, 2, 4, 0], [0x30, 6, 4, 0, 4, 0, 4, 0], [4, 0]] {
      let error = try error { $0.signedKey = { _ in content } }
      guard case .malformedExtension? = error else {
        Issue.record("\(content): \(String(describing: error))")
        continue
      }
    }
  }

  @Test func `versions before 3 and unique identifiers are refused`() throws {
    #expect(try error { $0.version = [0xA0, 3, 2, 1, 1] } == .wrongVersion)
    #expect(try error { $0.version = [] } == .malformed(.wrongItem))
    #expect(try error { $0.uniqueIdentifier = [0x81, 2, 0, 1] } == .malformed(.wrongItem))
  }

  @Test func `bytes that are no certificate are refused, and too many are not looked at`() throws {
    let whole = try sound.encoded()
    for count in stride(from: 0, to: whole.count, by: 7) {
      #expect(throws: CertificateError.self) {
        try verifyLibp2pCertificate(Array(whole.prefix(count)), at: now)
      }
    }
    #expect(throws: CertificateError.malformed(.surplus(bytes: 1))) {
      try verifyLibp2pCertificate(whole + [0], at: now)
    }
    #expect(throws: CertificateError.tooLarge(bytes: 8193)) {
      try verifyLibp2pCertificate([UInt8](repeating: 0x30, count: 8193), at: now)
    }
  }

  @Test func `no single flipped bit names another peer`() throws {
    let whole = try sound.encoded()
    for index in whole.indices {
      var flipped = whole
      flipped[index] ^= 1 << (index % 8)
      let named = try? verifyLibp2pCertificate(flipped, at: now)
      #expect(named == nil || named == identity.peerID)
    }
  }

  @Test func `the specification's certificate of secp256k1 is taken, the others are refused`()
    throws
  {
    let peer = try verifyLibp2pCertificate(PublishedCertificate.secp256k1, at: now)
    #expect(peer.description == "16Uiu2HAkutTMoTzDw1tCvSRtu6YoixJwS46S1ZFxW8hSx9fWHiPs")
    for certificate in [PublishedCertificate.ed25519, PublishedCertificate.ecdsa] {
      #expect(throws: CertificateError.identityIsNotSecp256k1) {
        try verifyLibp2pCertificate(certificate, at: now)
      }
    }
  }
}

/// The valid certificates of libp2p's TLS specification.
private enum PublishedCertificate {
  static let ed25519 = bytes(
    """
    308201ae30820156a0030201020204499602d2300a06082a8648ce3d040302302031123010060355040a13096c6962\
    7032702e696f310a300806035504051301313020170d3735303130313133303030305a180f34303936303130313133\
    303030305a302031123010060355040a13096c69627032702e696f310a300806035504051301313059301306072a86\
    48ce3d020106082a8648ce3d030107034200040c901d423c831ca85e27c73c263ba132721bb9d7a84c4f0380b2a675\
    6fd601331c8870234dec878504c174144fa4b14b66a651691606d8173e55bd37e381569ea37c307a3078060a2b0601\
    040183a25a0101046a3068042408011220a77f1d92fedb59dddaea5a1c4abd1ac2fbde7d7b879ed364501809923d7c\
    11b90440d90d2769db992d5e6195dbb08e706b6651e024fda6cfb8846694a435519941cac215a8207792e42849cccc\
    6cd8136c6e4bde92a58c5e08cfd4206eb5fe0bf909300a06082a8648ce3d0403020346003043021f50f6b6c52711a8\
    81778718238f650c9fb48943ae6ee6d28427dc6071ae55e702203625f116a7a454db9c56986c82a25682f7248ea1cb\
    764d322ea983ed36a31b77
    """)
  static let ecdsa = bytes(
    """
    308201f63082019da0030201020204499602d2300a06082a8648ce3d040302302031123010060355040a13096c6962\
    7032702e696f310a300806035504051301313020170d3735303130313133303030305a180f34303936303130313133\
    303030305a302031123010060355040a13096c69627032702e696f310a300806035504051301313059301306072a86\
    48ce3d020106082a8648ce3d030107034200040c901d423c831ca85e27c73c263ba132721bb9d7a84c4f0380b2a675\
    6fd601331c8870234dec878504c174144fa4b14b66a651691606d8173e55bd37e381569ea381c23081bf3081bc060a\
    2b0601040183a25a01010481ad3081aa045f0803125b3059301306072a8648ce3d020106082a8648ce3d0301070342\
    0004bf30511f909414ebdd3242178fd290f093a551cf75c973155de0bb5a96fedf6cb5d52da7563e794b512f66e60c\
    7f55ba8a3acf3dd72a801980d205e8a1ad29f2044730450220064ea8124774caf8f50e57f436aa62350ce652418c01\
    9df5d98a3ac666c9386a022100aa59d704a931b5f72fb9222cb6cc51f954d04a4e2e5450f8805fe8918f71eaae300a\
    06082a8648ce3d04030203470030440220799395b0b6c1e940a7e4484705f610ab51ed376f19ff9d7c16757cfbf61b\
    8d4302206205c03fbb0f95205c779be86581d3e31c01871ad5d1f3435bcf375cb0e5088a
    """)
  static let secp256k1 = bytes(
    """
    308201ba3082015fa0030201020204499602d2300a06082a8648ce3d040302302031123010060355040a13096c6962\
    7032702e696f310a300806035504051301313020170d3735303130313133303030305a180f34303936303130313133\
    303030305a302031123010060355040a13096c69627032702e696f310a300806035504051301313059301306072a86\
    48ce3d020106082a8648ce3d030107034200040c901d423c831ca85e27c73c263ba132721bb9d7a84c4f0380b2a675\
    6fd601331c8870234dec878504c174144fa4b14b66a651691606d8173e55bd37e381569ea38184308181307f060a2b\
    0601040183a25a01010471306f0425080212210206dc6968726765b820f050263ececf7f71e4955892776c0970542e\
    fd689d2382044630440220145e15a991961f0d08cd15425bb95ec93f6ffa03c5a385eedc34ecf464c7a8ab022026b3\
    109b8a3f40ef833169777eb2aa337cfb6282f188de0666d1bcec2a4690dd300a06082a8648ce3d0403020349003046\
    022100e1a217eeef9ec9204b3f774a08b70849646b6a1e6b8b27f93dc00ed58545d9fe022100b00dafa549d0f03547\
    878338c7b15e7502888f6d45db387e5ae6b5d46899cef0
    """)

  private static func bytes(_ hexadecimal: String) -> [UInt8] {
    Hexadecimal.decode(hexadecimal) ?? []
  }
}
