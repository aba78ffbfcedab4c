import Hashing
import PeerIdentity
import Testing
import Wire

struct PeerIdentityTests {
  /// The key of EIP-778's example.
  private let text = "b71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291"

  @Test func `a key file goes there and back, and gives the published public key`() throws {
    let identity = try #require(PeerIdentity(text: text + "\n"))
    #expect(
      Hexadecimal.encode(identity.publicKey)
        == "0x03ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138")
    #expect(identity.text == text + "\n")
    #expect(identity.peerID.publicKey == identity.publicKeyMessage)
    #expect(identity.description.hasPrefix("16Uiu2HA"))
  }

  @Test(arguments: [
    "", "12", String(repeating: "g", count: 64), String(repeating: "0", count: 64),
    String(repeating: "f", count: 64), "0x" + String(repeating: "1", count: 62),
    String(repeating: "1", count: 64) + " 1", String(repeating: "1", count: 66),
  ])
  func `other text is refused`(text: String) {
    #expect(PeerIdentity(text: text) == nil)
  }

  @Test func `a signature is valid for its message and key only, with either S`() throws {
    let identity = try #require(PeerIdentity(text: text))
    let other = try #require(PeerIdentity(secret: Bytes32 { $0[0] = 1 }))
    let signature = identity.sign([1, 2, 3])
    func isValid(_ signature: [UInt8], _ message: [UInt8], _ key: [UInt8]) -> Bool {
      PeerIdentity.isValid(signature[...], of: message, by: key)
    }
    #expect(isValid(signature, [1, 2, 3], identity.publicKey))
    #expect(isValid(try withHighS(signature), [1, 2, 3], identity.publicKey))
    #expect(!isValid(signature, [1, 2, 4], identity.publicKey))
    #expect(!isValid(signature, [1, 2, 3], other.publicKey))
    #expect(!isValid(Array(signature.dropLast()), [1, 2, 3], identity.publicKey))
    #expect(!isValid([], [1, 2, 3], identity.publicKey))
    #expect(!isValid(signature, [1, 2, 3], []))
  }

  @Test func `a description or a dump does not show the secret`() throws {
    let identity = try #require(PeerIdentity(text: text))
    var dumped = ""
    dump(identity, to: &dumped)
    #expect(!"\(identity) \(String(reflecting: identity)) \(dumped)".contains("b71c71a6"))
  }

  /// The same signature with the group order minus S, as OpenSSL makes it half of the time.
  private func withHighS(_ der: [UInt8]) throws -> [UInt8] {
    let order = try #require(
      Hexadecimal.decode("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"))
    let rCount = Int(der[3])
    let r = Array(der[4..<4 + rCount])
    var s = Array(der.dropFirst(6 + rCount).suffix(32))
    s = Array(repeating: 0, count: 32 - s.count) + s
    var borrow = 0
    for index in (0..<32).reversed() {
      let difference = Int(order[index]) - Int(s[index]) - borrow
      borrow = difference < 0 ? 1 : 0
      s[index] = UInt8(difference + (borrow << 8))
    }
    if s[0] >= 0x80 { s = [0] + s }
    return [0x30, UInt8(4 + rCount + s.count), 2, UInt8(rCount)] + r + [2, UInt8(s.count)] + s
  }
}
