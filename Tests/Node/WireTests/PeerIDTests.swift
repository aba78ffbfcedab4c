import Hashing
import Testing
import Wire

struct PeerIDTests {
  private func key(_ type: PublicKeyMessage.KeyType, _ hexadecimal: String) -> PublicKeyMessage {
    PublicKeyMessage(type: type, key: Hexadecimal.decode(hexadecimal) ?? [])
  }

  private var secp256k1: PublicKeyMessage {
    key(.secp256k1, "037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99")
  }

  @Test func `a short key is its own id, and the id gives it back`() throws {
    let peer = PeerID(of: secp256k1)
    #expect(peer.description == "16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY")
    #expect(try PeerID(text: peer.description) == peer)
    #expect(peer.publicKey == secp256k1)
    #expect(peer.short == "5KvLpY")
  }

  @Test func `a long key is hashed`() throws {
    let long = PublicKeyMessage(type: .rsa, key: [UInt8](repeating: 1, count: 270))
    let peer = PeerID(of: long)
    #expect(peer.description.hasPrefix("Qm"))
    #expect(peer.publicKey == nil)
    #expect(try PeerID(text: peer.description) == peer)
  }

  @Test(
    arguments: [
      [], [0], [0, 2, 1], [0x12, 32, 1], [0x11, 1, 1], [0, 43] + [UInt8](repeating: 0, count: 43),
      [0x12, 31] + [UInt8](repeating: 0, count: 31),
    ] as [[UInt8]])
  func `other multihashes are refused`(bytes: [UInt8]) {
    #expect(throws: WireError.wrongMultihash) { try PeerID(multihash: bytes[...]) }
  }

  @Test func `text with a character outside base 58, or too much of it, is refused`() {
    #expect(throws: WireError.wrongText) { try PeerID(text: "16Uiu2HAm0") }
    #expect(throws: WireError.tooLarge(bytes: 129, limit: 128)) {
      try PeerID(text: String(repeating: "2", count: 129))
    }
  }

  @Test func `leading zeros survive base 58`() throws {
    let peer = try PeerID(multihash: [0, 3, 0, 0, 1])
    #expect(try PeerID(text: peer.description) == peer)
  }

  @Test func `ids compare byte by byte`() throws {
    let small = try PeerID(multihash: [0, 1, 5])
    let large = try PeerID(multihash: [0, 2, 1, 1])
    #expect(small < large)
  }
}
