import ChainEvents
import Foundation
import LeanNode
import NodeTestSupport
import Synchronization
import Testing

@testable import Devnet

struct ChildNodeTests {
  private func event(_ message: String) -> TimedEvent {
    TimedEvent(
      timeMilliseconds: 1, slot: 2, interval: 3, sequence: 4, node: "n",
      event: .node(.log(.info, source: "s", message: message)))
  }

  @Test func `events come out whole, however they were cut, and other lines are left out`() {
    var lines = EventLines()
    let bytes = Data("\(event("one").line)\nnot an event\n\(event("two").line)\n".utf8)
    for cut in 1..<bytes.count {
      let events = lines.take(bytes[..<cut]) + lines.take(bytes[cut...])
      #expect(events == [event("one"), event("two")])
    }
  }

  @Test func `a line without an end is given up at the limit of a line`() {
    var lines = EventLines()
    #expect(lines.take(Data(repeating: 65, count: TimedEvent.lineLimit + 1)) == [])
    #expect(lines.take(Data("\(event("one").line)\n".utf8)) == [event("one")])
  }

  @Test func `a child that ends by itself is told, one that was killed is not`() async throws {
    let ends = Mutex<[String]>([])
    func start(_ script: String) throws -> ChildNode {
      try ChildNode(
        "/bin/sh", ["-c", script], log: .nullDevice,
        events: EventBus(stamp: EventStamp(node: "n", genesisMilliseconds: 0)),
        onEnd: { line in ends.withLock { $0.append(line) } })
    }
    let killed = try start("sleep 60")
    killed.kill()
    let ended = try start("exit 3")
    for _ in 0..<100 where ends.withLock(\.isEmpty) { try await Task.sleep(for: .milliseconds(50)) }
    #expect(ends.withLock { $0 } == ["the process has ended by itself, status 3"])
    _ = ended
  }

  @Test func `orders are lines on the child's input, events lines on its output`() async throws {
    let bus = EventBus(stamp: EventStamp(node: "n", genesisMilliseconds: 0))
    let subscription = try #require(bus.subscribe())
    // Says what it was told in an event of its own.
    let line = event("heard ORDER").line.replacing("\"", with: "\\\"")
    let child = try ChildNode(
      "/bin/sh",
      ["-c", "while read order; do echo \"\(line)\" | sed \"s/ORDER/$order/\"; done"],
      log: .nullDevice, events: bus, onEnd: { _ in })
    child.obey(.setCut(true))
    var heard: [TimedEvent] = []
    for _ in 0..<100 where heard.isEmpty {
      heard += subscription.drain()
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(heard.map(\.event) == [event("heard cut true").event])
    await child.stop()
  }
}
