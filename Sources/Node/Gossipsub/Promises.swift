internal import Wire

/// Messages that peers offered and we asked them for.
struct Promises: Sendable {
  /// How long a peer may take.
  static let timeLimit = Duration.seconds(3)

  /// The most messages that one peer may owe us: what c-lean-libp2p takes in one request.
  ///
  /// What is offered beyond is not asked for; it will be offered again, or by others.
  static let peerLimit = 1024

  private var owed: [PeerID: [MessageID: Duration]] = [:]

  /// The peers that owe each message.
  private(set) var debtors: [MessageID: Set<PeerID>] = [:]

  /// The number of messages owed.
  var count: Int { owed.reduce(0) { $0 + $1.value.count } }

  /// How many more messages a peer can be asked for.
  func room(for peer: PeerID) -> Int { Self.peerLimit - (owed[peer]?.count ?? 0) }

  /// Whether a peer was asked for a message and may still send it.
  func isOwed(_ id: MessageID, by peer: PeerID) -> Bool { owed[peer]?[id] != nil }

  /// A peer was asked.
  mutating func add(_ id: MessageID, from peer: PeerID, at now: Duration) {
    guard owed[peer, default: [:]].updateValue(now + Self.timeLimit, forKey: id) == nil else {
      return
    }
    debtors[id, default: []].insert(peer)
  }

  /// A message arrived, whoever sent it.
  mutating func fulfil(_ id: MessageID) {
    for peer in debtors.removeValue(forKey: id) ?? [] { owed[peer]?[id] = nil }
  }

  /// A peer left, or sent something whose id we did not compute.
  mutating func forgive(_ peer: PeerID) {
    for id in (owed.removeValue(forKey: peer) ?? [:]).keys { settle(id, of: peer) }
  }

  /// Forgets what is overdue.
  ///
  /// - Returns: The peers that did not send what they had offered, in order.
  mutating func expire(at now: Duration) -> [PeerID] {
    var broken: [PeerID] = []
    for (peer, promises) in owed {
      let overdue = promises.filter { $0.value <= now }.keys
      guard !overdue.isEmpty else { continue }
      broken.append(peer)
      for id in overdue {
        owed[peer]?[id] = nil
        settle(id, of: peer)
      }
    }
    return broken.sorted()
  }

  private mutating func settle(_ id: MessageID, of peer: PeerID) {
    debtors[id]?.remove(peer)
    if debtors[id]?.isEmpty == true { debtors[id] = nil }
  }
}
