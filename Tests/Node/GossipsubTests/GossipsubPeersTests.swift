import ChainEvents
import Testing
import Wire

@testable import Gossipsub

struct GossipsubPeersTests {
  @Test func `the first frame of a stream has all our subscriptions, again when it is opened anew`()
  {
    var node = TestNode([block, subnet])
    #expect(node.handle(.connected(peer(1), isDialed: true)) == [.open(peer(1))])
    #expect(node.gossipsub.nextFrame(for: peer(1), at: node.now) == nil)
    let expected = [block, subnet].sorted().reversed().map {
      RPC.SubOpts(subscribe: true, topicID: $0)
    }
    for _ in 0..<2 {
      #expect(node.handle(.opened(peer(1), .v12)) == [.send(peer(1))])
      #expect(Set(node.frames(to: 1).first?.subscriptions ?? []) == Set(expected))
      node.now += .seconds(5)
      #expect(node.handle(.closed(peer(1))) == [.open(peer(1))])
    }
  }

  @Test func `a peer that ends our stream again and again is given one every five seconds`() {
    var node = TestNode()
    node.connect(1...1)
    var opened = 0
    for _ in 0..<200 {
      opened += node.handle(.closed(peer(1))).count
      node.effects = []
      node.wait(.milliseconds(100))
      opened += node.effects.count { $0 == .open(peer(1)) }
      if node.effects.contains(.open(peer(1))) { node.handle(.opened(peer(1), .v12)) }
    }
    #expect((3...4).contains(opened))
  }

  @Test func `a peer that tells no subscription is given new streams, less and less often`() {
    var node = TestNode()
    node.connect(1...1, [])
    let start = node.now
    var times: [Duration] = []
    while node.now - start < .seconds(400) {
      node.wait(.seconds(1))
      if node.effects.contains(.open(peer(1))) {
        times.append(node.now - start)
        node.handle(.opened(peer(1), .v12))
      }
      node.effects = []
    }
    #expect(times.count == 5)
    for (time, expected) in zip(times, [15, 45, 105, 225, 345]) {
      #expect((Double(expected)...Double(expected) + 5).contains(time / .seconds(1)))
    }
  }

  @Test func `a peer that tells its subscriptions keeps its stream`() {
    var node = TestNode()
    node.connect(1...1)
    node.effects = []
    node.wait(.seconds(400))
    #expect(node.effects.contains(.open(peer(1))) == false)
  }

  @Test func `a stream that the transport opened by itself is not replaced`() {
    var node = TestNode()
    node.connect(1...1)
    node.handle(.closed(peer(1)))
    node.handle(.opened(peer(1), .v12))
    node.effects = []
    node.wait(.seconds(10))
    #expect(node.effects.contains(.open(peer(1))) == false)
  }

  @Test func `subscriptions are told once more after five seconds`() {
    var node = TestNode()
    node.connect(1...1)
    node.wait(.seconds(4))
    #expect(node.sent(to: 1).subscriptions == [])
    node.wait(.seconds(2))
    #expect(node.sent(to: 1).subscriptions == [.init(subscribe: true, topicID: block)])
    node.wait(.seconds(60))
    #expect(node.sent(to: 1).subscriptions == [])
  }

  @Test func `topics that the network does not have are not remembered`() {
    var node = TestNode()
    node.connect(1...1, [block, "/leanconsensus/12345678/attestation_9/ssz_snappy", "x"])
    #expect(node.gossipsub.peers[peer(1)]?.subscriptions == [block])
  }

  @Test func `a peer that leaves a topic leaves its mesh`() {
    var node = TestNode()
    node.connect(1...2)
    #expect(node.gossipsub.mesh(of: block) == [peer(1), peer(2)])
    node.receive(
      rpc { $0.subscriptions = [.init(subscribe: false, topicID: block)] }, from: 1)
    node.handle(.disconnected(peer(2)))
    #expect(node.gossipsub.mesh(of: block) == [])
    #expect(node.gossipsub.peers[peer(2)] == nil)
  }

  @Test func `a control message with nothing in it, which zeam sends when idle, is nothing`() {
    var node = TestNode()
    node.connect(1...1)
    #expect(node.handle(.received(peer(1), [2, 0x1A, 0])) == [])
    #expect(node.points(of: 1) == 0)
  }

  @Test
  func `a peer that takes nothing gets a new stream after ten seconds, then loses the connection`()
  {
    var node = TestNode()
    node.connect(1...2)
    node.handle(.publish(topic: block, payload: noise(2000), token: 1))
    node.effects = []
    node.silent = [1]
    node.wait(.seconds(9))
    #expect(node.effects.contains(.open(peer(1))) == false)
    node.wait(.seconds(2))
    #expect(node.effects.filter { $0 == .open(peer(1)) }.count == 1)
    #expect(node.gossipsub.mesh(of: block) == [peer(2)])
    node.handle(.opened(peer(1), .v12))
    node.wait(.seconds(11))
    #expect(node.disconnected == [peer(1): .notReading])
  }

  @Test func `peers above the limit are not taken part in`() {
    var node = TestNode()
    for number in 1...Gossipsub.peerLimit { node.handle(.connected(peer(number), isDialed: false)) }
    #expect(node.handle(.connected(peer(9999), isDialed: false)) == [])
    #expect(node.gossipsub.peers[peer(9999)] == nil)
  }

  @Test func `what is said of a peer that is not there is nothing`() {
    var node = TestNode()
    for input in [
      .opened(peer(1), .v12), .closed(peer(1)), .received(peer(1), [0]), .disconnected(peer(1)),
      .inboundRestarted(peer(1)), .judge(7, .accepted),
    ] as [Gossipsub.Input] {
      #expect(node.handle(input) == [])
    }
  }

  @Test func `half a frame of an old stream does not spoil a new one`() {
    var node = TestNode()
    node.connect(1...1)
    node.handle(.received(peer(1), Array(frame(publishing([1, 2, 3])).dropLast())))
    node.handle(.inboundRestarted(peer(1)))
    node.receive(publishing([4]), from: 1)
    #expect(node.deliveries.map(\.payload) == [[4]])
  }
}
