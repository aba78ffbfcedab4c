internal import DequeModule

/// A message as it goes from peer to peer.
struct CachedMessage: Hashable, Sendable {
  let topic: String
  /// The data as received: compressed.
  let data: [UInt8]
  let ids: MessageIDs
}

/// The messages of the last heartbeats, for peers that ask for them.
///
/// Only what was judged valid is in it. leanSpec: `node/networking/gossipsub/mcache.py`.
struct MessageCache: Sendable {
  /// The most bytes of data.
  ///
  /// With a block, its aggregates and the votes of a full registry in each of two slots it is a
  /// third full. At the limit the oldest messages go first; whoever asks for them later asks
  /// another peer.
  static let byteLimit = 64 * 1024 * 1024

  /// The most messages: two slots of votes of a full registry.
  ///
  /// The oldest go first.
  static let countLimit = 8192

  private let gossipWindows: Int
  /// The messages of one heartbeat each, newest first.
  private var windows: [Deque<CachedMessage>]
  private var byID: [MessageID: CachedMessage] = [:]
  /// The bytes of data.
  private(set) var bytes = 0
  /// The number of messages.
  private(set) var count = 0

  /// Keeps messages for some heartbeats and advertises those of the newest.
  init(length: Int, gossip: Int) {
    precondition(0 < gossip && gossip <= length, "\(gossip) of \(length) windows are advertised")
    windows = Array(repeating: [], count: length)
    gossipWindows = gossip
  }

  /// The message of either id.
  subscript(id: MessageID) -> CachedMessage? { byID[id] }

  /// Keeps a message.
  mutating func put(_ message: CachedMessage) {
    guard byID[message.ids.compressed] == nil else { return }
    while count >= Self.countLimit || (count > 0 && bytes + message.data.count > Self.byteLimit) {
      dropOldest()
    }
    windows[0].append(message)
    count += 1
    bytes += message.data.count
    for id in message.ids.all { byID[id] = message }
  }

  /// The messages of a topic to advertise, newest first.
  func recent(_ topic: String) -> [MessageIDs] {
    windows.prefix(gossipWindows).flatMap { $0.reversed() }.filter { $0.topic == topic }
      .map(\.ids)
  }

  /// Begins the window of a new heartbeat and forgets the oldest.
  mutating func shift() {
    for message in windows.removeLast() { forget(message) }
    windows.insert([], at: 0)
  }

  private mutating func dropOldest() {
    guard let last = windows.lastIndex(where: { !$0.isEmpty }) else { return }
    forget(windows[last].removeFirst())
  }

  private mutating func forget(_ message: CachedMessage) {
    count -= 1
    bytes -= message.data.count
    for id in message.ids.all { byID[id] = nil }
  }
}
