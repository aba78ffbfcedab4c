import Testing
import Wire

struct PublicKeyMessageTests {
  private let message = PublicKeyMessage(type: .secp256k1, key: [2, 3])

  @Test func `a key goes there and back`() throws {
    #expect(message.encoded == [8, 2, 0x12, 2, 2, 3])
    #expect(try PublicKeyMessage(decoding: message.encoded[...]) == message)
  }

  @Test(
    arguments: [
      [], [8, 2], [8, 9, 0x12, 1, 1], [0x12, 1, 1, 8, 2], [8, 0x82, 0, 0x12, 1, 1],
      [8, 2, 0x12, 1, 1, 0x18, 1], [8, 2, 0x12, 5, 1],
    ] as [[UInt8]])
  func `any other form is refused: a second encoding would be a second id`(bytes: [UInt8]) {
    #expect(throws: WireError.self) { try PublicKeyMessage(decoding: bytes[...]) }
  }
}
