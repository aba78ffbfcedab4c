package import ChainEvents

/// What is known of one peer.
package struct KnownPeer: Equatable, Sendable {
  /// Round trips kept for the sparkline.
  static let roundTripLimit = 32

  /// The name or id.
  package internal(set) var peer: String
  /// Who dialled.
  package internal(set) var direction: PeerDirection?
  /// Its program.
  package internal(set) var client: String?
  /// Where it listens.
  package internal(set) var address: String?
  /// When it connected, in milliseconds since 1970.
  package internal(set) var since: UInt64
  /// The newest status.
  package internal(set) var status: PeerStatus?
  /// When the newest status was told, in milliseconds since 1970.
  package internal(set) var statusAt: UInt64 = 0
  /// The newest round trips, oldest first.
  package internal(set) var roundTrips: [Int64] = []
  /// Blocks that it delivered first.
  package internal(set) var blocksDelivered = 0
  /// Votes and aggregates that it delivered first.
  package internal(set) var votesDelivered = 0
  /// Messages of it that were refused.
  package internal(set) var rejected = 0

  init(peer: String, since: UInt64) {
    self.peer = peer
    self.since = since
  }
}

/// The connected peers and the news about connections.
package struct PeerBook: Sendable {
  /// Peers kept; a node has far fewer.
  package static let capacity = 256

  /// News kept.
  package static let newsCapacity = 64

  /// One line of news.
  package struct News: Equatable, Sendable {
    /// When, in milliseconds since 1970.
    package var time: UInt64
    /// The peer.
    package var peer: String
    /// What happened.
    package var text: String
  }

  /// The connected peers by name.
  package internal(set) var peers: [KnownPeer] = []
  /// The most peers that were connected at once.
  package internal(set) var mostPeers = 0
  /// The newest connections and disconnections, oldest first.
  package internal(set) var news: [News] = []

  mutating func connect(
    _ peer: String, _ direction: PeerDirection?, client: String?, address: String?, time: UInt64
  ) {
    if let known = peers.first(where: { $0.peer == peer }), known.direction == direction,
      known.address == address
    {
      // The same connection: now the peer has said which program it is.
      return updateKnown(peer) { $0.client = client }
    }
    disconnect(peer)
    update(peer, time: time) {
      $0.direction = direction
      $0.client = client
      $0.address = address
    }
    let facts = [direction.map { "(\($0.rawValue))" }, client].compactMap(\.self)
    addNews(News(time: time, peer: peer, text: (["connected"] + facts).joined(separator: " ")))
  }

  mutating func disconnect(_ peer: String, reason: String, time: UInt64) {
    disconnect(peer)
    addNews(News(time: time, peer: peer, text: "left: \(reason)"))
  }

  /// Changes a peer; one that was not known yet is taken in while there is room.
  mutating func update(_ peer: String, time: UInt64, _ change: (inout KnownPeer) -> Void) {
    let index = peers.firstIndex { $0.peer >= peer } ?? peers.count
    if index == peers.count || peers[index].peer != peer {
      guard peers.count < PeerBook.capacity else { return }
      peers.insert(KnownPeer(peer: peer, since: time), at: index)
      mostPeers = max(mostPeers, peers.count)
    }
    change(&peers[index])
  }

  /// Changes a peer only if it is connected.
  mutating func updateKnown(_ peer: String?, _ change: (inout KnownPeer) -> Void) {
    if let index = peers.firstIndex(where: { $0.peer == peer }) { change(&peers[index]) }
  }

  private mutating func disconnect(_ peer: String) {
    peers.removeAll { $0.peer == peer }
  }

  private mutating func addNews(_ line: News) {
    news.append(line)
    if news.count > PeerBook.newsCapacity { news.removeFirst() }
  }
}

extension PeerBook: Packable {
  static let blank = PeerBook()

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.peers, \.mostPeers, \.news)
    guard coder.isReading else { return }
    let isInOrder = zip(peers, peers.dropFirst()).allSatisfy { $0.peer < $1.peer }
    if !isInOrder || peers.count > PeerBook.capacity { coder.refuse() }
    news = news.suffix(PeerBook.newsCapacity)
  }
}

extension PeerBook.News: Packable {
  static let blank = PeerBook.News(time: 0, peer: "", text: "")

  mutating func code(_ coder: inout PackCoder) {
    coder(&self, \.time, \.peer, \.text)
  }
}

extension KnownPeer: Packable {
  static let blank = KnownPeer(peer: "", since: 0)

  mutating func code(_ coder: inout PackCoder) {
    coder(
      &self, \.peer, \.direction, \.client, \.address, \.since, \.status, \.statusAt, \.roundTrips,
      \.blocksDelivered, \.votesDelivered, \.rejected)
  }
}

extension PeerStatus: Packable {
  static let blank = PeerStatus(
    peer: "", headSlot: 0, finalizedSlot: 0, roundTripMilliseconds: 0, bytesIn: 0, bytesOut: 0,
    scoreThousandths: 0)

  mutating func code(_ coder: inout PackCoder) {
    coder(
      &self, \.peer, \.headSlot, \.finalizedSlot, \.roundTripMilliseconds, \.bytesIn, \.bytesOut,
      \.scoreThousandths)
  }
}
