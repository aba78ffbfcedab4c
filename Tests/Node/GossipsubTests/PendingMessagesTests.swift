import Testing

@testable import Gossipsub

struct PendingMessagesTests {
  private func message(_ number: Int, bytes: Int = 1) -> CachedMessage {
    let payload = withUnsafeBytes(of: number) { Array($0) }
    return CachedMessage(
      topic: block, data: [UInt8](repeating: 0, count: bytes), ids: ids(payload))
  }

  @Test func `a message waits for one verdict`() {
    var pending = PendingMessages()
    let first = pending.add(message(1), from: peer(1), at: .zero)
    let second = pending.add(message(2), from: peer(1), at: .zero)
    #expect(first != second)
    #expect(pending.take(first)?.message == message(1))
    #expect(pending.take(first) == nil)
    #expect(pending.take(99) == nil)
    #expect(pending.count == 1)
  }

  @Test func `a peer with too much waiting is full, and no longer when it was judged`() {
    var pending = PendingMessages()
    let half = PendingMessages.peerByteLimit / 2
    let first = pending.add(message(1, bytes: half), from: peer(1), at: .zero)
    #expect(!pending.isFull(for: peer(1), adding: half))
    #expect(pending.isFull(for: peer(1), adding: half + 1))
    #expect(!pending.isFull(for: peer(2), adding: half + 1))
    _ = pending.take(first)
    #expect(!pending.isFull(for: peer(1), adding: PendingMessages.peerByteLimit + 1))
    for number in 0..<PendingMessages.peerCountLimit {
      #expect(!pending.isFull(for: peer(1), adding: 1))
      _ = pending.add(message(number), from: peer(1), at: .zero)
    }
    #expect(pending.isFull(for: peer(1), adding: 1))
  }

  @Test func `at the limit of all the peer with most waiting loses its oldest`() {
    var pending = PendingMessages()
    let honest = pending.add(message(0, bytes: 1000), from: peer(9), at: .zero)
    var numbers: [UInt64] = []
    for number in 1...4 {
      let bytes = number == 1 ? PendingMessages.peerByteLimit : PendingMessages.peerByteLimit - 1000
      numbers.append(pending.add(message(number, bytes: bytes), from: peer(number), at: .zero))
    }
    #expect(pending.count == 5)
    let late = pending.add(message(5, bytes: 2001), from: peer(8), at: .zero)
    #expect(pending.take(numbers[0]) == nil)
    #expect(pending.take(honest) != nil)
    #expect(pending.take(late) != nil)
    #expect(pending.bytes <= PendingMessages.byteLimit)
  }

  @Test func `what is never judged is given up`() {
    var pending = PendingMessages()
    _ = pending.add(message(1), from: peer(1), at: .zero)
    #expect(pending.expire(at: PendingMessages.timeLimit) == 0)
    #expect(pending.expire(at: PendingMessages.timeLimit + .milliseconds(1)) == 1)
    #expect(pending.count == 0)
    #expect(pending.bytes == 0)
  }
}
