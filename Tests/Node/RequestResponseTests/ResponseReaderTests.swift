import RequestResponse
import Testing
import Wire

struct ResponseReaderTests {
  private let error = ResponseChunk(.serverError, [])

  /// Reads a stream in pieces, and its end.
  private func read(_ stream: [UInt8], piece: Int) throws -> [ResponseChunk] {
    var reader = ResponseReader(limit: 1000)
    var chunks: [ResponseChunk] = []
    for start in stride(from: 0, to: stream.count, by: piece) {
      var bytes = stream[start..<min(start + piece, stream.count)]
      while !bytes.isEmpty {
        guard let chunk = try reader.next(&bytes) else { break }
        chunks.append(chunk)
      }
    }
    if let chunk = try reader.end() { chunks.append(chunk) }
    return chunks
  }

  @Test(arguments: [1, 2, 5, 1000])
  func `chunks are read in whatever pieces they arrive`(piece: Int) throws {
    let chunks = [
      ResponseChunk(.success, [UInt8](repeating: 5, count: 1000)), ResponseChunk(.success, [1]),
      ResponseChunk(.resourceUnavailable, [0x61]), error,
    ]
    #expect(try read(chunks.flatMap(\.encoded), piece: piece) == chunks)
    #expect(try read([], piece: piece) == [])
  }

  @Test(arguments: [1, 2, 100])
  func `an error of length 0 may come without a frame, last or followed by another`(
    piece: Int
  ) throws {
    #expect(try read([2, 0], piece: piece) == [error])
    #expect(try read([2, 0, 2, 0] + error.encoded, piece: piece) == [error, error, error])
  }

  @Test(
    arguments: [[0], [0, 0], [2], [3, 5], [0, 4] + SnappyFrames.streamIdentifier] as [[UInt8]])
  func `an end inside a chunk is truncated`(stream: [UInt8]) {
    #expect(throws: WireError.truncated) { try read(stream, piece: 1) }
  }

  @Test func `a chunk above the limit, or an error above 64 KiB, is refused by its length`() {
    #expect(throws: WireError.tooLarge(bytes: 1001, limit: 1000)) {
      try read([0] + UnsignedVarint.encode(1001), piece: 9)
    }
    #expect(throws: WireError.tooLarge(bytes: 65_537, limit: 65_536)) {
      try read([1] + UnsignedVarint.encode(65_537), piece: 9)
    }
  }

  @Test func `the text of an error may be longer than what was asked for`() throws {
    let long = ResponseChunk(.invalidRequest, [UInt8](repeating: 0x61, count: 65_536))
    #expect(try read(long.encoded, piece: 999) == [long])
  }
}
