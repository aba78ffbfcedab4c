/// The protocol versions that we speak, best first; a later version only adds fields.
package enum MeshVersion: String, CaseIterable, Sendable {
  case v13 = "/meshsub/1.3.0"
  case v12 = "/meshsub/1.2.0"
  case v11 = "/meshsub/1.1.0"
  case v10 = "/meshsub/1.0.0"

  /// What we ask for when we open a stream, in this order.
  ///
  /// 1.3 is taken when a peer asks for it.
  package static let offered: [MeshVersion] = [.v12, .v11, .v10]

  /// Whether the peer knows IDONTWANT.
  var hasIDontWant: Bool { self == .v13 || self == .v12 }
}

/// What we know of one connected peer.
struct PeerState: Sendable {
  /// Whether we dialled it.
  let isDialed: Bool

  /// The version of our stream to it; `nil` while there is none, and nothing is queued then.
  var version: MeshVersion?

  /// The topics of the network that it takes.
  var subscriptions: Set<String> = []

  /// The topics of ours in whose mesh it took us before our stream to it was there.
  var earlyGrafts: Set<String> = []

  /// The beginning of a frame of its stream to us.
  var reader = FrameReader()

  var queue: SendQueue
  var budget: InboundBudget
  var score = PeerScore()

  /// The messages that it has: it sent them, or said that it does not want them.
  var known = KnownMessages()

  /// How often it was sent a message that it asked for since the last heartbeat.
  var served: [MessageID: Int] = [:]

  /// Whether it speaks of messages by zeam's ids.
  var usesCompressedIDs = false

  /// When our last stream to it was there.
  var openedAt: Duration?

  /// When a new one is opened, if it went too soon.
  var reopenAt: Duration?

  /// When it is told of our subscriptions once more.
  var reannounceAt: Duration?

  /// When it was last given a new stream because it did not read.
  var reopenedAt: Duration?

  /// How long our stream stays although the peer tells no subscription.
  var mutePause = Gossipsub.muteTime
}

/// Messages that a peer has, for one to two heartbeats.
struct KnownMessages: Sendable {
  /// The most ids of one heartbeat; beyond it the peer is sent what it has.
  static let limit = 8192

  private var recent: Set<MessageID> = []
  private var older: Set<MessageID> = []

  /// The number of ids.
  var count: Int { recent.count + older.count }

  mutating func insert(_ id: MessageID) {
    if recent.count < Self.limit { recent.insert(id) }
  }

  func contains(_ ids: MessageIDs) -> Bool {
    ids.all.contains { recent.contains($0) || older.contains($0) }
  }

  /// Begins a heartbeat.
  mutating func age() {
    older = recent
    recent = []
  }
}
