import Testing
import Wire

@testable import Gossipsub

struct HeldRelaysTests {
  /// How many of the peers were sent a message just now.
  private func receivers(_ node: inout TestNode) -> Int {
    (1...9).count { !node.sent(to: $0).publish.isEmpty }
  }

  private func node() -> TestNode {
    var node = TestNode()
    node.connect(1...9)
    #expect(node.gossipsub.mesh(of: block).count == 8)
    return node
  }

  @Test func `a message goes to three peers of the mesh at once and to the others after a while`() {
    var node = node()
    node.receive(publishing([1]), from: 1)
    node.judgeAll()
    #expect(receivers(&node) == 3)
    #expect(node.gossipsub.deadline == node.now + .milliseconds(50))
    node.now += .milliseconds(49)
    node.handle(.tick)
    #expect(receivers(&node) == 0)
    node.now += .milliseconds(1)
    node.handle(.tick)
    #expect(receivers(&node) == 4)
    #expect(node.gossipsub.held.count == 0)
  }

  @Test func `who has it by then, or declined it, or left, is left out`() {
    var node = node()
    node.receive(publishing([1]), from: 1)
    node.judgeAll()
    let served = (1...8).filter { !node.sent(to: $0).publish.isEmpty }
    let waiting = (2...8).filter { !served.contains($0) }
    node.receive(publishing([1]), from: waiting[0])
    node.receive(rpc { $0.control.idontwant = [ids([1]).all.map(\.wire)] }, from: waiting[1])
    node.handle(.disconnected(peer(waiting[2])))
    node.now += .milliseconds(50)
    node.handle(.tick)
    #expect(waiting.filter { !node.sent(to: $0).publish.isEmpty } == [waiting[3]])
  }

  @Test func `at the limit the oldest is sent early`() {
    var node = node()
    for number in 0...HeldRelays.limit {
      node.receive(publishing([UInt8(number >> 8), UInt8(number & 255)]), from: 1)
      node.judgeAll()
    }
    #expect(node.gossipsub.held.count == HeldRelays.limit)
    let first = Snappy.compress([0, 0])
    #expect((2...8).allSatisfy { node.sent(to: $0).publish.contains { $0.data == first } })
  }
}
