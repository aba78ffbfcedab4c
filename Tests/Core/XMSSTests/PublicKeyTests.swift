import Hashing
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

  @Test func `a key has 52 or 32 bytes, and only the longer ones are keys of ours`() throws {
    let short = try PublicKey(ssz: [UInt8](repeating: 7, count: 32))
    #expect(short.sszBytes() == [UInt8](repeating: 7, count: 32))
    #expect(short.hashTreeRoot().bytes == short.bytes)
    #expect(short.description.count == 2 + 64)
    #expect(PublicKey(hexadecimal: short.description) == short)
    #expect(!short.isCanonical)
    for count in [0, 31, 33, 51, 53] {
      #expect(throws: SSZError.byteCount(count, expected: 52)) {
        try PublicKey(ssz: [UInt8](repeating: 0, count: count))
      }
    }
    // Zeros at the end make a longer key another one.
    #expect(short != PublicKey(short.bytes + [UInt8](repeating: 0, count: 20)))
  }

  @Test func `a key of another family is refused by name`() throws {
    let short = try PublicKey(ssz: [UInt8](repeating: 7, count: 32))
    #expect(
      short.mismatch(with: .devnet)
        == "keys of 32 bytes: leanXMSS; this network is leanSig (devnet)")
    #expect(short.mismatch(with: .leanXMSS) == nil)
    let signed = SignedMessage(
      publicKey: short, message: .zero, slot: 1,
      signature: try Signature(ssz: [UInt8](repeating: 36, count: 2_404), scheme: .leanXMSS))
    #expect(Scheme.leanXMSS.verify([signed]) == [false])
    #expect(Scheme.production.verify([signed]) == [false])
    #expect(throws: SSZError.self) { try Signature(ssz: [36], scheme: .leanXMSS) }
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
