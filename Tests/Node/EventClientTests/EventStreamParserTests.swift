import Testing

@testable import EventClient

struct EventStreamParserTests {
  private func frames(_ text: String, pieces: Int = 1) -> [EventStreamParser.Frame] {
    var parser = EventStreamParser()
    let bytes = Array(text.utf8)
    var frames: [EventStreamParser.Frame] = []
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      frames += parser.take(bytes[start..<min(start + pieces, bytes.count)])
    }
    return frames
  }

  @Test(arguments: [1, 3, 1000])
  func `Frames are read from pieces of any size`(pieces: Int) {
    let text =
      "id: 7-1\nevent: head\ndata: {\"slot\":1}\n\n: a comment\n\nevent:x\r\ndata:a\r\ndata: b\r\n\r\n"
    #expect(
      frames(text, pieces: pieces) == [
        EventStreamParser.Frame(event: "head", data: "{\"slot\":1}", id: "7-1"),
        EventStreamParser.Frame(event: "x", data: "a\nb"),
      ])
  }

  @Test func `A frame with only a name is one`() {
    #expect(frames("id: 7-9\n: now\n\n") == [EventStreamParser.Frame(id: "7-9")])
    #expect(frames("event: head\n\n").isEmpty)
  }

  @Test func `What is too long is left out and counted, and the next frame is read`() {
    var parser = EventStreamParser()
    let long = String(repeating: "x", count: EventStreamParser.lineLimit + 10)
    let frames = parser.take("data: \(long)\n\ndata: ok\n\n".utf8)
    #expect(frames == [EventStreamParser.Frame(data: "ok")])
    #expect(parser.refused == 1)
    let many = String(repeating: "data: \(String(repeating: "y", count: 60_000))\n", count: 9)
    #expect(parser.take("\(many)\ndata: ok\n\n".utf8) == [EventStreamParser.Frame(data: "ok")])
    #expect(parser.refused == 2)
  }

  @Test func `what the server says it has dropped is counted`() {
    var parser = EventStreamParser()
    _ = parser.take(
      ": error - dropped 12 messages\n\n: error - dropped x messages\n: dropped\n".utf8)
    #expect(parser.dropped == 12)
  }
}
