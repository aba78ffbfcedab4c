import ChainEvents
import Hashing
import Testing

@testable import EventClient

struct RemoteEventsTests {
  private let root = Bytes32 { $0[0] = 3 }

  @Test func `A line of ours is the event itself, and tells the clock`() {
    var remote = RemoteEvents(.swiftlet)
    let event = TimedEvent(
      timeMilliseconds: 10_500, slot: 2, interval: 3, sequence: 9, node: "n0",
      event: .clock(.tick(latenessMilliseconds: 1)))
    let frame = EventStreamParser.Frame(event: "tick", data: event.line, id: "5-9")
    #expect(remote.event(of: frame, at: 10_000) == event)
    #expect(remote.lastID == "5-9")
    #expect(remote.clockOffset == 500)
  }

  @Test func `A prelude says nothing of the clock`() {
    var remote = RemoteEvents(.swiftlet)
    let event = TimedEvent(
      timeMilliseconds: 99_000, slot: 2, interval: 3, sequence: 9, node: "n0",
      event: .clock(.tick(latenessMilliseconds: 1)))
    _ = remote.event(of: EventStreamParser.Frame(event: "tick", data: event.line), at: 10_000)
    #expect(remote.clockOffset == 0)
  }

  @Test func `Topics of another client get the time at which they came`() {
    var remote = RemoteEvents(.shared(node: "far:5052", genesisMilliseconds: 1000))
    let frame = EventStreamParser.Frame(
      event: "head", data: #"{"slot":2,"block":"\#(root)","state":"\#(root)"}"#)
    #expect(
      remote.event(of: frame, at: 9_900)
        == TimedEvent(
          timeMilliseconds: 9_900, slot: 2, interval: 1, sequence: 0, node: "far:5052",
          event: .forkChoice(.head(slot: 2, block: root, state: root))))
  }

  @Test(arguments: [
    ("head", "nonsense"), ("head", #"{"slot":-1}"#), (#"head","x":"#, "{}"), ("head", "{}},{"),
  ])
  func `What is no event is counted`(event: String, data: String) {
    var remote = RemoteEvents(.shared(node: "n", genesisMilliseconds: 0))
    #expect(remote.event(of: EventStreamParser.Frame(event: event, data: data), at: 1) == nil)
    #expect(remote.refused == 1)
    var ours = RemoteEvents(.swiftlet)
    #expect(ours.event(of: EventStreamParser.Frame(event: event, data: data), at: 1) == nil)
  }
}
