import Testing
import Wire

struct UnsignedVarintTests {
  private static let pairs: [(UInt64, [UInt8])] = [
    (0, [0]), (127, [0x7F]), (128, [0x80, 1]), (300, [0xAC, 2]), (16_384, [0x80, 0x80, 1]),
    (.max, [UInt8](repeating: 0xFF, count: 9) + [1]),
  ]

  private func decode(_ bytes: [UInt8]) throws -> UInt64 {
    var cursor = ByteCursor(bytes[...])
    let value = try cursor.varint()
    try cursor.finish()
    return value
  }

  @Test(arguments: pairs) func `a number goes there and back`(value: UInt64, bytes: [UInt8]) throws
  {
    #expect(UnsignedVarint.encode(value) == bytes)
    #expect(try decode(bytes) == value)
  }

  @Test func `every cut of a number is truncated, not wrong`() {
    let bytes = UnsignedVarint.encode(UInt64.max)
    for count in bytes.indices {
      #expect(throws: WireError.truncated) { try decode(Array(bytes.prefix(count))) }
    }
  }

  @Test func `more than 64 bits and more than ten bytes are refused`() {
    let nine = [UInt8](repeating: 0xFF, count: 9)
    #expect(throws: WireError.varintTooLong) { try decode(nine + [2]) }
    #expect(throws: WireError.varintTooLong) { try decode(nine + [0x80, 0]) }
    #expect(throws: WireError.varintTooLong) { try decode([UInt8](repeating: 0x80, count: 40)) }
  }

  @Test func `a longer form of a small number is taken`() throws {
    #expect(try decode([0x81, 0]) == 1)
  }
}
