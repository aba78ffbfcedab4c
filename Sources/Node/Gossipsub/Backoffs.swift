internal import Wire

/// Until when a peer and we keep out of each other's mesh of a topic; it outlives the connection.
struct Backoffs: Sendable {
  /// The most that are kept; at the limit the quarter that ends soonest goes.
  ///
  /// A quarter, so that many beyond the limit cost one look at all. 64 peers have room for a hundred
  /// topics each, and only the topics of the network are kept.
  static let limit = 8192

  /// The longest that a peer can impose.
  static let longest = Duration.seconds(3600)

  private struct Key: Hashable {
    let peer: PeerID
    let topic: String
  }

  private var ends: [Key: Duration] = [:]

  /// The number that are kept.
  var count: Int { ends.count }

  /// Whether a peer and we must stay apart.
  func isActive(_ peer: PeerID, _ topic: String, at now: Duration) -> Bool {
    ends[Key(peer: peer, topic: topic)].map { now < $0 } ?? false
  }

  /// Keeps a peer out for at least `time`.
  mutating func add(_ peer: PeerID, _ topic: String, for time: Duration, at now: Duration) {
    let key = Key(peer: peer, topic: topic)
    let end = now + min(time, Self.longest)
    ends[key] = max(ends[key] ?? end, end)
    guard ends.count > Self.limit else { return }
    expire(at: now)
    guard ends.count > Self.limit else { return }
    let soonest = ends.sorted {
      ($0.value, $0.key.peer, $0.key.topic) < ($1.value, $1.key.peer, $1.key.topic)
    }
    for (key, _) in soonest.prefix(Self.limit / 4) { ends[key] = nil }
  }

  /// Forgets what is over.
  mutating func expire(at now: Duration) {
    ends = ends.filter { now < $0.value }
  }
}
