import ChainEvents
import Testing

@testable import NodeStatus

struct RestartWindowTests {
  private func node(_ own: ValidatorSet, of validators: UInt64) -> NodeStatus {
    var fleet = FleetStatus()
    var stamp = EventStamp(node: "n", genesisMilliseconds: 0)
    fleet.update(
      stamp.stamp(
        .node(
          .started(
            NodeDescription(
              network: "", client: "", genesisMilliseconds: 0, validators: validators,
              ownValidators: own, committees: 1, simulated: [], policies: ""))), at: 0))
    return fleet.nodes[0]
  }

  @Test func `a restart is safe while none of the slots that it loses is ours`() {
    // Slots 5, 15, 25 are ours; a restart in slot 12 bars the keys until slot 14.
    let node = node([5], of: 10)
    #expect(node.restartWindow(from: 6) == RestartWindow(slots: 6...12, blocks: 0))
    #expect(node.restartWindow(from: 12) == RestartWindow(slots: 12...12, blocks: 0))
    #expect(node.restartWindow(from: 13) == RestartWindow(slots: 16...22, blocks: 0))
    #expect(node.restartWindow(from: 5) == RestartWindow(slots: 6...12, blocks: 0))
  }

  @Test func `where every restart costs a block, the cheapest slots are named`() {
    #expect(node([0, 2], of: 4).restartWindow(from: 4) == RestartWindow(slots: 5...5, blocks: 1))
    #expect(node([0, 1, 2, 3], of: 4).restartWindow(from: 4)?.blocks == 3)
    #expect(node([], of: 4).restartWindow(from: 4)?.blocks == 0)
    #expect(node([], of: 0).restartWindow(from: 4) == nil)
  }
}
