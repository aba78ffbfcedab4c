import Testing
import Wire

@testable import Gossipsub

struct FrameReaderTests {
  private func frames(_ pieces: [[UInt8]]) throws -> [[UInt8]] {
    var reader = FrameReader()
    var frames: [[UInt8]] = []
    for piece in pieces {
      var rest = piece[...]
      while !rest.isEmpty, let frame = try reader.next(from: &rest) { frames.append(Array(frame)) }
      #expect(rest.isEmpty)
    }
    return frames
  }

  @Test(arguments: [1, 2, 3, 5, 127, 128, 129, 1000])
  func `frames come out whole, however the bytes are cut`(size: Int) throws {
    let contents = [[], [1], noise(127), noise(128), noise(300), []]
    let bytes = contents.flatMap { UnsignedVarint.encode($0.count) + $0 }
    let pieces = stride(from: 0, to: bytes.count, by: size).map {
      Array(bytes[$0..<min($0 + size, bytes.count)])
    }
    #expect(try frames(pieces) == contents)
  }

  @Test func `a length above the limit is refused before its bytes come`() throws {
    let limit = FrameReader.maximumFrameBytes
    var reader = FrameReader()
    var good = UnsignedVarint.encode(limit)[...]
    #expect(try reader.next(from: &good) == nil)
    #expect(reader.heldBytes < 8)
    var bad = UnsignedVarint.encode(limit + 1)[...]
    var other = FrameReader()
    #expect(throws: WireError.tooLarge(bytes: UInt64(limit + 1), limit: limit)) {
      try other.next(from: &bad)
    }
    #expect(throws: WireError.varintTooLong) {
      try frames([[UInt8](repeating: 0x80, count: 6), [UInt8](repeating: 0x80, count: 6)])
    }
  }
}
