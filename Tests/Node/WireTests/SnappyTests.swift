import Testing
import Wire

struct SnappyTests {
  /// Half repeated, half random, as blocks are: SSZ of few containers and hashes.
  static func blockLike(_ count: Int) -> [UInt8] {
    var state: UInt64 = 1
    return (0..<count).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return index % 64 < 32 ? UInt8(truncatingIfNeeded: state >> 56) : UInt8(index % 7)
    }
  }

  @Test(arguments: [0, 1, 15, 16, 60, 61, 65_535, 65_536, 65_537, 300_000])
  func `bytes go there and back`(count: Int) throws {
    for bytes in [SnappyTests.blockLike(count), [UInt8](repeating: 0, count: count)] {
      #expect(try Snappy.decompress(Snappy.compress(bytes)) == bytes)
    }
  }

  @Test func `a block of the specification decodes`() throws {
    let block: [UInt8] = [8, 12, 1, 2, 3, 4, 0x01, 4]
    #expect(try Snappy.decompress(block) == [1, 2, 3, 4, 1, 2, 3, 4])
  }

  @Test func `a length above the limit is refused`() {
    let zeros = Snappy.compress([UInt8](repeating: 0, count: 1001))
    #expect(throws: WireError.tooLarge(bytes: 1001, limit: 1000)) {
      try Snappy.decompress(zeros, limit: 1000)
    }
    #expect(throws: Never.self) { try Snappy.decompress(zeros, limit: 1001) }
  }

  @Test func `a length that so few bytes cannot make is refused before it is allocated`() {
    let bomb = UnsignedVarint.encode(Snappy.maximumDecodedBytes) + [0, 0]
    #expect(throws: WireError.corruptBlock) { try Snappy.decompress(bomb) }
  }

  @Test func `the densest block is not taken for a bomb`() throws {
    let zeros = [UInt8](repeating: 0, count: Snappy.maximumDecodedBytes)
    #expect(try Snappy.decompress(Snappy.compress(zeros)) == zeros)
  }

  @Test(
    arguments: [
      [], [0, 0], [4], [4, 12, 1, 2, 3], [4, 12, 1, 2, 3, 4, 5], [8, 12, 1, 2, 3, 4, 1, 5],
      [8, 12, 1, 2, 3, 4, 1, 0], [0x80, 0x80],
    ] as [[UInt8]])
  func `a corrupt block is refused`(block: [UInt8]) {
    #expect(throws: WireError.self) { try Snappy.decompress(block) }
  }
}
