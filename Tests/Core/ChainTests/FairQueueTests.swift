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
}
