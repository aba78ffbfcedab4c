import Testing

@testable import Gossipsub

struct PendingMessagesTests {
  private func message(_ number: Int, bytes: Int = 1) -> CachedMessage {
    let payload = withUnsafeBytes(of: number) { Array($0) }
    return CachedMessage(
      topic: block, data: [UInt8](repeating: 0, count: bytes), ids: ids(payload))
  }

  /// Adds a message that takes so many bytes in all.
  private func fill(
    _ pending: inout PendingMessages, _ bytes: Int, from sender: Int, number: Int = 0
  ) -> UInt64 {
    pending.add(
      message(number, bytes: 100), decodedBytes: bytes - 100 - PendingMessages.entryBytes,
      from: peer(sender), at: .zero)
  }

  private func isFull(_ pending: PendingMessages, for sender: Int, adding bytes: Int) -> Bool {
    pending.isFull(
      for: peer(sender), adding: 100, decoded: bytes - 100 - PendingMessages.entryBytes)
  }

  @Test func `a message waits for one verdict`() {
    var pending = PendingMessages()
    let first = pending.add(message(1), decodedBytes: 1, from: peer(1), at: .zero)
    let second = pending.add(message(2), decodedBytes: 1, from: peer(1), at: .zero)
    #expect(first != second)
    #expect(pending.take(first)?.message == message(1))
    #expect(pending.take(first) == nil)
    #expect(pending.take(99) == nil)
    #expect(pending.count == 1)
  }

  @Test func `a peer with too much waiting is full, and no longer when it was judged`() {
    var pending = PendingMessages()
    let half = PendingMessages.peerByteLimit / 2
    let first = fill(&pending, half, from: 1)
    #expect(pending.bytes == half)
    #expect(!isFull(pending, for: 1, adding: half))
    #expect(isFull(pending, for: 1, adding: half + 1))
    #expect(!isFull(pending, for: 2, adding: half + 1))
    _ = pending.take(first)
    #expect(pending.bytes == 0)
    #expect(!isFull(pending, for: 1, adding: half + 1))
    for number in 0..<PendingMessages.peerCountLimit {
      #expect(!isFull(pending, for: 1, adding: 1000))
      _ = fill(&pending, 1000, from: 1, number: number)
    }
    #expect(isFull(pending, for: 1, adding: 1000))
  }

  @Test func `when all have taken all, each peer still has room for a block`() {
    var pending = PendingMessages()
    for flooder in 1...2 { _ = fill(&pending, PendingMessages.peerByteLimit, from: flooder) }
    #expect(pending.bytes == PendingMessages.byteLimit)
    #expect(isFull(pending, for: 1, adding: 1000))
    for honest in 3...Gossipsub.peerLimit {
      #expect(isFull(pending, for: honest, adding: PendingMessages.reservedBytes + 1))
      #expect(!isFull(pending, for: honest, adding: PendingMessages.reservedBytes))
      _ = fill(&pending, PendingMessages.reservedBytes, from: honest)
      #expect(isFull(pending, for: honest, adding: 1000))
    }
    #expect(pending.bytes <= 320 * 1024 * 1024)
  }

  @Test func `what is never judged is given up`() {
    var pending = PendingMessages()
    _ = pending.add(message(1), decodedBytes: 1, from: peer(1), at: .zero)
    #expect(pending.expire(at: PendingMessages.timeLimit) == 0)
    #expect(pending.expire(at: PendingMessages.timeLimit + .milliseconds(1)) == 1)
    #expect(pending.count == 0)
    #expect(pending.bytes == 0)
  }
}
