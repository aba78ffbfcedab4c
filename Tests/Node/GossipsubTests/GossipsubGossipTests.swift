import Testing
import Wire

@testable import Gossipsub

struct GossipsubGossipTests {
  private func ihave(_ ids: [MessageID], _ topic: String = block) -> RPC {
    rpc { $0.control.ihave = [.init(topicID: topic, messageIDs: ids.map(\.wire))] }
  }

  @Test func `what is offered and new is asked for once`() {
    var node = TestNode()
    node.connect(1...2)
    node.receive(publishing([1]), from: 2)
    let new = ids([2]).standard
    node.receive(ihave(ids([1]).all + [new, new].compactMap(\.self)), from: 1)
    node.receive(ihave([new].compactMap(\.self)), from: 1)
    #expect(node.sent(to: 1).control.iwant == [[new].compactMap { $0?.wire }])
  }

  @Test func `what is kept is not asked for, also when it is no longer among the known`() {
    var node = TestNode { $0.seenTTL = .seconds(2) }
    node.connect(1...2)
    node.receive(publishing([1]), from: 2)
    node.judgeAll()
    node.wait(.seconds(3))
    #expect(!node.gossipsub.seen.contains(ids([1]).compressed))
    node.receive(ihave(ids([1]).all), from: 1)
    #expect(node.sent(to: 1).control.iwant == [])
  }

  @Test func `offers on topics that we do not take, and ids of another size, are nothing`() {
    var node = TestNode()
    node.connect(1...1)
    node.receive(ihave([ids([1]).compressed], subnet), from: 1)
    node.receive(
      rpc { $0.control.ihave = [.init(topicID: block, messageIDs: [[1, 2, 3]])] }, from: 1)
    #expect(node.sent(to: 1).control.iwant == [])
  }

  @Test func `a valid message is sent to who asks by either id, three times in a heartbeat`() {
    for id in ids([1]).all {
      var node = TestNode()
      node.connect(1...2)
      node.receive(publishing([1]), from: 1)
      let request = rpc { $0.control.iwant = [[id.wire]] }
      node.receive(request, from: 2)
      #expect(node.sent(to: 2).publish == [], "it is not judged yet")
      node.judgeAll()
      _ = node.sent(to: 2)
      for _ in 0..<5 { node.receive(request, from: 2) }
      #expect(node.sent(to: 2).publish.count == 3)
      node.wait(.milliseconds(700))
      node.receive(request, from: 2)
      #expect(node.sent(to: 2).publish.count == 1)
      node.wait(.milliseconds(700 * 6))
      node.receive(request, from: 2)
      #expect(node.sent(to: 2).publish == [])
    }
  }

  @Test
  func `recent messages are offered to some peers outside the mesh, by the ids that they use`() {
    var node = TestNode {
      $0.d = 1
      $0.dLow = 1
      $0.dOut = 1
      $0.dLazy = 2
    }
    node.connect(1...4)
    node.receive(publishing([1]), from: 1)
    node.judgeAll()
    // Peer 2 offers something known by zeam's id.
    node.receive(ihave([ids([1]).compressed]), from: 2)
    var offers: [Int: Set<ArraySlice<UInt8>>] = [:]
    for _ in 0..<3 {
      for number in 1...4 { _ = node.sent(to: number) }
      node.wait(.milliseconds(700))
      var told = 0
      for number in 1...4 {
        let offered = node.sent(to: number).control.ihave.flatMap(\.messageIDs)
        offers[number, default: []].formUnion(offered)
        if !offered.isEmpty { told += 1 }
      }
      #expect(told <= 2)
    }
    let mesh = node.gossipsub.mesh(of: block)
    for number in 1...4 where !(offers[number] ?? []).isEmpty {
      #expect(!mesh.contains(peer(number)))
      let id = number == 2 ? ids([1]).compressed : ids([1]).standard
      #expect(offers[number] == Set([id].compactMap { $0?.wire }))
    }
    #expect(offers.values.contains { !$0.isEmpty })
  }

  @Test func `a promise that is not kept costs its peer, and one kept by another does not`() {
    var node = TestNode()
    node.connect(1...2)
    node.receive(ihave([ids([1]).compressed]), from: 1)
    node.receive(ihave([ids([2]).compressed]), from: 2)
    node.receive(publishing([2]), from: 1)
    for number in 1...2 { _ = node.sent(to: number) }
    node.wait(.milliseconds(3500))
    #expect(node.gossipsub.counts.misconduct == [.brokenPromise: 1])
  }

  @Test func `a message that we refuse to decode keeps the promise of who brings it`() {
    var node = TestNode(limits: [block: 100])
    node.connect(1...1)
    let payload = [UInt8](repeating: 0, count: 101)
    node.receive(ihave([ids(payload).standard].compactMap(\.self)), from: 1)
    node.receive(publishing(payload), from: 1)
    #expect(node.gossipsub.counts.oversized == 1)
    node.wait(.seconds(5))
    #expect(node.gossipsub.counts.misconduct == [:])
  }

  @Test func `also when another brought the message before`() {
    var node = TestNode(limits: [block: 100])
    node.connect(1...2)
    let payload = [UInt8](repeating: 0, count: 101)
    node.receive(publishing(payload), from: 2)
    node.receive(ihave([ids(payload).standard].compactMap(\.self)), from: 1)
    node.receive(publishing(payload), from: 1)
    #expect(node.gossipsub.counts.oversized == 2)
    node.wait(.seconds(5))
    #expect(node.gossipsub.counts.misconduct == [:])
  }

  @Test func `a message beyond what a peer may send keeps the promise of who brings it`() {
    var node = TestNode()
    node.connect(1...1)
    let flood = (0..<8192).flatMap { frame(publishing([UInt8($0 & 255), UInt8($0 >> 8)])) }
    node.handle(.received(peer(1), flood))
    node.receive(ihave([ids([7]).standard].compactMap(\.self)), from: 1)
    #expect(node.gossipsub.promises.count == 1)
    node.receive(publishing([7]), from: 1)
    #expect(node.gossipsub.counts.refused == 1)
    node.wait(.seconds(5))
    #expect(node.gossipsub.counts.misconduct == [:])
  }

  @Test func `a message in a frame that we do not look at keeps the promise of who brings it`() {
    var node = TestNode()
    node.connect(1...1)
    node.receive(ihave([ids([7]).standard].compactMap(\.self)), from: 1)
    let declining = frame(rpc { $0.control.idontwant = [[ids([1]).compressed.wire]] })
    node.handle(.received(peer(1), Array(repeatElement(declining, count: 16_384).joined())))
    #expect(node.gossipsub.promises.count == 0)
    node.receive(publishing([7]), from: 1)
    #expect(node.deliveries == [])
    node.wait(.seconds(5))
    #expect(node.gossipsub.counts.misconduct == [:])
  }

  @Test func `a message that names its sender keeps the promise of who relays it`() {
    var node = TestNode()
    node.connect(1...1)
    node.receive(ihave([ids([7]).standard].compactMap(\.self)), from: 1)
    var signed = publishing([7])
    signed.publish[0].from = [1]
    node.receive(signed, from: 1)
    node.wait(.seconds(5))
    #expect(node.gossipsub.counts.misconduct == [:])
  }
}
