internal import CQUIC

/// What a connection offers its peer, and when it gives up.
package struct QUICSettings: Sendable {
  /// Bytes that a peer may send on one stream ahead of our reading: 90 MB/s at 20 ms.
  package var streamWindow = 2 << 20

  /// Bytes that a peer may send on all its streams ahead of our reading, and so what it can make
  /// us hold.
  package var connectionWindow = 4 << 20

  /// Streams that a peer may have open: gossip, and 100 requests as ethlambda allows itself.
  package var streamLimit = 128

  /// The smaller of both sides' holds: 10 s with rust-libp2p.
  ///
  /// leanSpec's process stands still for longer while it compiles, and does not find its way back
  /// into our mesh.
  package var idleTimeoutMilliseconds = 30_000

  /// Well under rust-libp2p's idle time, so that one lost packet ends nothing.
  package var keepAliveMilliseconds = 4_000

  /// What rust-libp2p gives itself.
  package var handshakeTimeoutMilliseconds = 5_000

  /// Bytes of a datagram's payload on Ethernet with IPv6 (1,500 - 48).
  package var payloadLimit = 1_452

  /// Connections that peers have opened, in handshake or after it.
  package var inboundLimit = 256

  /// Which handshakes are begun.
  package var admission = HandshakeAdmission.Limits()

  /// Creates the settings of a node.
  package init() {}

  var raw: cquic_settings {
    func nanoseconds(_ milliseconds: Int) -> UInt64 { UInt64(milliseconds) * 1_000_000 }
    return cquic_settings(
      stream_window: UInt64(streamWindow), connection_window: UInt64(connectionWindow),
      stream_limit: UInt64(streamLimit), idle_timeout: nanoseconds(idleTimeoutMilliseconds),
      keep_alive: nanoseconds(keepAliveMilliseconds),
      handshake_timeout: nanoseconds(handshakeTimeoutMilliseconds), payload_limit: payloadLimit)
  }
}

/// Why a connection ended.
package enum QUICEnding: Hashable, Sendable {
  /// We closed it.
  case closedByUs(code: UInt64)

  /// The peer's program closed it; 0 is the usual code.
  case closedByPeer(code: UInt64, reason: String)

  /// The peer's QUIC closed it.
  case refusedByPeer(code: UInt64, reason: String)

  /// The peer no longer knows the connection, as after its restart.
  case statelessReset

  /// Nothing came for the idle time.
  case idle

  /// The handshake did not end in time.
  case handshakeTimeout

  /// We refused the handshake with this TLS alert.
  case handshakeRefused(alert: UInt8)

  /// The peer speaks no version of ours.
  case versionRefused

  /// The peer broke QUIC's rules.
  case protocolError(code: UInt64, reason: String)

  init(_ raw: cquic_ending) {
    let reason = withUnsafeBytes(of: raw.reason) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    switch raw.kind {
    case CQUIC_CLOSED_BY_PEER_APPLICATION: self = .closedByPeer(code: raw.code, reason: reason)
    case CQUIC_CLOSED_BY_PEER_TRANSPORT: self = .refusedByPeer(code: raw.code, reason: reason)
    case CQUIC_STATELESS_RESET: self = .statelessReset
    case CQUIC_IDLE: self = .idle
    case CQUIC_HANDSHAKE_TIMEOUT: self = .handshakeTimeout
    case CQUIC_TLS_ALERT: self = .handshakeRefused(alert: UInt8(truncatingIfNeeded: raw.code))
    case CQUIC_VERSION_REFUSED: self = .versionRefused
    default: self = .protocolError(code: raw.code, reason: reason)
    }
  }
}
