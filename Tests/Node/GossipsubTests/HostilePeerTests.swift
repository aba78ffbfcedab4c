import ChainEvents
import Testing
import Wire

@testable import Gossipsub

/// What one hostile peer can do, beside two honest ones.
struct HostilePeerTests {
  private func node() -> TestNode {
    var node = TestNode([block, subnet])
    node.connect(1...3, [block, subnet])
    return node
  }

  /// Demands that an honest message is delivered at once and passed on, and that no honest peer is
  /// blamed.
  private func expectHonestService(_ node: inout TestNode, _ comment: Comment? = nil) {
    node.effects = node.effects.filter { if case .disconnect = $0 { true } else { false } }
    let disconnected = node.disconnected
    let payload = noise(3000, seed: 99 + UInt64(node.now.components.seconds))
    _ = node.sent(to: 3)
    node.receive(publishing(payload), from: 2)
    let isDelivered = node.deliveries.map(\.payload) == [payload]
    node.judgeAll()
    let isRelayed = node.sent(to: 3).publish.map(\.data) == [Snappy.compress(payload)]
    #expect(isDelivered && isRelayed, comment)
    #expect(disconnected.keys.allSatisfy { $0 == peer(1) }, comment)
    for number in 2...3 {
      #expect(node.points(of: number) == 0, comment)
    }
  }

  @Test(arguments: [[0], [2, 0x1A, 0]] as [[UInt8]])
  func `a flood of empty RPCs ends the connection at the 65th`(empty: [UInt8]) {
    var node = node()
    node.handle(.received(peer(1), Array(repeatElement(empty, count: 64).joined())))
    #expect(node.disconnected == [:])
    node.handle(.received(peer(1), Array(repeatElement(empty, count: 1 << 20).joined())))
    #expect(node.disconnected == [peer(1): .flood])
    expectHonestService(&node)
  }

  @Test
  func `a flood of small messages is looked at up to a limit, and not blamed on who brings it`() {
    var node = node()
    node.wait(.seconds(4))
    let flood = (0..<40_000).flatMap { number in
      frame(publishing(withUnsafeBytes(of: UInt32(number)) { Array($0) }))
    }
    node.handle(.received(peer(1), flood))
    #expect(node.deliveries.count == 8192)
    #expect(node.gossipsub.counts.refused == 16_384 - 8192)
    #expect(node.gossipsub.counts.skippedFrames == 40_000 - 16_384)
    node.judgeAll(.rejected)
    expectHonestService(&node)
    #expect(node.disconnected == [:])
    #expect(node.points(of: 1) == 0)
  }

  @Test func `a flood of subscriptions leaves nothing behind`() {
    var node = node()
    for round in 0..<3 {
      node.receive(
        rpc {
          $0.subscriptions = (0..<500).map {
            .init(subscribe: true, topicID: "topic \(round) \($0)")
          }
        }, from: 1)
    }
    #expect(node.disconnected == [peer(1): .flood])
    expectHonestService(&node)
  }

  @Test func `taking and leaving a topic over and over makes no more of the mesh than one answer`()
  {
    var node = node()
    let turns = (0..<250).flatMap { _ in
      [false, true].map { RPC.SubOpts(subscribe: $0, topicID: block) }
    }
    node.receive(rpc { $0.subscriptions = turns }, from: 1)
    #expect(node.sent(to: 1).control.graft == [block])
    expectHonestService(&node)
  }

  @Test func `a flood of grafts is answered once and ends the connection`() {
    var node = node()
    node.receive(rpc { $0.control.prune = [.init(topicID: block, backoffSeconds: 60)] }, from: 1)
    _ = node.sent(to: 1)
    for _ in 0..<10 {
      node.receive(rpc { $0.control.graft = [block] }, from: 1)
    }
    #expect(node.sent(to: 1).control.prune.count == 1)
    for _ in 0..<20 { node.receive(rpc { $0.control.graft = [block] }, from: 1) }
    #expect(node.disconnected == [peer(1): .earlyGraft])
    expectHonestService(&node)
  }

  @Test func `a flood of grafts on other topics has no answer`() {
    var node = node()
    node.receive(rpc { $0.control.graft = (0..<1000).map { "topic \($0)" } }, from: 1)
    #expect(node.sent(to: 1).isEmpty)
    node.receive(rpc { $0.control.graft = (0..<1000).map { "topic \($0)" } }, from: 1)
    #expect(node.disconnected == [peer(1): .flood])
    #expect(node.gossipsub.backoffs.count == 0)
    expectHonestService(&node)
  }

  @Test func `offers of messages that do not exist are asked for up to a limit, and cost the peer`()
  {
    var node = node()
    for round in 0..<30 {
      let made = (0..<1000).map {
        ids([UInt8(round), UInt8($0 & 255), UInt8($0 >> 8)]).compressed.wire
      }
      node.receive(rpc { $0.control.ihave = [.init(topicID: block, messageIDs: made)] }, from: 1)
      #expect(node.gossipsub.promises.count <= Promises.peerLimit)
      _ = node.sent(to: 1)
      node.wait(.milliseconds(700))
    }
    #expect(node.gossipsub.counts.misconduct[.brokenPromise] ?? 0 > 3)
    expectHonestService(&node)
    // Other peers' offers are asked for as before.
    node.receive(
      rpc { $0.control.ihave = [.init(topicID: block, messageIDs: [ids([1]).compressed.wire])] },
      from: 2)
    #expect(node.sent(to: 2).control.iwant.joined().contains(ids([1]).compressed.wire))
  }

  @Test
  func `who asks for everything again and again gets each message thrice and fills only its queue`()
  {
    var node = node()
    let blocks = (0..<20).map { noise(200_000, seed: UInt64($0) + 500) }
    for block in blocks { node.receive(publishing(block), from: 2) }
    node.judgeAll()
    let wanted = blocks.map { ids($0).compressed.wire }
    for _ in 0..<200 { node.receive(rpc { $0.control.iwant = [wanted] }, from: 1) }
    #expect(node.gossipsub.peers[peer(1)]?.queue.bytes ?? 0 <= SendQueue.byteLimit)
    let sent = node.sent(to: 1).publish
    #expect(sent.count <= 80)
    expectHonestService(&node)
  }

  @Test func `a flood of declined messages has a limit`() {
    var node = node()
    for round in 0..<40 {
      let declined = (0..<1000).map {
        ids([UInt8(round), UInt8($0 & 255), UInt8($0 >> 8)]).compressed.wire
      }
      node.receive(rpc { $0.control.idontwant = [declined] }, from: 1)
    }
    #expect(node.gossipsub.peers[peer(1)]?.known.count == KnownMessages.limit)
    expectHonestService(&node)
  }

  @Test func `messages on topics that we do not take are neither decoded nor kept`() {
    var node = node()
    for number in 0..<200 {
      node.receive(publishing(noise(10_000, seed: UInt64(number)), aggregation), from: 1)
    }
    #expect(node.gossipsub.counts.unsubscribed == 200)
    #expect(node.gossipsub.seen.count == 0)
    #expect(node.gossipsub.pending.count == 0)
    expectHonestService(&node)
  }

  @Test func `ten mebibytes of zeros are one malformed frame`() {
    var node = node()
    let zeros = [UInt8](repeating: 0, count: 10 << 20)
    node.handle(.received(peer(1), UnsignedVarint.encode(zeros.count) + zeros))
    #expect(node.gossipsub.counts.misconduct == [.malformedFrame: 1])
    expectHonestService(&node)
  }

  @Test func `a frame of six million fields that mean nothing is one malformed frame`() {
    var node = node()
    let fields = Array(repeatElement([0x20, 0] as [UInt8], count: 6_100_000).joined())
    node.handle(.received(peer(1), UnsignedVarint.encode(fields.count) + fields))
    #expect(node.gossipsub.counts.misconduct == [.malformedFrame: 1])
    expectHonestService(&node)
  }

  @Test func `a flood of fields that mean nothing is read up to a limit`() {
    var node = node()
    let fields = Array(repeatElement([0x20, 0] as [UInt8], count: 30_000).joined())
    let content = publishing([1], aggregation).encoded + fields
    let frame = UnsignedVarint.encode(content.count) + content
    node.handle(.received(peer(1), Array(repeatElement(frame, count: 100).joined())))
    #expect(node.gossipsub.counts.unsubscribed == 9)
    #expect(node.gossipsub.counts.skippedFrames == 91)
    #expect(node.points(of: 1) == 0)
    expectHonestService(&node)
    node.wait(.seconds(4))
    node.handle(.received(peer(1), frame))
    #expect(node.gossipsub.counts.unsubscribed == 10)
  }

  @Test func `four malformed frames end the connection`() {
    var node = node()
    for _ in 0..<4 { node.handle(.received(peer(1), [1, 0x0E])) }
    #expect(node.disconnected == [peer(1): .malformedFrame])
    expectHonestService(&node)
  }

  @Test func `a frame that claims to be longer than any ends the connection at its length`() {
    var node = node()
    node.handle(.received(peer(1), UnsignedVarint.encode(FrameReader.maximumFrameBytes + 1)))
    #expect(node.disconnected == [peer(1): .oversizedFrame])
    expectHonestService(&node)
  }

  @Test func `a block that decodes to more than its topic's messages is not decoded`() {
    var node = node()
    let bomb = Snappy.compress([UInt8](repeating: 0, count: 8193))
    for _ in 0..<2 {
      node.receive(rpc { $0.publish = [.init(topic: subnet, data: bomb)] }, from: 1)
    }
    #expect(node.deliveries == [])
    #expect(node.gossipsub.counts.oversized == 2)
    #expect(node.points(of: 1) == 0, "honest peers relay it")
    expectHonestService(&node)
  }

  @Test
  func
    `messages that grow to the largest size are decoded twice in a slot, then not looked at`()
  {
    var node = node()
    for number in 0..<20 {
      let bomb = Snappy.compress([UInt8(number)] + [UInt8](repeating: 0, count: (10 << 20) - 1))
      #expect(bomb.count < 500_000)
      node.receive(rpc { $0.publish = [.init(topic: block, data: bomb)] }, from: 1)
    }
    #expect(node.deliveries.count == 2)
    #expect(node.gossipsub.counts.refused == 18)
    #expect(node.points(of: 1) == 0, "honest peers relay them")
    expectHonestService(&node)
  }

  @Test func `of messages in one frame no more is decoded than one of the largest size`() {
    var node = node()
    let bombs = (0..<3).map {
      Snappy.compress([UInt8($0)] + [UInt8](repeating: 0, count: (4 << 20) - 1))
    }
    node.receive(
      rpc { $0.publish = bombs.map { RPC.Message(topic: block, data: $0) } }, from: 1)
    #expect(node.deliveries.count == 2)
    #expect(node.gossipsub.counts.refused == 1)
    // Another frame may bring the rest.
    node.receive(rpc { $0.publish = [RPC.Message(topic: block, data: bombs[2])] }, from: 2)
    #expect(node.deliveries.count == 3)
    expectHonestService(&node)
  }

  @Test
  func `a flood of new messages fills only the peer's own share, and another can bring the rest`() {
    var node = node()
    for number in 0..<40 {
      node.receive(publishing(noise(1 << 20, seed: UInt64(number))), from: 1)
    }
    #expect(node.deliveries.count == 15)
    #expect(node.gossipsub.pending.bytes <= PendingMessages.peerByteLimit)
    #expect(node.points(of: 1) == 0, "a relay may bring as much")
    node.receive(publishing(noise(1 << 20, seed: 39)), from: 2)
    #expect(node.deliveries.count == 16)
    expectHonestService(&node)
  }

  @Test func `frames that never end have a limit for all peers together`() {
    var node = node()
    node.connect(11...30)
    for number in 11...30 {
      node.handle(.received(peer(number), UnsignedVarint.encode(FrameReader.maximumFrameBytes)))
      for _ in 0..<11 {
        node.handle(.received(peer(number), [UInt8](repeating: 0, count: 1 << 20)))
        let held = node.gossipsub.peers.values.reduce(0) { $0 + $1.reader.heldBytes }
        #expect(held <= Gossipsub.heldByteLimit)
      }
    }
    #expect(Set(node.disconnected.values) == [.heldMemory])
    node.effects = []
    expectHonestService(&node)
  }

  @Test func `a peer that never reads holds back nobody and at most its queue`() {
    var node = node()
    node.silent = [1]
    for number in 0..<120 {
      node.receive(publishing(noise(250_000, seed: UInt64(number) + 1000)), from: 2)
      node.judgeAll()
      #expect(node.sent(to: 3).publish.count == 1)
      node.wait(.milliseconds(50))
    }
    #expect(node.gossipsub.peers[peer(1)]?.queue.bytes ?? 0 <= SendQueue.byteLimit)
    #expect(node.gossipsub.peers[peer(1)]?.queue.dropped ?? 0 > 0)
    expectHonestService(&node)
  }
}
