package import QUIC
package import Wire

/// A stream to or from a peer, for one protocol.
package final class PeerStream {
  enum Phase {
    case dialing(MultistreamDialer)
    case listening(MultistreamListener)
    case agreed
    case over
  }

  /// The peer.
  package let peer: PeerID

  /// Whether the peer opened it.
  package var isInbound: Bool { stream.isInbound }

  /// What it is for; empty before that was agreed on.
  package internal(set) var protocolName = ""

  /// Why there was no agreement.
  package internal(set) var failure: MultistreamError?

  /// What the owner keeps with the stream.
  package var context: AnyObject?

  /// How the peer's side stands; look after reading.
  package var inbound: QUICStream.Inbound { stream.inbound }

  /// Bytes that the peer has not acknowledged yet.
  package var unacknowledged: Int { stream.unacknowledged }

  /// Whether writing has no effect any more.
  package var isWriteOver: Bool { stream.isWriteOver }

  let stream: QUICStream
  var phase: Phase
  /// What came so far of the peer's answer to who it is.
  var identity: [UInt8] = []
  /// When the agreement must be there.
  let deadline: UInt64
  /// Whether the owner was told of it, and so has to be told of its end.
  var isTold = false

  init(peer: PeerID, stream: QUICStream, phase: Phase, deadline: UInt64) {
    self.peer = peer
    self.stream = stream
    self.phase = phase
    self.deadline = deadline
  }

  /// Queues bytes, and the end of our side if `isEnd`.
  package func write(_ buffer: SendBuffer, isEnd: Bool = false) {
    stream.write(buffer, isEnd: isEnd)
  }

  /// Ends our side after what is queued.
  package func finish() { stream.finish() }

  /// Bytes that wait to be read.
  package var readable: Int { stream.readable }

  /// Takes what has come, at most `limit` bytes of it, and lets the peer send as much again; what
  /// is left is told as readable again.
  package func read(atMost limit: Int = .max) -> [UInt8] { stream.read(atMost: limit) }

  /// Gives the stream up in both directions; nothing of it is told any more.
  package func abandon(code: UInt64 = 0) {
    phase = .over
    identity = []
    context = nil
    stream.abandon(code: code)
  }
}
