import Testing

@testable import Chain

struct FairQueueTests {
  @Test func `peers take turns`() {
    var queue = FairQueue<Int>(limit: 10)
    for number in 1...4 { _ = queue.append(number, from: "flood") }
    _ = queue.append(10, from: "a")
    _ = queue.append(20, from: "b")
    var order: [Int] = []
    while let next = queue.popFirst() { order.append(next) }
    #expect(order == [1, 10, 20, 2, 3, 4])
    #expect(queue.isEmpty)
  }

  @Test func `at the limit the longest line loses its oldest`() {
    var queue = FairQueue<Int>(limit: 3)
    for number in 1...3 { _ = queue.append(number, from: "flood") }
    let dropped = [queue.append(10, from: "a"), queue.append(4, from: "flood")]
    #expect(dropped == [1, 2])
    #expect(queue.count == 3)
  }

  @Test func `what is taken out leaves the rest in order`() {
    var queue = FairQueue<Int>(limit: 10)
    for number in 1...4 { _ = queue.append(number, from: number == 4 ? "b" : "a") }
    let removed = queue.removeAll { $0 == 2 || $0 == 4 }
    #expect(removed == [2, 4])
    #expect(queue.count == 2)
    let rest = [queue.popFirst(), queue.popFirst(), queue.popFirst()]
    #expect(rest == [1, 3, nil])
  }

  /// An empty queue that has checked messages of peers.
  private func queue(limit: Int, _ checked: [(peer: String, isGood: Bool)]) -> FairQueue<String> {
    var queue = FairQueue<String>(limit: limit)
    for (peer, isGood) in checked {
      _ = queue.append(peer, from: peer)
      #expect(queue.beginCheck() == peer)
      queue.endCheck(isGood: isGood)
    }
    return queue
  }

  private func append(_ peers: [String], to queue: inout FairQueue<String>) -> [String] {
    peers.compactMap { queue.append($0, from: $0) }
  }

  @Test func `one is checked at a time, and counts as there`() {
    var queue = FairQueue<Int>(limit: 3)
    for number in 1...2 { _ = queue.append(number, from: "a") }
    #expect([queue.beginCheck(), queue.beginCheck()] == [1, nil])
    #expect(queue.contains { $0 == 1 } && queue.contains { $0 == 2 })
    queue.endCheck()
    #expect(!queue.contains { $0 == 1 })
    #expect(queue.beginCheck() == 2)
  }

  @Test func `peers whose last message was good go first, those whose last was bad go last`() {
    var queue = queue(
      limit: 10,
      [
        ("liar", true), ("liar", false), ("honest", true), ("reformed", false), ("reformed", true),
      ])
    #expect(append(["liar", "stranger", "honest", "reformed"], to: &queue).isEmpty)
    var order: [String] = []
    while let next = queue.popFirst() { order.append(next) }
    #expect(order == ["honest", "reformed", "stranger", "liar"])
  }

  @Test func `of equal lines at the limit that of the peer who is worth least loses`() {
    var queue = queue(limit: 3, [("liar", false), ("honest", true)])
    let dropped = append(["liar", "zealous", "honest", "new", "newer"], to: &queue)
    #expect(dropped == ["liar", "zealous"])
  }

  @Test func `the peer that was judged first is forgotten at the limit`() {
    let others = (1...FairQueue<String>.standingLimit).map { (peer: "\($0)", isGood: false) }
    for (count, first) in [(others.count - 1, "first"), (others.count, "stranger")] {
      var queue = queue(limit: 3, [("first", true)] + others.prefix(count))
      #expect(append(["stranger", "first"], to: &queue).isEmpty)
      #expect(queue.popFirst() == first)
    }
  }
}
