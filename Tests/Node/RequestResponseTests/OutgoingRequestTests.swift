import Consensus
import Hashing
import SSZ
import Testing
import Wire

@testable import RequestResponse

struct OutgoingRequestTests {
  private typealias Effect = OutgoingRequest.Effect

  private let start = Duration.seconds(100)

  private func byRoot(_ roots: [Bytes32]) throws -> OutgoingRequest {
    OutgoingRequest(.blocksByRoot(try .init(roots)), at: start)
  }

  private func received(_ request: inout OutgoingRequest, _ bytes: [UInt8]) -> [Effect] {
    request.handle(.received(bytes[...]), at: start)
  }

  private func misconduct(_ kind: OutgoingRequest.Misconduct) -> [Effect] {
    [.end(.misconduct(kind), resets: true)]
  }

  @Test func `a status is asked for and taken`() {
    var request = OutgoingRequest(.status(sampleStatus), at: start)
    #expect(request.opening == Request.status(sampleStatus).encoded)
    let answer = ResponseChunk(.success, sampleStatus.sszBytes()).encoded
    #expect(received(&request, answer) == [.status(sampleStatus)])
    #expect(request.handle(.ended, at: start) == [.end(.answered, resets: false)])
    #expect(request.deadline == nil)
    #expect(request.handle(.ended, at: start) == [])
  }

  @Test func `a status that never comes, or twice, is told apart`() {
    var request = OutgoingRequest(.status(sampleStatus), at: start)
    #expect(request.handle(.ended, at: start) == [.end(.abandoned, resets: false)])
    request = OutgoingRequest(.status(sampleStatus), at: start)
    let answer = ResponseChunk(.success, sampleStatus.sszBytes()).encoded
    #expect(
      received(&request, answer + answer) == [.status(sampleStatus)] + misconduct(.surplus))
  }

  @Test func `blocks are handed over as they arrive, byte by byte`() throws {
    let blocks = try chain([1, 2])
    var request = try byRoot(blocks.map(\.root))
    var effects: [Effect] = []
    for byte in blocks.flatMap(\.chunk) { effects += received(&request, [byte]) }
    effects += request.handle(.ended, at: start)
    #expect(
      effects == blocks.map { .block($0, root: $0.root) } + [.end(.answered, resets: false)])
  }

  @Test func `a block that was not asked for, or twice, is misconduct`() throws {
    let blocks = try chain([1, 2])
    var request = try byRoot([blocks[0].root])
    #expect(received(&request, blocks[1].chunk) == misconduct(.unaskedBlock))
    request = try byRoot([blocks[0].root])
    #expect(
      received(&request, blocks[0].chunk + blocks[0].chunk)
        == [.block(blocks[0], root: blocks[0].root)] + misconduct(.unaskedBlock))
  }

  @Test func `a peer without the blocks answers with nothing`() throws {
    var request = try byRoot([.zero])
    #expect(request.handle(.ended, at: start) == [.end(.answered, resets: false)])
  }

  @Test func `a range must ascend inside its slots`() throws {
    let blocks = try chain([5, 6, 8, 10])
    func request(_ start: UInt64, _ count: UInt64) -> OutgoingRequest {
      OutgoingRequest(.blocksByRange(start: Slot(start), count: count), at: self.start)
    }
    var whole = request(5, 4)
    #expect(
      received(&whole, blocks[0..<3].flatMap(\.chunk))
        == blocks[0..<3].map { .block($0, root: $0.root) })
    #expect(received(&whole, blocks[3].chunk) == misconduct(.unaskedBlock))
    var early = request(6, 4)
    #expect(received(&early, blocks[0].chunk) == misconduct(.unaskedBlock))
    var repeated = request(5, 4)
    _ = received(&repeated, blocks[0].chunk)
    #expect(received(&repeated, blocks[0].chunk) == misconduct(.unaskedBlock))
  }

  @Test func `a gap in the chain of a range ends it without blame`() throws {
    let blocks = try chain([5, 6, 7])
    var request = OutgoingRequest(.blocksByRange(start: Slot(5), count: 4), at: start)
    _ = received(&request, blocks[0].chunk)
    #expect(received(&request, blocks[2].chunk) == [.end(.disconnected, resets: true)])
  }

  @Test func `an error ends the request with its code and text`() throws {
    let blocks = try chain([1])
    var request = try byRoot([blocks[0].root, .zero])
    let error = ResponseChunk(.resourceUnavailable, Array("gone".utf8)).encoded
    #expect(
      received(&request, blocks[0].chunk + error) == [
        .block(blocks[0], root: blocks[0].root),
        .end(.refused(.resourceUnavailable, text: "gone"), resets: true),
      ])
  }

  @Test func `an error without text or frame is one too`() throws {
    var request = try byRoot([.zero])
    #expect(received(&request, [3, 0]) == [])
    #expect(
      request.handle(.ended, at: start) == [
        .end(.refused(.resourceUnavailable, text: ""), resets: true)
      ])
  }

  @Test func `bytes that are no chunk or no block are misconduct`() throws {
    var request = try byRoot([.zero])
    #expect(received(&request, [0, 4, 1, 2, 3, 4]) == misconduct(.malformed))
    request = try byRoot([.zero])
    #expect(
      received(&request, ResponseChunk(.success, [1, 2, 3]).encoded) == misconduct(.malformed))
  }

  @Test func `an end inside a chunk, and a reset, are no misconduct`() throws {
    var request = try byRoot([.zero])
    _ = received(&request, [0, 4])
    #expect(request.handle(.ended, at: start) == [.end(.abandoned, resets: false)])
    request = try byRoot([.zero])
    #expect(request.handle(.reset, at: start) == [.end(.abandoned, resets: false)])
  }

  @Test func `a peer that drips bytes gets no more time by them`() throws {
    var request = try byRoot([.zero])
    let late = start + OutgoingRequest.chunkTime
    #expect(request.deadline == late)
    #expect(request.handle(.received([0]), at: late - .milliseconds(1)) == [])
    #expect(request.deadline == late)
    #expect(request.handle(.time, at: late - .milliseconds(1)) == [])
    #expect(request.handle(.time, at: late) == [.end(.timedOut, resets: true)])
  }

  @Test func `whole chunks give time for the next, but never beyond the end of all time`() throws {
    let blocks = try chain(Array(1...20))
    var request = OutgoingRequest(.blocksByRange(start: Slot(1), count: 30), at: start)
    var now = start
    for block in blocks {
      now += .seconds(4)
      guard let deadline = request.deadline, now < deadline else { break }
      _ = request.handle(.received(block.chunk[...]), at: now)
    }
    #expect(now == start + OutgoingRequest.totalTime)
    #expect(request.handle(.time, at: now) == [.end(.timedOut, resets: true)])
  }
}
