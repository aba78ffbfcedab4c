import Testing
import Wire

struct RLPTests {
  private static let lists: [[[UInt8]]] = [
    [], [[]], [[0]], [[0x7F]], [[0x80]], [[1, 2, 3], [], [9]],
    [[UInt8](repeating: 1, count: 55)], [[UInt8](repeating: 1, count: 56)],
    [[UInt8](repeating: 1, count: 300), [5]],
  ]

  @Test(arguments: lists) func `a list goes there and back`(items: [[UInt8]]) throws {
    #expect(try RLP.decode(list: RLP.encode(list: items)[...]).map(Array.init) == items)
  }

  @Test func `the encodings are the Yellow Paper's`() {
    #expect(
      RLP.encode(list: [Array("cat".utf8), Array("dog".utf8)]) == [0xC8, 0x83] + Array("cat".utf8)
        + [0x83] + Array("dog".utf8))
    #expect(RLP.encode(list: []) == [0xC0])
    #expect(RLP.encode(list: [[UInt8](repeating: 1, count: 56)]).prefix(4) == [0xF8, 58, 0xB8, 56])
  }

  @Test(
    arguments: [
      [], [0x00], [0x80], [0xC1], [0xC0, 0], [0xC1, 0xC0], [0xC2, 0x81, 0x05], [0xC2, 0x81],
      [0xF8, 2, 1, 1], [0xF9, 0, 60], [0xC3, 0xB8, 1, 1],
      [0xFF] + [UInt8](repeating: 0xFF, count: 8),
      [0xC9, 0xBF] + [UInt8](repeating: 0xFF, count: 8), [0xF8],
    ] as [[UInt8]])
  func `what is truncated, nested, surplus or not shortest is refused`(bytes: [UInt8]) {
    #expect(throws: WireError.self) { try RLP.decode(list: bytes[...]) }
  }

  @Test func `integers have no leading zeros and eight bytes at most`() throws {
    for value: UInt64 in [0, 1, 255, 256, .max] {
      #expect(try RLP.integer(RLP.bigEndian(value)[...]) == value)
    }
    #expect(RLP.bigEndian(0) == [])
    #expect(throws: WireError.wrongItem) { try RLP.integer([0]) }
    #expect(throws: WireError.wrongItem) { try RLP.integer([1, 0, 0, 0, 0, 0, 0, 0, 0]) }
  }
}
