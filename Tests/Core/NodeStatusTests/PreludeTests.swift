import ChainEvents
import DashboardDemo
import Foundation
import Hashing
import NodeStatusTestSupport
import Testing

@testable import NodeStatus

struct PreludeTests {
  private static let events: [TimedEvent] = {
    var devnet = DemoDevnet()
    devnet.troubles = [
      105: .refresh, 109: .fallback, 113: .forfeit, 117: .miss, 122: .empty, 125: .missedInterval,
    ]
    devnet.stallFrom = 130
    return devnet.events(100...145)
  }()

  @Test(arguments: Array(stride(from: 0, to: events.count, by: 397)))
  func `what a prelude and the rest of a recording tell is what the whole tells`(cut: Int) {
    var whole = FleetStatus()
    for event in Self.events.prefix(cut) { whole.update(event) }
    var late = FleetStatus()
    for event in whole.prelude { late.update(event) }
    #expect(late.nodes.map(Everything.init) == whole.nodes.map(Everything.init))
    for event in Self.events.dropFirst(cut) {
      whole.update(event)
      late.update(event)
    }
    #expect(late.nodes.map(Everything.init) == whole.nodes.map(Everything.init))
  }

  /// A real devnet of four nodes, its start and nine slots.
  static func recording() throws -> [TimedEvent] {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Vectors/recordings/four-nodes.jsonl")
    return try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
      .map { try TimedEvent(line: String($0)) }
  }

  /// A fold does the same from the same state, so a prelude that restores the state restores the rest.
  @Test func `every prefix of a recorded devnet is restored, and goes on as the whole does`() throws
  {
    let events = try Self.recording()
    #expect(events.count > 1_000)
    var whole = FleetStatus()
    var followers: [FleetStatus] = []
    for (count, event) in events.enumerated() {
      whole.update(event)
      for index in followers.indices { followers[index].update(event) }
      guard let node = whole.nodes.first(where: { $0.name == event.node }) else { continue }
      var late = FleetStatus()
      for event in node.prelude { late.update(event) }
      #expect(late.nodes.first?.packed.count == node.packed.count, "after event \(count)")
      guard count.isMultiple(of: 61) else { continue }
      #expect(late.nodes.map(Everything.init) == [Everything(node)], "after event \(count)")
      var follower = FleetStatus()
      for event in whole.prelude { follower.update(event) }
      followers.append(follower)
    }
    for follower in followers {
      #expect(follower.nodes.map(Everything.init) == whole.nodes.map(Everything.init))
    }
  }

  private static let whole: FleetStatus = {
    var whole = FleetStatus()
    for event in events { whole.update(event) }
    return whole
  }()

  @Test func `a prelude survives its lines and begins where the recording goes on`() throws {
    let prelude = Self.whole.prelude
    #expect(try prelude.map { try TimedEvent(line: $0.line) } == prelude)
    #expect(prelude.allSatisfy { $0.lineBytes.count < TimedEvent.lineLimit })
    #expect(
      prelude.allSatisfy { Self.whole.timeMilliseconds - $0.timeMilliseconds < 4_000 })
    #expect(prelude.filter { $0.event.name == "node_started" }.count == 4)
  }

  @Test func `the alarms and the news of the log come with it`() {
    var late = FleetStatus()
    for event in Self.whole.prelude { late.update(event) }
    for (node, restored) in zip(Self.whole.nodes, late.nodes) {
      #expect(restored.alarms == node.alarms && !node.alarms.alarms.isEmpty)
      let news = node.log.newest(.max, .calm)
      #expect(restored.log.newest(.max, .calm) == news && news.count > 100)
    }
  }

  @Test func `parts that are missing, doubled or of another version change nothing`() throws {
    let prelude = Self.whole.prelude
    let before = FleetStatus()
    func fold(_ events: [TimedEvent]) -> FleetStatus {
      var fleet = before
      for event in events { fleet.update(event) }
      return fleet
    }
    let first = try #require(prelude.firstIndex { $0.event.name == "node_status" })
    var missing = prelude
    missing.remove(at: first)
    #expect(fold(missing).nodes.first?.counters == Counters())
    var doubled = prelude
    doubled.insert(prelude[first], at: first)
    #expect(fold(doubled).nodes.map(Everything.init) == Self.whole.nodes.map(Everything.init))
    guard case .node(.status(var part)) = prelude[first].event else { return }
    part.version += 1
    var other = prelude
    other[first] = TimedEvent(
      timeMilliseconds: 1, slot: 1, interval: 1, sequence: 1, node: prelude[first].node,
      event: .node(.status(part)))
    #expect(fold(other).nodes.first?.counters == Counters())
  }

  @Test func `lists that are longer than a fold lets them become are refused`() throws {
    let event = try #require(Self.events.first { $0.node == Self.whole.nodes[1].name })
    let changes: [(inout NodeStatus) -> Void] = [
      { $0.tickLateness = Array(repeating: 1, count: NodeStatus.sampleLimit + 1) },
      { $0.faults = Array(repeating: StandingFault(name: .cut, detail: ""), count: 100) },
      { $0.journal.commits = Array(repeating: 1, count: JournalStatus.commitLimit + 1) },
      { $0.aggregator = (true, Array(0...UInt64(EventBounds.listCount))) },
      { status in for depth in 0...200 { status.counters.reorgs[depth] = 1 } },
    ]
    #expect(NodeStatus(event, packed: Self.whole.nodes[1].packed) != nil)
    for change in changes {
      var node = Self.whole.nodes[1]
      change(&node)
      #expect(NodeStatus(event, packed: node.packed) == nil)
    }
  }

  @Test func `bytes that no fold has written are refused whole, or read within all bounds`() throws
  {
    let node = Self.whole.nodes[1]
    let bytes = node.packed
    let start = try #require(Self.events.first { $0.node == node.name })
    #expect(NodeStatus(start, packed: bytes).map(Everything.init) == Everything(node))
    for length in stride(from: 0, to: bytes.count, by: 997) {
      #expect(NodeStatus(start, packed: Array(bytes.prefix(length))) == nil)
    }
    var state: UInt64 = 7
    var read = 0
    for _ in 0..<400 {
      var broken = bytes
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        broken[Int(state >> 33) % broken.count] = UInt8(truncatingIfNeeded: state >> 24)
      }
      guard let restored = NodeStatus(start, packed: broken) else { continue }
      read += 1
      var fleet = FleetStatus()
      for event in restored.prelude { fleet.update(event) }
      for event in Self.events.suffix(40) { fleet.update(event) }
      for slot in restored.slots.slots.suffix(40) { _ = Autopsy(restored, slot: slot) }
      _ = FinalityDoctor(restored).sentence
      _ = restored.counters(from: 0)
    }
    #expect(read > 0)
  }
}
