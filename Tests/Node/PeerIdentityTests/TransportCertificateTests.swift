import Hashing
import PeerIdentity
import Testing

struct TransportCertificateTests {
  private let now = 1_800_000_000

  private func identity(_ last: UInt8) throws -> PeerIdentity {
    try #require(PeerIdentity(secret: Bytes32 { $0[31] = last }))
  }

  @Test func `a certificate passes the check of peers and is small`() throws {
    let identity = try identity(1)
    let certificate = try TransportCertificate(for: identity, at: now)
    #expect(try verifyLibp2pCertificate(certificate.der, at: now) == identity.peerID)
    #expect(certificate.der.count < 420)
  }

  @Test
  func `it is valid for peers whose clock is a day off, and for a process that runs for years`()
    throws
  {
    let certificate = try TransportCertificate(for: try identity(1), at: now)
    let day = 86_400
    for offset in [-day, 20 * 365 * day] {
      #expect(throws: Never.self) {
        try verifyLibp2pCertificate(certificate.der, at: now + offset)
      }
    }
    #expect(throws: CertificateError.outsideValidity) {
      try verifyLibp2pCertificate(certificate.der, at: now - day - 1)
    }
  }

  @Test func `each has its own key`() throws {
    let identity = try identity(1)
    let first = try TransportCertificate(for: identity, at: now)
    let second = try TransportCertificate(for: identity, at: now)
    #expect(first.privateKey != second.privateKey)
    #expect(first.der != second.der)
  }
}
