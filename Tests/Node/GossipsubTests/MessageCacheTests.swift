import Testing
import Wire

@testable import Gossipsub

struct MessageCacheTests {
  private func message(_ number: Int, bytes: Int = 1, topic: String = block) -> CachedMessage {
    let payload = withUnsafeBytes(of: number) { Array($0) }
    return CachedMessage(
      topic: topic, data: [UInt8](repeating: 0, count: bytes), ids: ids(payload, topic))
  }

  @Test func `a message is found by either id for six heartbeats and advertised in three`() {
    var cache = MessageCache(length: 6, gossip: 3)
    cache.put(message(1))
    cache.put(message(1))
    cache.put(message(2, topic: subnet))
    for heartbeat in 0..<6 {
      #expect(message(1).ids.all.allSatisfy { cache[$0] == message(1) })
      #expect(cache.recent(block) == (heartbeat < 3 ? [message(1).ids] : []))
      cache.shift()
    }
    #expect(message(1).ids.all.allSatisfy { cache[$0] == nil })
    #expect(cache.count == 0)
    #expect(cache.bytes == 0)
  }

  @Test func `at the limits the oldest go first`() {
    var cache = MessageCache(length: 6, gossip: 3)
    let large = MessageCache.byteLimit / 4
    for number in 0..<5 {
      cache.put(message(number, bytes: large))
      cache.shift()
    }
    #expect(cache.bytes == MessageCache.byteLimit)
    #expect(cache[message(0).ids.compressed] == nil)
    #expect(cache[message(1).ids.compressed] != nil)
    for number in 10..<(10 + MessageCache.countLimit + 5) { cache.put(message(number)) }
    #expect(cache.count == MessageCache.countLimit)
    #expect(cache[message(14).ids.compressed] == nil)
    #expect(cache[message(15).ids.compressed] != nil)
  }
}
