import Testing
import Wire

@testable import Gossipsub

struct SendQueueTests {
  private func message(_ number: Int, bytes: Int = 100, topic: String = block) -> CachedMessage {
    let payload = withUnsafeBytes(of: number) { Array($0) }
    return CachedMessage(
      topic: topic, data: payload + [UInt8](repeating: 0, count: max(bytes - 8, 0)),
      ids: ids(payload, topic))
  }

  private func all(_ queue: inout SendQueue, at now: Duration = .zero) -> [RPC] {
    var rpcs: [RPC] = []
    while let rpc = queue.next(at: now, isKnown: { _ in false }) { rpcs.append(rpc) }
    return rpcs
  }

  @Test func `the transport is told once until it took everything`() {
    var queue = SendQueue(at: .zero)
    #expect(queue.wakesTransport(at: .zero) == false)
    queue.announce(block, isSubscribed: true)
    #expect(queue.wakesTransport(at: .zero) == true)
    queue.announce(subnet, isSubscribed: true)
    #expect(queue.wakesTransport(at: .zero) == false)
    #expect(all(&queue).count == 1)
    queue.announce(block, isSubscribed: false)
    #expect(queue.wakesTransport(at: .zero) == true)
  }

  @Test func `our own messages go first, then relayed, then requested ones`() {
    var queue = SendQueue(at: .zero)
    queue.add(message(1), .requested, at: .zero)
    queue.add(message(2), .relayed, at: .zero)
    queue.add(message(3), .own, at: .zero)
    #expect(all(&queue).flatMap(\.publish).map(\.data) == [3, 2, 1].map { message($0).data })
    #expect(queue.bytes == 0)
  }

  @Test func `only the last word on a topic is sent`() {
    var queue = SendQueue(at: .zero)
    queue.add(.graft, of: block)
    queue.add(.prune(backoffSeconds: 60), of: block)
    queue.announce(block, isSubscribed: true)
    queue.announce(block, isSubscribed: false)
    let rpcs = all(&queue)
    #expect(rpcs.count == 1)
    #expect(rpcs[0].control.graft == [])
    #expect(rpcs[0].control.prune == [RPC.Prune(topicID: block, backoffSeconds: 60)])
    #expect(rpcs[0].subscriptions == [RPC.SubOpts(subscribe: false, topicID: block)])
  }

  @Test func `no RPC is above the limits of the strictest client`() {
    var queue = SendQueue(at: .zero)
    for number in 0..<200 {
      queue.announce("topic \(number)", isSubscribed: true)
      queue.add(.graft, of: "graft \(number)")
      queue.add(.prune(backoffSeconds: 60), of: "prune \(number)")
      queue.advertise((0..<90).map { message($0).ids.compressed }, of: "topic \(number)")
      for lane in SendQueue.Lane.allCases { queue.add(message(number), lane, at: .zero) }
    }
    queue.advertise((0..<3000).map { message($0).ids.compressed }, of: "many")
    for number in 0..<3000 {
      queue.request(message(number).ids.compressed)
      queue.decline(message(number).ids.compressed)
    }
    queue.add(message(1000, bytes: 300_000), .own, at: .zero)
    let rpcs = all(&queue)
    for rpc in rpcs {
      let control = rpc.control
      let ids = control.ihave.map(\.messageIDs.count) + control.iwant.map(\.count)
      #expect(rpc.subscriptions.count <= 64)
      #expect(rpc.publish.count <= 16)
      #expect([control.graft.count, control.prune.count, control.ihave.count].max() ?? 0 <= 32)
      #expect(ids.allSatisfy { $0 <= 700 })
      #expect(control.idontwant.joined().count <= 10)
      #expect(ids.reduce(control.idontwant.joined().count, +) <= 1024)
      #expect(rpc.encoded.count <= 32 * 1024 || rpc.publish.count == 1 && control.isEmpty)
    }
    #expect(rpcs.map(\.publish.count).reduce(0, +) == 601)
    #expect(rpcs.map(\.subscriptions.count).reduce(0, +) == 200)
    #expect(rpcs.flatMap(\.control.ihave).map(\.messageIDs.count).reduce(0, +) == 21_000)
    #expect(rpcs.flatMap(\.control.iwant).joined().count == 3000)
    #expect(rpcs.flatMap(\.control.idontwant).joined().count == 3000)
    #expect(queue.isEmpty)
  }

  @Test func `at the limit offers go first, then what is less urgent, then the oldest`() {
    var queue = SendQueue(at: .zero)
    let third = SendQueue.byteLimit / 3
    queue.advertise([message(0).ids.compressed], of: block)
    queue.add(message(1, bytes: third), .own, at: .zero)
    queue.add(message(2, bytes: third), .requested, at: .zero)
    queue.add(message(3, bytes: third), .relayed, at: .zero)
    queue.add(message(4, bytes: third), .relayed, at: .zero)
    queue.add(message(5, bytes: third), .requested, at: .zero)
    queue.add(message(6, bytes: third), .relayed, at: .zero)
    #expect(queue.bytes <= SendQueue.byteLimit)
    #expect(queue.dropped == 3)
    let rpcs = all(&queue)
    #expect(
      rpcs.flatMap(\.publish).map(\.data) == [1, 4, 6].map { message($0, bytes: third).data })
    #expect(rpcs.flatMap(\.control.ihave) == [])
  }

  @Test
  func
    `a message of the largest size fits an empty queue only, and many small ones fit to their limit`()
  {
    var queue = SendQueue(at: .zero)
    queue.add(message(1, bytes: SendQueue.byteLimit + 1), .relayed, at: .zero)
    #expect(queue.count == 1)
    for number in 0..<(SendQueue.countLimit + 10) { queue.add(message(number), .own, at: .zero) }
    #expect(queue.count == SendQueue.countLimit)
    #expect(queue.dropped == 11)
  }

  @Test func `what the peer has meanwhile, and what is a slot old, is not sent`() {
    var queue = SendQueue(at: .zero)
    for number in 1...3 { queue.add(message(number), .relayed, at: .seconds(number)) }
    let known = message(2).ids
    let rpc = queue.next(at: .milliseconds(5001), isKnown: { $0.ids == known })
    #expect(rpc?.publish.map(\.data) == [message(3).data])
    #expect(queue.dropped == 1)
    #expect(queue.bytes == 0)
  }

  @Test func `ids have a limit, and the oldest go`() {
    var queue = SendQueue(at: .zero)
    for number in 0...SendQueue.idLimit {
      queue.request(message(number).ids.compressed)
      queue.decline(message(number).ids.compressed)
    }
    let rpcs = all(&queue)
    for ids in [rpcs.flatMap(\.control.iwant), rpcs.flatMap(\.control.idontwant)] {
      #expect(ids.joined().count == SendQueue.idLimit)
      #expect(ids.joined().first == message(1).ids.compressed.wire)
    }
  }
}
