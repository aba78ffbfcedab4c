import ChainEvents
import Hashing
import Testing

@testable import NodeStatus

struct DowntimeTests {
  private let tick = ChainEvent.clock(.tick(latenessMilliseconds: 0))
  /// The start of a node of validators 0 and 2 of 4.
  private let start = ChainEvent.node(
    .started(
      NodeDescription(
        network: "", client: "", genesisMilliseconds: 0, validators: 4, ownValidators: [0, 2],
        committees: 1, simulated: [], policies: "")))

  /// A node that runs until slot 9 and begins again in slot 20.
  private func events(restarts: Bool) -> [TimedEvent] {
    var stamp = EventStamp(node: "n", genesisMilliseconds: 0)
    var events = [stamp.stamp(start, at: 0)]
    events += (1...9).map { stamp.stamp(tick, at: $0 * 4000) }
    if restarts {
      stamp = EventStamp(node: "n", genesisMilliseconds: 0)
      events.append(stamp.stamp(start, at: 80_000))
    }
    return events + [stamp.stamp(tick, at: 80_001)]
  }

  private func fold(_ events: [TimedEvent]) -> NodeStatus {
    var fleet = FleetStatus()
    for event in events { fleet.update(event) }
    return fleet.nodes[0]
  }

  @Test func `slots and votes in which the node did not run are lost, and told after its return`() {
    let node = fold(events(restarts: true))
    #expect(node.downtimes.map(\.slots) == [10...19])
    #expect(node.counters.misses == [.nodeDown: 5])
    #expect(node.counters.hitPermille == 0)
    #expect(node.counters.attestations == [.missed: 10])
    #expect(node.validators.map(\.unattested) == [10, 10])
    #expect(node.validators.map(\.unproposed) == [2, 3])
    #expect(node.slots[12]?.outcome == .missed(.nodeDown))
    #expect(node.slots[13]?.outcome == nil)
    #expect(node.downtimes.map(\.cause) == [.crashed])
  }

  @Test func `what the engine tells of a gap itself is not counted again`() {
    var events = events(restarts: false)
    var sequence = events[events.count - 1].sequence
    for slot in [10, 12, 14, 16, 18] as [UInt64] {
      sequence += 1
      events.append(
        TimedEvent(
          timeMilliseconds: 80_002, slot: 20, interval: 0, sequence: sequence, node: "n",
          event: .proposal(
            .outcome(
              ProposalResult(
                slot: slot, validator: slot % 4, outcome: .missed(.overrun), root: nil, votes: nil,
                bytes: nil)))))
    }
    let node = fold(events)
    #expect(node.downtimes.map(\.slots) == [10...19])
    #expect(node.downtimes.map(\.cause) == [.suspended])
    #expect(node.counters.misses == [.overrun: 5])
    #expect(node.counters.attestations[.missed] ?? 0 == 0)
    #expect(node.validators.map(\.unproposed) == [2, 3])
  }

  @Test func `the block of the slot in which a life ended or began too late is lost too`() {
    var stamp = EventStamp(node: "n", genesisMilliseconds: 0)
    var events = [stamp.stamp(start, at: 0)]
    events += (1...6).map { stamp.stamp(tick, at: $0 * 4000) }
    stamp = EventStamp(node: "n", genesisMilliseconds: 0)
    // Slot 6 has no outcome, and slot 8 is a quarter over.
    events.append(stamp.stamp(start, at: 33_000))
    events.append(stamp.stamp(tick, at: 33_600))
    let node = fold(events)
    #expect(node.downtimes.map(\.slots) == [7...7])
    #expect(node.slots[6]?.outcome == .missed(.nodeDown))
    #expect(node.slots[8]?.outcome == .missed(.nodeDown))
    #expect(node.counters.misses == [.nodeDown: 2])
  }

  @Test func `a longer absence than a day costs a day, and takes no longer to count`() {
    var events = events(restarts: false)
    events.removeLast()
    var stamp = EventStamp(node: "n", genesisMilliseconds: 0)
    let time: UInt64 = 4000 * 30_000_000
    events += [stamp.stamp(start, at: time), stamp.stamp(start, at: time + 1)]
    let node = fold(events)
    #expect(node.counters.misses[.nodeDown] ?? 0 <= SlotHistory.capacity / 2 + 2)
    #expect(node.counters.attestations[.missed] ?? 0 <= SlotHistory.capacity)
  }

  @Test func `a prelude that says who a known node is does not make it a crash`() {
    // The reader was cut off in slot 5; the node ran on.
    let events = Array(events(restarts: false).dropLast())
    let node = fold(events)
    var fleet = FleetStatus()
    for event in events.prefix(5) + node.prelude { #expect(fleet.update(event) == []) }
    #expect(fleet.nodes[0].downtimes == [])
    #expect(fleet.nodes[0].counters.misses == [:])
    #expect(fleet.nodes[0].packed == node.packed)
  }

  @Test func `where events were lost nothing is said of the slots between`() {
    var events = events(restarts: false)
    events.remove(at: 8)
    let lost = events.removeLast()
    events.append(
      TimedEvent(
        timeMilliseconds: lost.timeMilliseconds, slot: lost.slot, interval: 0,
        sequence: lost.sequence + 40, node: "n", event: lost.event))
    let node = fold(events)
    #expect(node.downtimes == [])
    #expect(node.counters.misses == [:])
  }
}
