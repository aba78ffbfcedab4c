import Testing

@testable import Gossipsub

struct BackoffsTests {
  @Test func `a back-off holds for its time, and a shorter one does not end it`() {
    var backoffs = Backoffs()
    backoffs.add(peer(1), block, for: .seconds(60), at: .zero)
    backoffs.add(peer(1), block, for: .seconds(10), at: .zero)
    #expect(backoffs.isActive(peer(1), block, at: .milliseconds(59_999)))
    #expect(!backoffs.isActive(peer(1), block, at: .seconds(60)))
    #expect(!backoffs.isActive(peer(1), subnet, at: .zero))
    #expect(!backoffs.isActive(peer(2), block, at: .zero))
    backoffs.expire(at: .seconds(60))
    #expect(backoffs.count == 0)
  }

  @Test func `nobody imposes more than an hour`() {
    var backoffs = Backoffs()
    backoffs.add(peer(1), block, for: .seconds(Int64.max / 2), at: .zero)
    #expect(!backoffs.isActive(peer(1), block, at: Backoffs.longest))
  }

  @Test func `at the limit the quarter that ends soonest goes`() {
    var backoffs = Backoffs()
    for number in 0...Backoffs.limit {
      #expect(backoffs.count == number)
      backoffs.add(peer(number), block, for: .milliseconds(60_000 + number), at: .zero)
    }
    let quarter = Backoffs.limit / 4
    #expect(backoffs.count == Backoffs.limit + 1 - quarter)
    #expect(!backoffs.isActive(peer(quarter - 1), block, at: .zero))
    #expect(backoffs.isActive(peer(quarter), block, at: .zero))
  }

  @Test func `at the limit those that are over go first`() {
    var backoffs = Backoffs()
    for number in 0..<Backoffs.limit {
      backoffs.add(peer(number), block, for: .seconds(number < 10 ? 1 : 60), at: .zero)
    }
    backoffs.add(peer(Backoffs.limit), block, for: .seconds(60), at: .seconds(2))
    #expect(backoffs.count == Backoffs.limit - 9)
  }
}
