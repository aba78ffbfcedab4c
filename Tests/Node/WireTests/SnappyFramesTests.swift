import CSnappy
import Hashing
import Testing
import Wire

struct SnappyFramesTests {
  private let identifier = SnappyFrames.streamIdentifier

  /// An uncompressed chunk of `content`.
  private func chunk(_ content: [UInt8]) -> [UInt8] {
    let frames = SnappyFrames.compress(content)
    precondition(frames[10] == 1, "the content got shorter")
    return Array(frames.dropFirst(10))
  }

  @Test(arguments: [0, 1, 4, 2048, 65_536, 65_537, 200_000])
  func `bytes go there and back`(count: Int) throws {
    for bytes in [SnappyTests.blockLike(count), [UInt8](repeating: 7, count: count)] {
      #expect(try SnappyFrames.decompress(SnappyFrames.compress(bytes)) == bytes)
    }
  }

  @Test func `the specification's frame is made byte by byte`() {
    let expected = Hexadecimal.decode("ff060000734e6150705901080000393d6bbc01020304")
    #expect(SnappyFrames.compress([1, 2, 3, 4]) == expected)
    #expect(SnappyFrames.compress([]) == identifier)
  }

  @Test func `the instruction and the portable checksum agree, and with the published value`() {
    let digits = Array("123456789".utf8)
    #expect(csnappy_crc32c(digits, digits.count) == 0xE306_9283)
    for count in 0..<70 {
      let bytes = SnappyTests.blockLike(count)
      #expect(csnappy_crc32c(bytes, count) == csnappy_crc32c_portable(bytes, count))
    }
  }

  @Test func `a flipped bit is noticed`() {
    var frames = SnappyFrames.compress([1, 2, 3, 4])
    frames[frames.count - 1] ^= 1
    #expect(throws: WireError.wrongChecksum) { try SnappyFrames.decompress(frames) }
  }

  @Test func `filler and repeated identifiers are skipped`() throws {
    let filler: [UInt8] = [0x80, 2, 0, 0, 9, 9] + [0xFE, 0, 0, 0]
    let frames = identifier + filler + chunk([1]) + identifier + chunk([2]) + filler
    #expect(try SnappyFrames.decompress(frames) == [1, 2])
  }

  @Test(
    arguments: [
      ([], WireError.truncated),
      ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], .wrongStreamIdentifier),
      ([0xFF, 6, 0, 0, 1, 2, 3, 4, 5, 6], .wrongStreamIdentifier),
      ([0xFF, 5, 0, 0, 1, 2, 3, 4, 5], .wrongStreamIdentifier),
      (SnappyFrames.streamIdentifier + [3, 0, 0, 0], .unknownChunk(type: 3)),
      (SnappyFrames.streamIdentifier + [0x7F, 0, 0, 0], .unknownChunk(type: 0x7F)),
      (SnappyFrames.streamIdentifier + [1, 3, 0, 0, 1, 2, 3], .wrongChunkSize(bytes: 3)),
      (SnappyFrames.streamIdentifier + [0, 4, 0, 0, 1, 2, 3, 4], .wrongChunkSize(bytes: 4)),
      (SnappyFrames.streamIdentifier + [1, 5, 0, 1], .wrongChunkSize(bytes: 65_541)),
      (SnappyFrames.streamIdentifier + [1, 8, 0, 0, 1], .truncated),
      (SnappyFrames.streamIdentifier + [0x80, 8, 0, 0, 1], .truncated),
      (SnappyFrames.streamIdentifier + [1, 8], .truncated),
    ] as [([UInt8], WireError)])
  func `a malformed stream is refused with its reason`(frames: [UInt8], error: WireError) {
    #expect(throws: error) { try SnappyFrames.decompress(frames) }
  }

  @Test func `more than the limit is refused`() {
    let zeros = SnappyFrames.compress([UInt8](repeating: 0, count: 200_000))
    #expect(throws: WireError.self) { try SnappyFrames.decompress(zeros, limit: 199_999) }
    #expect(throws: Never.self) { try SnappyFrames.decompress(zeros, limit: 200_000) }
  }

  @Test func `a compressed chunk that decodes to more than 64 KiB is refused`() {
    let block = Snappy.compress([UInt8](repeating: 0, count: 65_537))
    let size = block.count + 4
    let frames = identifier + [0, UInt8(size & 0xFF), UInt8(size >> 8), 0, 0, 0, 0, 0] + block
    #expect(throws: WireError.tooLarge(bytes: 65_537, limit: 65_536)) {
      try SnappyFrames.decompress(frames)
    }
  }
}
