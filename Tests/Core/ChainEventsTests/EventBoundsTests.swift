import ChainEvents
import ChainEventsTestSupport
import Hashing
import Testing

struct EventBoundsTests {
  private func timed(_ event: ChainEvent, node: String = "n0") -> TimedEvent {
    TimedEvent(
      timeMilliseconds: .max, slot: .max, interval: .max, sequence: .max, node: node, event: event)
  }

  private func logged(_ text: String) -> String? {
    guard
      case .node(.log(_, _, let message)) = timed(
        .node(.log(.info, source: "", message: text))
      ).event
    else { return nil }
    return message
  }

  @Test(arguments: EventSamples.all)
  func `what lies within the bounds stays as it is`(event: ChainEvent) {
    let once = timed(event)
    #expect(timed(once.event).event == once.event)
  }

  @Test func `numbers are clamped`() {
    let event = timed(
      .network(.sync(.syncing, headSlot: .max, targetSlot: 7)), node: "n0")
    let limit = EventBounds.number
    #expect(event.event == .network(.sync(.syncing, headSlot: limit, targetSlot: 7)))
    #expect(event.timeMilliseconds == limit)
    #expect(event.slot == limit)
    #expect(event.sequence == limit)
    #expect(event.interval == 4)
    #expect(
      timed(.clock(.clockStep(milliseconds: .min))).event
        == .clock(.clockStep(milliseconds: -Int64(limit))))
  }

  @Test func `an index beyond the registry is in no set`() throws {
    let line = timed(.duty(.scheduled(.attestation, slot: 1, validators: [3, 4095]))).line
      .replacing("[3,4095]", with: "[3,4095,4096,18446744073709551615]")
    #expect(
      try TimedEvent(line: line).event
        == .duty(.scheduled(.attestation, slot: 1, validators: [3, 4095])))
  }

  @Test(arguments: [
    ("plain", "plain"), ("two\nlines\tof text", "two lines of text"),
    ("\u{1B}]0;title\u{07}", "\u{FFFD}]0;title\u{FFFD}"), ("\u{9B}31m", "\u{FFFD}31m"),
    ("right\u{202E}left\u{200F}", "rightleft"), ("héllo ✓ 😀", "héllo ✓ 😀"),
  ]) func `text is freed of what a terminal obeys`(text: String, clean: String) {
    #expect(logged(text) == clean)
  }

  @Test func `text is cut at its bound, also between wide characters`() throws {
    let message = try #require(logged(String(repeating: "😀", count: 9_000)))
    #expect(message.utf8.count <= EventBounds.textBytes)
    #expect(message.utf8.count > EventBounds.textBytes - 8)
    #expect(message.hasSuffix("😀…"))
    let whole = String(repeating: "x", count: EventBounds.textBytes)
    #expect(logged(whole) == whole)
    #expect(logged(whole + "x") == whole.dropLast(3) + "…")
    let name = timed(.node(.stopping(reason: "")), node: String(repeating: "n", count: 99)).node
    #expect(name.utf8.count == EventBounds.nameBytes)
  }

  @Test func `a large event of an unknown name keeps its name and its size`() throws {
    let text = String(repeating: "y", count: EventBounds.unknownBytes)
    let line = timed(.node(.stopping(reason: "z"))).line
      .replacing("node_stopping", with: "warp").replacing("\"z\"", with: "\"\(text)\"")
    let event = try TimedEvent(line: line)
    #expect(event.event.name == "warp")
    #expect(event.line.hasSuffix("\"type\":\"warp\",\"data\":{\"left_out_bytes\":1037}}"))
  }

  @Test func `a line escapes what a terminal obeys, wherever it stands`() throws {
    let line = timed(.node(.stopping(reason: "z"))).line
      .replacing("node_stopping", with: "warp")
      .replacing("\"z\"", with: #""\u009b\u202e\u007f\ud83d\ude00\udb40\udc01""#)
    #expect(try TimedEvent(line: line).line.hasSuffix(#""\u009b\u202e\u007f😀\udb40\udc01"}}"#))
  }
}
