import ChainEvents
import DashboardDemo
import Hashing
import Testing

@testable import NodeStatus

/// What a fleet believes of events that leave something out or tell something impossible.
struct FleetStatusTests {
  @Test func `what became of a block is not told where the tree misses one that decides it`() throws
  {
    var fleet = FleetStatus()
    func block(_ slot: UInt64, parent: UInt64, isOurs: Bool = false) -> ChainEvent {
      .forkChoice(
        .block(
          ImportedBlock(
            slot: slot, block: DemoDevnet.root(slot), parent: DemoDevnet.root(parent),
            isOurs: isOurs)))
    }
    fleet.tell(1, block(1, parent: 0))
    fleet.tell(2, block(2, parent: 1, isOurs: true))
    fleet.tell(
      2,
      .proposal(
        .outcome(
          ProposalResult(
            slot: 2, validator: 0, outcome: .hit(publishOffsetMilliseconds: 0),
            root: DemoDevnet.root(2), votes: 1, bytes: 1))))
    // Block 3 was lost on the way.
    fleet.tell(4, block(4, parent: 3))
    fleet.tell(5, .forkChoice(.finalized(slot: 4, block: DemoDevnet.root(4), state: nil)))
    let node = try #require(fleet.nodes.first)
    #expect(node.counters.orphans == 0)
    #expect(node.proposals[2]?.fate == nil)
  }

  @Test func `numbers from far away raise no alarm for ever and make no key each`() throws {
    var fleet = FleetStatus()
    fleet.tell(
      1,
      .duty(
        .ended(.attestation, slot: 1 << 50, validators: [0], .late, reason: nil)))
    for depth in 0...200 {
      fleet.tell(
        1,
        .forkChoice(
          .reorg(depth: -depth, oldSlot: 1, oldHead: .zero, newSlot: 1, newHead: .zero)))
    }
    for slot in 2...20 as ClosedRange<UInt64> {
      fleet.tell(slot, .clock(.tick(latenessMilliseconds: 0)))
    }
    let node = try #require(fleet.nodes.first)
    #expect(!node.alarms.alarms.contains { $0.kind == .latePublishing })
    #expect(node.counters.reorgs == [0: 201])
  }

  @Test func `a chain that was joined in its middle ends when another genesis is told`() throws {
    let start = ChainEvent.node(
      .started(
        NodeDescription(
          network: "", client: "", genesisMilliseconds: 4_000_000, validators: 4,
          ownValidators: [0], committees: 1, simulated: [], policies: "")))
    let head = ChainEvent.forkChoice(.head(slot: 100, block: .zero, state: nil))
    var fleet = FleetStatus()
    fleet.update(
      TimedEvent(
        timeMilliseconds: 400_000, slot: 100, interval: 0, sequence: 7, node: "n", event: head))
    fleet.update(
      TimedEvent(
        timeMilliseconds: 4_000_000, slot: 0, interval: 0, sequence: 0, node: "n", event: start))
    #expect(try #require(fleet.nodes.first).head == nil)
  }

  @Test func `a new node far ahead of all others is believed when a second event agrees`() {
    let tick = ChainEvent.clock(.tick(latenessMilliseconds: 0))
    func event(_ node: String, at time: UInt64) -> TimedEvent {
      TimedEvent(
        timeMilliseconds: time, slot: time / 4000, interval: 0, sequence: 0, node: node, event: tick
      )
    }
    var fleet = FleetStatus()
    fleet.update(event("a", at: 4000))
    fleet.update(event("b", at: 1 << 50))
    #expect(fleet.nodes.map(\.name) == ["a"])
    #expect(fleet.timeMilliseconds == 4000)
    fleet.update(event("b", at: 1 << 40))
    fleet.update(event("b", at: 1 << 40))
    #expect(fleet.nodes.map(\.name) == ["a", "b"])
  }
}

extension FleetStatus {
  /// Folds an event at the start of a slot of a chain that began at 0.
  fileprivate mutating func tell(_ slot: UInt64, _ event: ChainEvent) {
    update(
      TimedEvent(
        timeMilliseconds: slot * 4000, slot: slot, interval: 0,
        sequence: (nodes.first?.lastSequence ?? 0) + 1, node: "n", event: event))
  }
}
