import ChainEvents
import ChainEventsTestSupport
import Foundation
import Testing

struct TimedEventTests {
  private func timed(_ event: ChainEvent) -> TimedEvent {
    TimedEvent(
      timeMilliseconds: 1_786_042_488_214, slot: 18_422, interval: 3, sequence: 7, node: "n0",
      event: event)
  }

  @Test func `the samples hold every name exactly once and in order`() {
    #expect(EventSamples.all.map(\.name) == ChainEvent.names)
  }

  @Test(arguments: EventSamples.all) func `an event survives its line`(event: ChainEvent) throws {
    #expect(try TimedEvent(line: timed(event).line) == timed(event))
  }

  @Test(arguments: EventSamples.all)
  func `Foundation reads the same line`(event: ChainEvent) throws {
    let line = timed(event).line
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["type"] as? String == event.name)
    #expect(object["data"] is [String: Any])
    #expect(!line.contains("\n"))
  }

  @Test func `the shape of a line is fixed`() {
    #expect(
      timed(.clock(.missedInterval(slot: 9, interval: 0, latenessMilliseconds: 214, busyWith: nil)))
        .line
        == #"{"v":1,"seq":7,"t":1786042488214,"slot":18422,"interval":3,"node":"n0","#
        + #""type":"missed_interval","data":{"slot":9,"interval":0,"late_ms":214}}"#)
  }

  @Test func `a prepared block is late once peers have begun to vote`() throws {
    #expect(
      ProposalOutcome.prepared(publishOffsetMilliseconds: 799)
        == .hit(publishOffsetMilliseconds: 799))
    let late = ProposalOutcome.prepared(publishOffsetMilliseconds: 800)
    #expect(late == .late(publishOffsetMilliseconds: 800))
    let event = timed(.proposal(.outcome(ProposalResult(slot: 8, validator: 5, outcome: late))))
    #expect(event.line.hasSuffix(#""outcome":"late","publish_ms":800}}"#))
    #expect(try TimedEvent(line: event.line) == event)
  }

  @Test func `an unknown event is kept and written back unchanged`() throws {
    let line =
      #"{"v":1,"seq":7,"t":1,"slot":0,"interval":0,"node":"n","type":"warp","#
      + #""data":{"a":[1,-2,{"b":null}],"c":"x"}}"#
    let event = try TimedEvent(line: line)
    #expect(event.event.name == "warp")
    #expect(event.line == line)
    guard case .unknown = event.event else {
      Issue.record("known: \(event)")
      return
    }
  }

  @Test func `fields of a later program are ignored`() throws {
    let line =
      #" {"v":1,"seq":7,"t":1,"slot":0,"interval":0,"node":"n","type":"tick","new":1.5e3,"#
      + #""data":{"late_ms":3,"mood":"\u0041\uD83D\uDE00"}} "#
    #expect(try TimedEvent(line: line).event == .clock(.tick(latenessMilliseconds: 3)))
  }

  @Test(arguments: EventSamples.all)
  func `no cut of a line traps, and each is refused`(event: ChainEvent) {
    let bytes = timed(event).lineBytes
    for count in 0..<bytes.count {
      #expect(throws: EventDecodingError.self) { try TimedEvent(lineBytes: bytes[..<count]) }
    }
  }

  @Test(arguments: EventSamples.all)
  func `a changed byte never traps`(event: ChainEvent) {
    let bytes = timed(event).lineBytes
    for index in bytes.indices {
      for byte: UInt8 in [0, 0x22, 0x2D, 0x30, 0x5C, 0x5D, 0x7B, 0x7D, 0x80, 0xFF] {
        var changed = bytes
        changed[index] = byte
        _ = try? TimedEvent(lineBytes: changed)
      }
    }
  }

  @Test(arguments: [
    ("", 0, EventDecodingError.Problem.unexpectedEnd),
    ("[1]", 0, .notAnObject),
    ("{\"v\":1,}", 7, .unexpectedByte),
    ("{\"v\":01}", 5, .unexpectedByte),
    ("{\"v\":1} x", 8, .unexpectedByte),
    ("{\"v\":2}", 5, .unsupportedVersion),
    ("{\"v\":99999999999999999999}", 5, .numberOutOfRange),
    ("{\"v\":1}", 0, .missingField("data")),
    ("{\"v\":1,\"data\":3}", 14, .invalidField("data")),
    ("{\"v\":1,\"data\":{}}", 0, .missingField("t")),
    ("{\"v\":\"\\uD800\"}", 8, .invalidText),
    (String(repeating: "[", count: 40), 16, .tooDeep),
  ]) func `a bad line is refused with its place`(
    line: String, offset: Int, problem: EventDecodingError.Problem
  ) {
    #expect(throws: EventDecodingError(offset: offset, problem: problem)) {
      try TimedEvent(line: line)
    }
  }

  @Test func `a field with an impossible value is refused with its place`() {
    let line = timed(.clock(.tick(latenessMilliseconds: 3))).line
    let words = line.replacing("\"late_ms\":3", with: "\"late_ms\":\"x\"")
    #expect(
      throws: EventDecodingError(offset: words.count - 5, problem: .invalidField("late_ms"))
    ) { try TimedEvent(line: words) }
    #expect(throws: EventDecodingError(offset: 57, problem: .invalidField("interval"))) {
      try TimedEvent(line: line.replacing("\"interval\":3", with: "\"interval\":5"))
    }
  }

  @Test func `a line over the limit is refused before it is read`() {
    #expect(
      throws: EventDecodingError(offset: TimedEvent.lineLimit, problem: .lineTooLong)
    ) { try TimedEvent(line: String(repeating: " ", count: TimedEvent.lineLimit + 1)) }
  }

  @Test func `the documentation lists every event`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "Docs/Events.md"), encoding: .utf8)
    #expect(ChainEvent.names.filter { !page.contains("| `\($0)` |") } == [])
  }
}
