import ChainEvents
import Hashing
import Testing

@testable import NodeStatus

struct DowntimeTests {
  /// A node of validators 0 and 2 of 4 that runs until slot 9 and begins again in slot 20.
  private func events(restarts: Bool) -> [TimedEvent] {
    var stamp = EventStamp(node: "n", genesisMilliseconds: 0)
    let description = ChainEvent.node(
      .started(
        NodeDescription(
          network: "", client: "", genesisMilliseconds: 0, validators: 4, ownValidators: [0, 2],
          committees: 1, simulated: [], policies: "")))
    let tick = ChainEvent.clock(.tick(latenessMilliseconds: 0))
    var events = [stamp.stamp(description, at: 0)]
    events += (1...9).map { stamp.stamp(tick, at: $0 * 4000) }
    if restarts {
      stamp = EventStamp(node: "n", genesisMilliseconds: 0)
      events.append(stamp.stamp(description, at: 80_000))
    }
    return events + [stamp.stamp(tick, at: 80_001)]
  }

  private func fold(_ events: [TimedEvent]) -> NodeStatus {
    var fleet = FleetStatus()
    for event in events { fleet.update(event) }
    return fleet.nodes[0]
  }

  @Test(arguments: [true, false])
  func `slots and votes in which the node did not run are lost, and told after its return`(
    restarts: Bool
  ) {
    let node = fold(events(restarts: restarts))
    #expect(node.downtimes.map(\.slots) == [10...19])
    #expect(node.counters.misses == [.nodeDown: 5])
    #expect(node.counters.hitPermille == 0)
    #expect(node.counters.attestations == [.missed: 10])
    #expect(node.validators.map(\.unattested) == [10, 10])
    #expect(node.validators.map(\.unproposed) == [2, 3])
    #expect(node.slots[12]?.outcome == .missed(.nodeDown))
    #expect(node.slots[13]?.outcome == nil)
    #expect(node.downtimes.map(\.cause) == [restarts ? .crashed : .suspended])
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
