import SSZ
import Testing
import XMSS

struct PublicKeyTests {
  @Test(arguments: XMSSVectors.schemes)
  func `a public key of the vectors decodes, encodes and has its root`(scheme: Scheme) throws {
    for key in XMSSVectors.of(scheme).keys {
      let publicKey = try key.publicKey
      #expect(publicKey.sszBytes() == key.publicKeySsz.bytes)
      #expect(publicKey.hashTreeRoot() == key.publicKeyHashTreeRoot.root)
      #expect(publicKey.isCanonical)
    }
  }

  @Test(arguments: [0, 28, 32, 48])
  func `an element at the prime is not canonical`(position: Int) throws {
    var bytes = try #require(XMSSVectors.test.keys.first).publicKeySsz.bytes
    bytes.replaceSubrange(position..<position + 4, with: [1, 0, 0, 0x7F])
    #expect(try !PublicKey(ssz: bytes).isCanonical)
    bytes.replaceSubrange(position..<position + 4, with: [0, 0, 0, 0x7F])
    #expect(try PublicKey(ssz: bytes).isCanonical)
  }
}
