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

  /// A queue with one element of each peer, in this order.
  private func queue(limit: Int, _ peers: [String]) -> FairQueue<String> {
    var queue = FairQueue<String>(limit: limit)
    for peer in peers { _ = queue.append(peer, from: peer) }
    return queue
  }

  @Test func `peers whose last message was good go first, those whose last was bad go last`() {
    var queue = queue(limit: 10, ["liar", "stranger", "honest", "reformed"])
    for (peer, isGood) in [
      ("liar", true), ("liar", false), ("honest", true), ("reformed", false), ("reformed", true),
    ] {
      queue.note(peer, isGood: isGood)
    }
    var order: [String] = []
    while let next = queue.popFirst() { order.append(next) }
    #expect(order == ["honest", "reformed", "stranger", "liar"])
  }

  @Test func `of equal lines at the limit that of the peer who is worth least loses`() {
    var queue = queue(limit: 3, ["liar", "zealous", "honest"])
    queue.note("liar", isGood: false)
    queue.note("honest", isGood: true)
    #expect(queue.append("new", from: "new") == "liar")
    #expect(queue.append("newer", from: "newer") == "zealous")
  }

  @Test func `the peer that was judged first is forgotten at the limit`() {
    var queue = FairQueue<String>(limit: 3)
    queue.note("first", isGood: false)
    for number in 0..<FairQueue<String>.standingLimit { queue.note("\(number)", isGood: true) }
    for peer in ["stranger", "first", "255"] { _ = queue.append(peer, from: peer) }
    #expect(
      [queue.popFirst(), queue.popFirst(), queue.popFirst()] == ["255", "stranger", "first"])
    queue.note("stranger", isGood: false)
    for peer in ["stranger", "first"] { _ = queue.append(peer, from: peer) }
    #expect(queue.popFirst() == "first")
  }
}
