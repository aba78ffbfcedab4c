import Hashing
import Testing

struct Bytes32Tests {
  @Test func `order is that of the bytes, first byte first`() {
    let low = Bytes32([UInt8](repeating: 0xFF, count: 31) + [0])
    let high = Bytes32([UInt8](repeating: 0xFF, count: 32))
    let first = Bytes32([1] + [UInt8](repeating: 0, count: 31))
    #expect([high, first, low].compactMap(\.self).sorted() == [first, low, high])
  }

  @Test func `only 32 bytes make a value`() {
    #expect(Bytes32([UInt8](repeating: 0, count: 31)) == nil)
    #expect(Bytes32([UInt8](repeating: 0, count: 33)) == nil)
    #expect(Bytes32([UInt8](repeating: 0, count: 32)) == .zero)
  }

  @Test func `hexadecimal text goes there and back, and bad text is refused`() {
    let root = SHA256.hash([7])
    #expect(Bytes32(hexadecimal: root.description) == root)
    #expect(Bytes32(hexadecimal: "0x12") == nil)
    #expect(Bytes32(hexadecimal: "0x" + String(repeating: "g", count: 64)) == nil)
  }
}
