import Testing
import Wire

@testable import Gossipsub

struct GossipsubMeshTests {
  private let graft = rpc { $0.control.graft = [block] }

  @Test func `peers that take a topic are grafted as they come, up to the degree`() {
    var node = TestNode()
    node.connect(1...20)
    #expect(node.gossipsub.mesh(of: block) == Set((1...8).map(peer)))
  }

  @Test func `taking a topic grafts those who take it, those we published to first`() {
    var node = TestNode([]) { $0.floodPublishBytes = 0 }
    node.connect(1...3)
    node.handle(.publish(topic: block, payload: [1], token: 1))
    let fanout = node.gossipsub.fanouts[block]?.peers
    node.handle(.subscribe(block))
    #expect(node.gossipsub.mesh(of: block) == fanout)
    #expect(node.gossipsub.fanouts.isEmpty)
    let rpcs = node.frames(to: 1)
    #expect(rpcs.last?.control.graft == [block])
    #expect(rpcs.last?.subscriptions == [.init(subscribe: true, topicID: block)])
  }

  @Test func `leaving a topic prunes its mesh for ten seconds`() {
    var node = TestNode()
    node.connect(1...1)
    node.handle(.unsubscribe(block))
    let sent = node.sent(to: 1)
    #expect(sent.control.prune == [.init(topicID: block, backoffSeconds: 10)])
    #expect(sent.subscriptions == [.init(subscribe: false, topicID: block)])
    node.handle(.subscribe(block))
    #expect(node.gossipsub.mesh(of: block) == [])
    node.wait(.seconds(11))
    #expect(node.gossipsub.mesh(of: block) == [peer(1)])
  }

  @Test func `a graft is taken below the upper degree and answered with a prune at it`() {
    var node = TestNode()
    node.connect(1...13)
    for number in 9...13 {
      node.receive(graft, from: number)
    }
    #expect(node.gossipsub.mesh(of: block) == Set((1...12).map(peer)))
    #expect(node.sent(to: 12).control.prune == [])
    #expect(node.sent(to: 13).control.prune == [.init(topicID: block, backoffSeconds: 60)])
    #expect(node.points(of: 13) == 0)
  }

  @Test func `a graft on a topic that we do not take gets no answer`() {
    var node = TestNode()
    node.connect(1...1)
    #expect(node.receive(rpc { $0.control.graft = [subnet, "x"] }, from: 1) == [])
    #expect(node.gossipsub.mesh(of: subnet) == [])
  }

  @Test func `a graft holds from when our stream is there: nothing is sent to nobody`() {
    var node = TestNode()
    for number in 1...12 {
      node.handle(.connected(peer(number), isDialed: false))
      node.receive(
        rpc {
          $0.subscriptions = [.init(subscribe: true, topicID: block)]
          $0.control.graft = [block]
        }, from: number)
    }
    #expect(node.gossipsub.mesh(of: block) == [])
    node.connect(13...15)
    #expect(
      node.handle(.publish(topic: block, payload: noise(200_000), token: 1))
        .contains(.published(1, peerCount: 3)))
    #expect((13...15).allSatisfy { node.sent(to: $0).publish.count == 1 })
    node.receive(graft, from: 13)
    for number in 1...12 { node.handle(.opened(peer(number), .v12)) }
    #expect(node.gossipsub.mesh(of: block) == Set(((1...9).map { $0 } + [13, 14, 15]).map(peer)))
    #expect(node.sent(to: 9).control.prune == [])
    #expect(node.sent(to: 10).control.prune == [.init(topicID: block, backoffSeconds: 60)])
  }

  @Test func `a graft before our stream is there is taken back like any other`() {
    var node = TestNode()
    for (number, taken) in [
      (1, rpc { $0.control.prune = [.init(topicID: block, backoffSeconds: 0)] }),
      (2, rpc { $0.subscriptions = [.init(subscribe: false, topicID: block)] }), (3, RPC()),
    ] {
      node.handle(.connected(peer(number), isDialed: false))
      node.receive(graft, from: number)
      node.receive(taken, from: number)
      node.handle(.opened(peer(number), .v12))
    }
    #expect(node.gossipsub.mesh(of: block) == [peer(3)])
  }

  @Test
  func `who pruned us is left alone for its time, and who grafts too early is told and charged`() {
    var node = TestNode()
    node.connect(1...1)
    node.receive(rpc { $0.control.prune = [.init(topicID: block, backoffSeconds: 5)] }, from: 1)
    #expect(node.gossipsub.mesh(of: block) == [])
    node.handle(.disconnected(peer(1)))
    node.connect(1...1)
    #expect(node.gossipsub.mesh(of: block) == [], "a new connection does not end it")
    node.receive(graft, from: 1)
    #expect(node.sent(to: 1).control.prune == [.init(topicID: block, backoffSeconds: 60)])
    #expect(node.points(of: 1) == Misconduct.earlyGraft.points)
    node.wait(.seconds(59))
    #expect(node.gossipsub.mesh(of: block) == [], "we told it sixty seconds, and keep to it too")
    node.wait(.seconds(2))
    #expect(node.gossipsub.mesh(of: block) == [peer(1)])
  }

  @Test func `a prune without a back-off arms none`() {
    var node = TestNode()
    node.connect(1...1)
    node.receive(rpc { $0.control.prune = [.init(topicID: block, backoffSeconds: 0)] }, from: 1)
    #expect(node.gossipsub.mesh(of: block) == [])
    node.wait(.milliseconds(700))
    #expect(node.gossipsub.mesh(of: block) == [peer(1)])
  }

  @Test func `a heartbeat prunes a mesh above the upper degree and keeps two that we dialled`() {
    var node = TestNode { $0.dHigh = 12 }
    node.connect(1...2, isDialed: true)
    node.connect(3...30)
    node.gossipsub.assume(mesh: Set((1...20).map(peer)), of: block)
    for number in 1...30 { _ = node.sent(to: number) }
    node.wait(.milliseconds(700))
    let mesh = node.gossipsub.mesh(of: block)
    #expect(mesh.count == 8)
    #expect(mesh.isSuperset(of: [peer(1), peer(2)]))
    let pruned = (1...20).filter { !node.sent(to: $0).control.prune.isEmpty }
    #expect(Set(pruned.map(peer)) == Set((1...20).map(peer)).subtracting(mesh))
  }

  @Test func `a heartbeat fills a mesh below the degree with peers that may be asked`() {
    var node = TestNode()
    node.connect(1...20)
    node.gossipsub.assume(mesh: [], of: block)
    for number in 1...15 {
      node.gossipsub.assume(backoff: .seconds(60), of: peer(number), block, at: node.now)
    }
    node.wait(.milliseconds(700))
    #expect(node.gossipsub.mesh(of: block) == Set((16...20).map(peer)))
  }

  @Test func `a heartbeat that comes late is one heartbeat`() {
    var node = TestNode()
    node.now += .seconds(100)
    node.handle(.tick)
    #expect(node.gossipsub.deadline == node.now + .milliseconds(700))
  }
}
