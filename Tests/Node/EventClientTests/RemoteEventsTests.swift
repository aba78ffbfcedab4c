import ChainEvents
import DashboardDemo
import Foundation
import Hashing
import LeanAPI
import NodeStatus
import NodeStatusTestSupport
import Testing

@testable import EventClient

/// A screen far from the node: what a stream's bytes bring, folded.
private struct Watcher {
  var fleet = FleetStatus()
  var lastID: String?

  /// What a screen shows of the nodes.
  var screen: [Everything] { fleet.nodes.map(Everything.init) }

  /// Reads what a stream has to say until it is cut off after so many bytes.
  mutating func read(_ reader: EventReader, atMost limit: Int = .max) {
    var parser = EventStreamParser()
    var remote = RemoteEvents(.swiftlet)
    var left = limit
    while left > 0, case let bytes = reader.take(), !bytes.isEmpty {
      for frame in parser.take(bytes.prefix(left)) {
        guard let event = remote.event(of: frame, at: 0) else { continue }
        fleet.update(event)
      }
      left -= bytes.count
    }
    #expect(remote.refused == 0 && parser.refused == 0)
    lastID = remote.lastID ?? lastID
  }
}

struct RemoteEventsTests {
  @Test(arguments: [1, 400, 40_000, 90_000])
  func `A screen that came late and was cut off shows what the node's own shows`(bytes: Int) throws
  {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Vectors/recordings/four-nodes.jsonl")
    let events = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
      .map { try TimedEvent(line: String($0)) }
    let hub = EventHub(run: 7)
    hub.take(Array(events.prefix(300)))
    var watcher = Watcher()
    watcher.read(try #require(hub.followAll(after: nil)))
    hub.take(Array(events[300..<800]))
    watcher.read(try #require(hub.followAll(after: watcher.lastID)), atMost: bytes)
    hub.take(Array(events[800...]))
    let behind = watcher.screen == hub.status.nodes.map(Everything.init)
    #expect(!behind)
    watcher.read(try #require(hub.followAll(after: watcher.lastID)))
    #expect(watcher.screen == hub.status.nodes.map(Everything.init))
  }

  /// Set `SWIFTLET_WATCH_SLOTS=21600` for a day.
  @Test func `A long watch keeps as much as its rings hold`() throws {
    let slots = ProcessInfo.processInfo.environment["SWIFTLET_WATCH_SLOTS"].flatMap { UInt64($0) }
    let devnet = DemoDevnet()
    let hub = EventHub(run: 7)
    var watcher = Watcher()
    let reader = try #require(hub.followAll(after: nil))
    let end = 100 + (slots ?? 200)
    for first in stride(from: UInt64(100), to: end, by: 20) {
      hub.take(devnet.events(first...first + 19, continuing: first > 100))
      watcher.read(reader)
    }
    let sizes = watcher.fleet.prelude.map(\.lineBytes.count)
    #expect(sizes.reduce(0, +) < 24 << 20)
    #expect(watcher.screen == hub.status.nodes.map(Everything.init))
  }

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

  @Test
  func `One wrong time moves no clock, and a clock that is a day off is believed the second time`()
  {
    var remote = RemoteEvents(.swiftlet)
    func tell(_ time: UInt64) -> Int64 {
      let event = TimedEvent(
        timeMilliseconds: time, slot: 2, interval: 3, sequence: 9, node: "n0",
        event: .clock(.tick(latenessMilliseconds: 1)))
      let frame = EventStreamParser.Frame(event: "tick", data: event.line, id: "5-9")
      _ = remote.event(of: frame, at: 10_000)
      return remote.clockOffset
    }
    #expect([10_500, 1 << 50, 10_400].map(tell) == [500, 500, 500])
    let days: UInt64 = 2 * EventBounds.doubtMilliseconds
    #expect([days, days + 100].map(tell) == [500, Int64(days) - 9_900])
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
