internal import DequeModule
internal import Wire

/// Valid messages that some peers of the mesh get later, if they do not get them elsewhere.
struct HeldRelays: Sendable {
  /// The most messages; at the limit the oldest is sent early.
  static let limit = 4096

  struct Relay: Sendable {
    let message: CachedMessage
    let peers: [PeerID]
    let due: Duration
  }

  private var relays = Deque<Relay>()

  /// The number of messages.
  var count: Int { relays.count }

  /// When the first is to be sent.
  var due: Duration? { relays.first?.due }

  /// Holds a message back; later than all others.
  mutating func add(_ message: CachedMessage, for peers: [PeerID], due: Duration) {
    relays.append(Relay(message: message, peers: peers, due: due))
  }

  /// Takes the message that has waited longest.
  mutating func takeOldest() -> Relay? { relays.popFirst() }
}
