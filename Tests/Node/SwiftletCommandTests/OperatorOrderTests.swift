import Chain
import Dashboard
import Devnet
import Testing

@testable import SwiftletCommand

struct OperatorOrderTests {
  @Test func `an action reaches the node that it was asked for`() {
    #expect(DevnetOrder(.forceFallback(slot: 9), node: 2) == .command(.forceFallback, node: 2))
    #expect(DevnetOrder(.disarmFallback(slot: 9), node: 1) == .command(.disarmFallback, node: 1))
    #expect(DevnetOrder(.setAggregator(true), node: 3) == .command(.becomeAggregator, node: 3))
    #expect(DevnetOrder(.setAggregator(false), node: 0) == .command(.stopAggregating, node: 0))
    #expect(DevnetOrder(.disconnectPeer(id: "node1"), node: 0) == nil)
  }

  @Test func `every fault of a key is one of the devnet`() {
    let chaos = Fault.allCases.map { DevnetOrder(.toggleFault($0), node: 2) }
    let expected: [Chaos] = [
      .pause(node: 2), .cut(node: 2), .kill(node: 2),
      .delayNextBlock(milliseconds: Devnet.blockDelayMilliseconds), .slowProver(node: 2),
      .stepClock(node: 2, milliseconds: 1_500), .silence(node: 2),
    ]
    #expect(chaos == expected.map(DevnetOrder.chaos))
  }
}
