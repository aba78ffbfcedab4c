/// A stream of bytes in both directions, inside a ``QUICConnection``.
///
/// Reading is pulling: what is not read is not credited to the peer, which then has to wait.
package final class QUICStream {
  /// How the peer's side stands.
  package enum Inbound: Hashable, Sendable {
    /// More may come.
    case open

    /// The peer finished it; what is still buffered can be read.
    case ended

    /// The peer gave it up; nothing more can be read.
    case reset(code: UInt64)

    /// The connection ended first; what is buffered can still be read.
    case lost
  }

  /// The number of the stream in its connection.
  package let id: Int64

  /// Whether the peer opened it.
  package let isInbound: Bool

  package let connection: QUICConnection

  /// How the peer's side stands.
  package internal(set) var inbound = Inbound.open

  /// Whether the peer asked us to stop, or the stream is over: writing has no effect any more.
  package internal(set) var isWriteOver = false

  /// Bytes that the peer has not acknowledged yet.
  package var unacknowledged: Int { Int(queuedOffset - acknowledged) }

  /// Bytes that the peer has acknowledged in all: it grows as long as the peer reads.
  package internal(set) var acknowledged: UInt64 = 0

  /// Bytes that wait to be read.
  package var readable: Int { received.count - firstUnread }

  // What is being sent: `parts`, of which the first begins at `firstOffset` in the stream.
  var parts: [SendBuffer] = []
  var firstPart = 0
  var firstOffset: UInt64 = 0
  var sentOffset: UInt64 = 0
  var queuedOffset: UInt64 = 0
  var isEndQueued = false
  var isEndSent = false
  var isBlocked = false
  var isScheduled = false

  // What has come, of which the first `firstUnread` bytes were read.
  var received: [UInt8] = []
  private var firstUnread = 0
  var isTold = false
  var isAbandoned = false
  var isClosed = false
  var isCloseTold = false

  /// What the owner above keeps with the stream.
  package var context: AnyObject?

  init(id: Int64, isInbound: Bool, connection: QUICConnection) {
    self.id = id
    self.isInbound = isInbound
    self.connection = connection
  }

  var wantsToSend: Bool {
    !isWriteOver && !isBlocked && (sentOffset < queuedOffset || (isEndQueued && !isEndSent))
  }

  /// Queues bytes, and the end of our side if `isEnd`.
  package func write(_ buffer: SendBuffer, isEnd: Bool = false) {
    guard !isWriteOver, !isEndQueued, !connection.isClosed else { return }
    if buffer.count > 0 {
      parts.append(buffer)
      queuedOffset += UInt64(buffer.count)
    }
    isEndQueued = isEnd
    connection.schedule(self)
  }

  /// Ends our side after what is queued.
  package func finish() { write(SendBuffer(), isEnd: true) }

  /// Takes what has come, at most `limit` bytes of it, and lets the peer send as much again.
  ///
  /// What is left is told as readable again, after what else has happened.
  package func read(atMost limit: Int = .max) -> [UInt8] {
    isTold = false
    let bytes = takeReceived(atMost: limit)
    if !bytes.isEmpty { connection.credit(self, bytes.count) }
    if readable > 0 {
      connection.tellReadable(self)
    } else if isClosed {
      connection.tellClosed(self)
    }
    return bytes
  }

  private func takeReceived(atMost limit: Int) -> [UInt8] {
    let bytes = firstUnread == 0 && received.count <= limit ? received : peek(atMost: limit)
    firstUnread += bytes.count
    // Moving the rest to the front only when half is free keeps the cost of each byte constant.
    if readable == 0 {
      received = []
      firstUnread = 0
    } else if firstUnread * 2 >= received.count {
      received.removeFirst(firstUnread)
      firstUnread = 0
    }
    return bytes
  }

  /// What has come, at most `limit` bytes of it, and stays to be read.
  package func peek(atMost limit: Int) -> [UInt8] {
    Array(received[firstUnread...].prefix(limit))
  }

  /// Gives the stream up in both directions; nothing of it is told any more.
  package func abandon(code: UInt64) {
    guard !isAbandoned else { return }
    isAbandoned = true
    isWriteOver = true
    context = nil
    let unread = readable
    received = []
    firstUnread = 0
    connection.abandon(self, unread: unread, code: code)
  }

  /// Drops parts that the peer has acknowledged.
  func acknowledge(upTo offset: UInt64) {
    acknowledged = max(acknowledged, offset)
    while firstPart < parts.count, firstOffset + UInt64(parts[firstPart].count) <= offset {
      firstOffset += UInt64(parts[firstPart].count)
      firstPart += 1
    }
    // Moving the rest to the front only when half is free keeps the cost of each part constant.
    if firstPart * 2 >= parts.count {
      parts.removeFirst(firstPart)
      firstPart = 0
    }
  }

  /// Frees what is queued; only once QUIC no longer knows the stream, and so reads none of it.
  func end() {
    isWriteOver = true
    isClosed = true
    parts = []
    firstPart = 0
    acknowledged = queuedOffset
  }
}
