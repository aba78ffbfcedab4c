import SSZ
import Testing
import XMSS

struct SignatureTests {
  @Test(arguments: XMSSVectors.schemes)
  func `every signature of the vectors decodes, encodes and has its root`(scheme: Scheme) throws {
    for signed in XMSSVectors.of(scheme).keys.flatMap(\.signatures) {
      let signature = try Signature(ssz: signed.signatureSsz.bytes, scheme: scheme)
      #expect(signature.bytes == signed.signatureSsz.bytes)
      #expect(signature.hashTreeRoot() == signed.signatureHashTreeRoot.root)
    }
  }

  @Test(arguments: XMSSVectors.schemes)
  func `every malformed signature of the vectors is refused`(scheme: Scheme) throws {
    for negative in XMSSVectors.of(scheme).keys.flatMap(\.negative) {
      let isMalformed = negative.outcome.hasPrefix("decode_error")
      let signature = try? Signature(ssz: negative.signatureSsz.bytes, scheme: scheme)
      #expect((signature == nil) == isMalformed, "\(negative.name)")
    }
  }

  @Test func `a signature of another scheme is refused by its length`() throws {
    let signed = try #require(XMSSVectors.test.keys.first?.signatures.first)
    #expect(throws: SSZError.byteCount(424, expected: 2_536)) {
      try Signature(ssz: signed.signatureSsz.bytes, scheme: .production)
    }
  }

  @Test func `each offset has one value`() throws {
    let signed = try #require(XMSSVectors.test.keys.first?.signatures.first)
    for position in [0, 32, 36] {
      var bytes = signed.signatureSsz.bytes
      bytes[position] ^= 1
      #expect(throws: SSZError.self) { try Signature(ssz: bytes, scheme: .test) }
    }
  }
}
