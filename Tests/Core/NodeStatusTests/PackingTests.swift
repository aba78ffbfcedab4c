import ChainEvents
import DashboardDemo
import Hashing
import Testing

@testable import NodeStatus

struct PackingTests {
  private func troubled(_ slots: ClosedRange<UInt64>) -> FleetStatus {
    var devnet = DemoDevnet()
    devnet.troubles = [
      105: .refresh, 109: .fallback, 113: .forfeit, 117: .miss, 122: .empty, 125: .missedInterval,
    ]
    var dashboard = FleetStatus()
    for event in devnet.events(slots) { dashboard.update(event) }
    return dashboard
  }

  private func repacked<Value: Packable>(_ value: Value) -> Value {
    var coder = PackCoder(reading: value.packed)
    return coder.read()
  }

  @Test func `packing loses nothing of a slot or a proposal`() {
    for node in troubled(100...163).nodes {
      for record in node.slots.suffix(.max, through: .max) { #expect(repacked(record) == record) }
      for record in node.proposals.newest(.max) { #expect(repacked(record) == record) }
    }
  }

  @Test func `numbers that no honest node sends are packed too`() {
    var dashboard = FleetStatus()
    for slot in [0, 1, 5, 7] as [UInt64] {
      for event in Garbage.events(slot) {
        dashboard.update(
          TimedEvent(
            timeMilliseconds: slot &* 4000, slot: slot, interval: 4, sequence: 0, node: "n",
            event: event))
      }
    }
    for record in dashboard.nodes[0].slots.suffix(.max, through: .max) {
      #expect(repacked(record) == record)
    }
    for record in dashboard.nodes[0].proposals.newest(.max) { #expect(repacked(record) == record) }
  }

  @Test func `every kind of note is packed`() {
    let (first, second) = (DemoDevnet.root(1), DemoDevnet.root(2))
    let kinds: [SlotNote.Kind] = [
      .reorg(depth: 1 << 40, from: first, to: second), .lateBlock(root: first),
      .secondBlock(root: second), .blockRejected(reason: ""),
      .missedInterval(interval: 4, busyWith: nil),
      .missedInterval(interval: 0, busyWith: "import"), .clockStep(milliseconds: -1 << 50),
      .gate(open: true, reason: "synced"), .gate(open: false, reason: "日本"),
      .stageFailed(.merge, reason: "overran"), .duty(.aggregation, .late, reason: nil),
      .duty(.attestation, .failed, reason: "no key"), .aggregatorSkipped(reason: "idle"),
      .signingRefused(validator: 1 << 50, reason: "leaf"),
    ]
    for kind in kinds {
      let note = SlotNote(milliseconds: -790, kind: kind)
      #expect(repacked(note) == note)
    }
  }

  @Test func `a day of slots takes a hundred bytes each`() {
    for node in troubled(100...163).nodes {
      let records = node.slots.suffix(.max, through: .max)
      // 21,600 slots of four nodes at 150 bytes are 13 MB of the 50 that a screen may take.
      #expect(records.reduce(0) { $0 + $1.packed.count } < 150 * records.count)
    }
  }

  @Test func `an old slot tells its whole story`() throws {
    var devnet = DemoDevnet(nodes: 2)
    devnet.troubles = [113: .forfeit]
    var dashboard = FleetStatus()
    var fresh: Autopsy?
    for first in stride(from: UInt64(100), to: 1_300, by: 100) {
      for event in devnet.events(first...first + 99, continuing: first > 100) {
        dashboard.update(event)
      }
      if first == 100 { fresh = Autopsy(dashboard.nodes[1], slot: 113) }
    }
    let old = try #require(Autopsy(dashboard.nodes[1], slot: 113))
    #expect(old.sentence.hasPrefix("late block of slot 112 at +2.9 s, 2100 ms too late"))
    #expect(old == fresh)
  }

  @Test func `a reason is a few words, whatever a recording says`() {
    let long = String(repeating: "é", count: 5_000)
    #expect(long.brief.count == 160)
    #expect("head moved".brief == "head moved")
  }

  @Test func `a ring gives back what was put in, packed or not`() {
    var ring = PackedRing<Number>(capacity: 1_000)
    var model: [Int64] = []
    var state: UInt64 = 3
    for step in 0..<3_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      ring.append(Number(value: Int64(step)))
      model.append(Int64(step))
      let index = ring.startIndex + Int(state >> 33) % ring.count
      let value = Int64(bitPattern: state) >> 14
      ring.update(index) { $0.value = value }
      model[index] = value
    }
    #expect(ring.endIndex == 3_000)
    #expect((1_000...1_064).contains(ring.count))
    #expect(ring.indices.map { ring[$0].value } == Array(model[ring.indices]))
    #expect(ring.suffix(700).map(\.value) == Array(model.suffix(700)))
    #expect(ring.suffix(.max).count == ring.count)
    #expect(
      ring.compactMapSuffix(70) { $0.value % 2 == 0 ? $0.value : nil }
        == model.suffix(70).filter { $0 % 2 == 0 })
    #expect(ring.last?.value == model.last)
  }
}

/// A number as an element of a ring.
private struct Number: Packable {
  static let blank = Number(value: 0)

  var value: Int64

  mutating func code(_ coder: inout PackCoder) { coder(&value) }
}
