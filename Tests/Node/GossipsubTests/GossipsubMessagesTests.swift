import ChainEvents
import Testing
import Wire

@testable import Gossipsub

struct GossipsubMessagesTests {
  @Test func `a message is passed on after its verdict, to the mesh but not to who brought it`() {
    var node = TestNode()
    node.connect(1...3)
    node.receive(publishing([1]), from: 1)
    #expect(node.deliveries.map(\.payload) == [[1]])
    #expect(node.deliveries.map(\.peer) == [peer(1)])
    #expect((1...3).allSatisfy { node.sent(to: $0).publish == [] })
    node.judgeAll()
    #expect((1...3).map { node.sent(to: $0).publish.count } == [0, 1, 1])
  }

  @Test(arguments: [Verdict.ignored, .rejected])
  func `a message that is not valid goes nowhere and costs who brought it nothing`(verdict: Verdict)
  {
    var node = TestNode()
    node.connect(1...3)
    node.receive(publishing([1]), from: 1)
    node.judgeAll(verdict)
    node.wait(.seconds(5))
    for number in 1...3 {
      let sent = node.sent(to: number)
      #expect(sent.publish == [])
      #expect(sent.control.ihave == [])
    }
    #expect(node.points(of: 1) == 0)
    node.receive(publishing([1]), from: 2)
    #expect(node.gossipsub.counts.duplicates == 1)
  }

  @Test func `a message that comes twice, or in another compressed form, is judged once`() {
    var node = TestNode()
    node.connect(1...3)
    let payload = [UInt8](repeating: 7, count: 100)
    node.receive(publishing(payload), from: 1)
    node.receive(publishing(payload), from: 2)
    // A block of one literal: valid snappy that no compressor makes.
    let literal = [100, 60 << 2, 99] + payload
    node.receive(rpc { $0.publish = [.init(topic: block, data: literal)] }, from: 3)
    #expect(node.deliveries.count == 1)
    #expect(node.gossipsub.counts.duplicates == 2)
    node.judgeAll()
    #expect((1...3).allSatisfy { node.sent(to: $0).publish == [] })
  }

  @Test func `what is not snappy is for the engine to judge`() {
    var node = TestNode()
    node.connect(1...1)
    node.receive(rpc { $0.publish = [.init(topic: block, data: [0xFF, 0xFF])] }, from: 1)
    #expect(node.deliveries.map(\.payload) == [nil])
  }

  @Test
  func `messages with a sender, and on topics that we do not take, are dropped without blame`() {
    var node = TestNode()
    node.connect(1...1)
    for change in [
      { $0.from = [1] }, { $0.sequenceNumber = [1] }, { $0.signature = [1] }, { $0.key = [1] },
      { $0.topic = subnet }, { $0.topic = "" },
    ] as [(inout RPC.Message) -> Void] {
      var message = RPC.Message(topic: block, data: Snappy.compress([1]))
      change(&message)
      node.receive(rpc { $0.publish = [message] }, from: 1)
    }
    #expect(node.deliveries == [])
    #expect(node.gossipsub.counts.signed == 4)
    #expect(node.gossipsub.counts.unsubscribed == 2)
    #expect(node.points(of: 1) == 0)
  }

  @Test
  func `large messages are declined to the mesh at once, with both ids, and small ones are not`() {
    var node = TestNode()
    node.connect(1...2)
    node.connect(3...3, version: .v11)
    let large = noise(2000)
    node.receive(publishing(large), from: 1)
    node.receive(publishing([1]), from: 1)
    #expect(node.sent(to: 1).control.idontwant == [])
    #expect(node.sent(to: 2).control.idontwant == [ids(large).all.map(\.wire)])
    #expect(node.sent(to: 3).control.idontwant == [])
  }

  @Test
  func `a peer that declines a message by either id is not sent it, even if it waits already`() {
    for id in ids(noise(2000)).all {
      for isLate in [false, true] {
        var node = TestNode()
        node.connect(1...3)
        node.receive(publishing(noise(2000)), from: 1)
        if isLate { node.judgeAll() }
        node.receive(rpc { $0.control.idontwant = [[id.wire]] }, from: 2)
        if !isLate { node.judgeAll() }
        #expect(node.sent(to: 2).publish == [])
        #expect(node.sent(to: 3).publish.count == 1)
      }
    }
  }

  @Test func `a declined message is wanted again after two heartbeats`() {
    var node = TestNode()
    node.connect(1...2)
    node.receive(rpc { $0.control.idontwant = [ids([1]).all.map(\.wire)] }, from: 2)
    node.wait(.milliseconds(1400))
    node.receive(publishing([1]), from: 1)
    node.judgeAll()
    #expect(node.sent(to: 2).publish.count == 1)
  }

  @Test func `small messages of ours go to every peer of the topic and large ones to the mesh`() {
    var node = TestNode {
      $0.d = 2
      $0.dLow = 2
      $0.dOut = 1
    }
    node.connect(1...5)
    #expect(
      node.handle(.publish(topic: block, payload: [1], token: 3)).contains(
        .published(3, peerCount: 5)))
    #expect((1...5).allSatisfy { node.sent(to: $0).publish.map(\.data) == [Snappy.compress([1])] })
    let large = noise(200_000)
    #expect(
      node.handle(.publish(topic: block, payload: large, token: 4))
        .contains(.published(4, peerCount: 2)))
    let mesh = node.gossipsub.mesh(of: block)
    #expect((1...5).allSatisfy { node.sent(to: $0).publish.isEmpty != mesh.contains(peer($0)) })
  }

  @Test func `without a peer of the topic our message is told to be lost`() {
    var node = TestNode()
    node.connect(1...1, [subnet])
    #expect(
      node.handle(.publish(topic: block, payload: [1], token: 3)) == [.published(3, peerCount: 0)])
  }

  @Test
  func `large messages on a topic that we do not take go to a fanout that stays for a minute`() {
    var node = TestNode {
      $0.d = 2
      $0.dLow = 2
      $0.dOut = 1
      $0.floodPublishBytes = 0
    }
    node.connect(1...5, [subnet])
    var receivers: [[Int]] = []
    for token in 0..<3 {
      node.handle(.publish(topic: subnet, payload: noise(2000, seed: UInt64(token)), token: 1))
      receivers.append((1...5).filter { node.sent(to: $0).publish.count == 1 })
      node.wait(.seconds(20))
    }
    #expect(receivers[0].count == 2)
    #expect(receivers == [receivers[0], receivers[0], receivers[0]])
    #expect(node.gossipsub.fanouts.count == 1)
    node.wait(.seconds(61))
    #expect(node.gossipsub.fanouts.isEmpty)
  }

  @Test func `our own message that comes back is a duplicate`() {
    var node = TestNode()
    node.connect(1...2)
    node.handle(.publish(topic: block, payload: [1], token: 3))
    node.receive(publishing([1]), from: 1)
    #expect(node.deliveries == [])
    #expect(node.gossipsub.counts.duplicates == 1)
  }

  @Test func `equal inputs and random numbers give equal effects`() {
    func run() -> [Gossipsub.Effect] {
      var node = TestNode([block, subnet])
      node.connect(1...40, [block, subnet])
      for round in 0..<20 {
        node.receive(publishing(noise(1500, seed: UInt64(round))), from: round + 1)
        node.wait(.milliseconds(500))
      }
      node.handle(.publish(topic: block, payload: noise(300_000), token: 1))
      return node.effects
    }
    #expect(run() == run())
  }
}
