import Testing

@testable import Gossipsub

struct SeenCacheTests {
  private func message(_ number: Int) -> MessageIDs {
    ids(withUnsafeBytes(of: number) { Array($0) })
  }

  @Test func `both ids are known for the time to live and forgotten by four thirds of it`() {
    var cache = SeenCache(timeToLive: .seconds(24), at: .zero)
    var now = Duration.seconds(7)
    cache.expire(at: now)
    cache.insert(message(1), at: now)
    while now < .seconds(7 + 24) {
      cache.expire(at: now)
      #expect(message(1).all.map { cache.form(of: $0) } == [.standard, .compressed])
      now += .milliseconds(700)
    }
    while now < .seconds(7 + 34) {
      cache.expire(at: now)
      now += .milliseconds(700)
    }
    #expect(!message(1).all.contains { cache.contains($0) })
    #expect(cache.count == 0)
  }

  @Test func `at the limit the oldest go first`() {
    var cache = SeenCache(timeToLive: .seconds(24), at: .zero)
    let perGeneration = SeenCache.generationLimit / 2
    for number in 0..<(4 * perGeneration) { cache.insert(message(number), at: .zero) }
    #expect(cache.count == 4 * SeenCache.generationLimit)
    cache.insert(message(-1), at: .zero)
    #expect(cache.count == 3 * SeenCache.generationLimit + 2)
    #expect(!cache.contains(message(0).compressed))
    #expect(cache.contains(message(perGeneration).compressed))
  }
}
