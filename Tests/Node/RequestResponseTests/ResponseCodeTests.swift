import Hashing
import RequestResponse
import Testing
import Wire

struct ResponseCodeTests {
  @Test func `codes without a meaning are read as the specification says`() {
    #expect((0...3).map { ResponseCode(byte: $0).rawValue } == [0, 1, 2, 3])
    #expect(ResponseCode(byte: 4) == .serverError)
    #expect(ResponseCode(byte: 127) == .serverError)
    #expect(ResponseCode(byte: 128) == .invalidRequest)
    #expect(ResponseCode(byte: 255) == .invalidRequest)
  }

  @Test func `a chunk of the specification is made byte by byte`() throws {
    let chunk = ResponseChunk(.resourceUnavailable, Array("block not found".utf8))
    let expected = Hexadecimal.decode(
      "030fff060000734e615070590113000011defbac626c6f636b206e6f7420666f756e64")
    #expect(chunk.encoded == expected)
    #expect(try ResponseChunk(decoding: chunk.encoded[...]) == chunk)
  }

  @Test(arguments: [[], [0], [0, 0], [3, 0], [0, 0x80]] as [[UInt8]])
  func `less than a chunk is refused`(bytes: [UInt8]) {
    #expect(throws: WireError.self) { try ResponseChunk(decoding: bytes[...]) }
  }
}
