internal import DequeModule

/// What waits to be sent to one peer, most urgent first, in a bounded space.
///
/// The transport takes a frame when the peer's stream has room, so a peer that reads slowly fills
/// its own queue and nothing else. What keeps the mesh has one place per topic; messages have a
/// limit; what is only offered goes first.
struct SendQueue: Sendable {
  /// The most bytes of messages: one of the largest size, and the votes of a full registry.
  ///
  /// The data of a message is shared by all queues, so this is not memory per peer but what a peer
  /// may lag behind.
  static let byteLimit = 16 * 1024 * 1024

  /// The most messages: two slots of votes of a full registry.
  static let countLimit = 8192

  /// The most ids of IWANT and of IDONTWANT each; the oldest go first.
  static let idLimit = 4096

  /// A message of others that waited this long is not sent: its slot is over, and the peer can ask
  /// for it.
  static let relayTimeLimit = Duration.seconds(4)

  /// Why a message is sent; the earlier the more urgent.
  enum Lane: Int, CaseIterable, Sendable {
    /// We made it.
    case own
    /// It is passed on.
    case relayed
    /// The peer asked for it.
    case requested
  }

  /// A change of the mesh that the peer must hear of.
  enum MeshChange: Hashable, Sendable {
    case graft
    case prune(backoffSeconds: UInt64)
  }

  private struct Waiting {
    let message: CachedMessage
    let since: Duration
  }

  /// The last word on each topic.
  private var subscriptions: [String: Bool] = [:]
  private var meshChanges: [String: MeshChange] = [:]
  private var unwanted = Deque<MessageID>()
  private var wanted = Deque<MessageID>()
  private var lanes = [Deque<Waiting>](repeating: [], count: Lane.allCases.count)
  /// What the last heartbeat advertised.
  private var advertised: [String: [MessageID]] = [:]

  /// The bytes of the messages.
  private(set) var bytes = 0

  /// The messages that were not sent because there was no room or no time.
  private(set) var dropped = 0

  /// When the transport last took a frame, or something first waited for it.
  private(set) var lastProgress: Duration

  /// Whether the transport was told that something waits.
  private var isAwake = false

  /// Creates an empty queue.
  init(at now: Duration) {
    lastProgress = now
  }

  /// The number of messages.
  var count: Int { lanes.reduce(0) { $0 + $1.count } }

  /// Whether nothing waits.
  var isEmpty: Bool {
    count == 0 && subscriptions.isEmpty && meshChanges.isEmpty && unwanted.isEmpty
      && wanted.isEmpty && advertised.isEmpty
  }

  /// Whether the transport has to be told that something waits; true once, until it took all.
  mutating func wakesTransport(at now: Duration) -> Bool {
    guard !isAwake, !isEmpty else { return false }
    isAwake = true
    lastProgress = now
    return true
  }

  // MARK: What is added

  /// Says whether we take a topic.
  mutating func announce(_ topic: String, isSubscribed: Bool) {
    subscriptions[topic] = isSubscribed
  }

  /// Tells of a change of the mesh; only the last one of a topic matters.
  mutating func add(_ change: MeshChange, of topic: String) {
    meshChanges[topic] = change
  }

  /// Asks for a message.
  mutating func request(_ id: MessageID) {
    if wanted.count == Self.idLimit { wanted.removeFirst() }
    wanted.append(id)
  }

  /// Says that a message need not be sent.
  mutating func decline(_ id: MessageID) {
    if unwanted.count == Self.idLimit { unwanted.removeFirst() }
    unwanted.append(id)
  }

  /// Offers the messages of a topic in place of those offered before.
  mutating func advertise(_ ids: [MessageID], of topic: String) {
    advertised[topic] = ids
  }

  /// Adds a message, if there is room when what is less urgent has gone.
  ///
  /// First go offers, then the oldest messages of the least urgent lane, never one that is more
  /// urgent than the new one.
  mutating func add(_ message: CachedMessage, _ lane: Lane, at now: Duration) {
    while isFull(adding: message.data.count) {
      if !advertised.isEmpty {
        advertised = [:]
      }
      guard
        let victim = Lane.allCases.last(where: { !lanes[$0.rawValue].isEmpty }),
        victim.rawValue >= lane.rawValue
      else {
        dropped += 1
        return
      }
      bytes -= lanes[victim.rawValue].removeFirst().message.data.count
      dropped += 1
    }
    lanes[lane.rawValue].append(Waiting(message: message, since: now))
    bytes += message.data.count
  }

  private func isFull(adding more: Int) -> Bool {
    count > 0 && (count >= Self.countLimit || bytes + more > Self.byteLimit)
  }

  // MARK: What is taken

  /// Takes the next RPC, within the limits of the strictest receiver of each thing.
  ///
  /// - Parameters:
  ///   - now: The time.
  ///   - isKnown: Whether the peer has a message already; it is then left out.
  /// - Returns: The RPC, or `nil` when nothing waits.
  mutating func next(at now: Duration, isKnown: (CachedMessage) -> Bool) -> RPC? {
    lastProgress = now
    var rpc = RPC()
    takeSubscriptions(into: &rpc)
    takeMeshChanges(into: &rpc)
    takeIDs(into: &rpc)
    takeMessages(into: &rpc, at: now, isKnown: isKnown)
    if rpc.isEmpty { takeAdvertisements(into: &rpc) }
    guard !rpc.isEmpty else {
      isAwake = false
      return nil
    }
    return rpc
  }

  private mutating func takeSubscriptions(into rpc: inout RPC) {
    for topic in subscriptions.keys.sorted().prefix(ReceiverLimit.subscriptions) {
      guard let subscribe = subscriptions.removeValue(forKey: topic) else { continue }
      rpc.subscriptions.append(RPC.SubOpts(subscribe: subscribe, topicID: topic))
    }
  }

  private mutating func takeMeshChanges(into rpc: inout RPC) {
    // A peer must know that we take a topic before it takes us into its mesh.
    guard subscriptions.isEmpty else { return }
    for topic in meshChanges.keys.sorted().prefix(ReceiverLimit.controlEntries) {
      switch meshChanges.removeValue(forKey: topic) {
      case .graft: rpc.control.graft.append(topic)
      case .prune(let seconds):
        rpc.control.prune.append(RPC.Prune(topicID: topic, backoffSeconds: seconds))
      case nil: break
      }
    }
  }

  private mutating func takeIDs(into rpc: inout RPC) {
    let unwanted = unwanted.takeFirst(ReceiverLimit.unwantedIDs)
    if !unwanted.isEmpty { rpc.control.idontwant = [unwanted.map { $0.bytes[...] }] }
    let wanted = wanted.takeFirst(ReceiverLimit.entryIDs)
    if !wanted.isEmpty { rpc.control.iwant = [wanted.map { $0.bytes[...] }] }
  }

  /// A large message does not go with others: they would arrive when it does.
  private mutating func takeMessages(
    into rpc: inout RPC, at now: Duration, isKnown: (CachedMessage) -> Bool
  ) {
    var room = ReceiverLimit.joinedBytes
    for lane in Lane.allCases {
      while let first = lanes[lane.rawValue].first,
        rpc.publish.count < ReceiverLimit.messages
      {
        let size = first.message.data.count
        let isStale = lane == .relayed && now - first.since > Self.relayTimeLimit
        if isStale || (lane != .requested && isKnown(first.message)) {
          if isStale { dropped += 1 }
        } else {
          guard rpc.isEmpty || size <= room else { return }
          room -= size
          rpc.publish.append(RPC.Message(topic: first.message.topic, data: first.message.data))
        }
        lanes[lane.rawValue].removeFirst()
        bytes -= size
      }
    }
  }

  private mutating func takeAdvertisements(into rpc: inout RPC) {
    var room = ReceiverLimit.messageIDs
    for topic in advertised.keys.sorted().prefix(ReceiverLimit.controlEntries) where room > 0 {
      guard let ids = advertised[topic] else { continue }
      let part = ids.prefix(min(room, ReceiverLimit.entryIDs))
      room -= part.count
      rpc.control.ihave.append(RPC.IHave(topicID: topic, messageIDs: part.map { $0.bytes[...] }))
      advertised[topic] = part.count < ids.count ? Array(ids.dropFirst(part.count)) : nil
    }
  }
}

/// What the strictest client takes in one RPC; an RPC above any of these is lost whole.
enum ReceiverLimit {
  /// c-lean-libp2p.
  static let subscriptions = 64
  /// c-lean-libp2p, of each kind.
  static let controlEntries = 32
  /// c-lean-libp2p.
  static let messages = 16
  /// c-lean-libp2p, of all entries.
  static let messageIDs = 1024
  /// rust-libp2p takes 16 KiB in an entry: 22 bytes an id, and the topic.
  static let entryIDs = 700
  /// go-libp2p counts only the first ten ids of IDONTWANT.
  static let unwantedIDs = 10
  /// Ours: small messages that share a frame.
  static let joinedBytes = 16 * 1024
}

extension Deque {
  /// Takes up to `count` elements from the front.
  fileprivate mutating func takeFirst(_ count: Int) -> [Element] {
    let taken = Array(prefix(count))
    removeFirst(taken.count)
    return taken
  }
}
