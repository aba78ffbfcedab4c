package import ChainEvents
package import Wire

/// Gossipsub 1.2 as a value: every message to every peer of its topic, each as seldom as possible.
///
/// It has no socket and no clock. The transport tells it what happens and does what it answers; a
/// peer's next frame is taken with ``nextFrame(for:at:)`` whenever the stream has room. Times are
/// since any moment, by a clock that never steps. Equal inputs, times and random numbers give equal
/// effects.
///
/// A message is passed on when the engine has judged it valid. What a message says is never held
/// against the peer that brought it: most clients relay before they judge.
/// libp2p specs: `pubsub/gossipsub/gossipsub-v1.2.md`; leanSpec: `node/networking/gossipsub`.
package struct Gossipsub: Sendable {
  /// Something that happened.
  package enum Input: Sendable {
    /// We take a topic.
    case subscribe(String)
    /// We no longer take a topic.
    case unsubscribe(String)
    /// We have made a message; answered with ``Effect/published(_:peerCount:)``.
    case publish(topic: String, payload: [UInt8], token: UInt64)
    /// The engine has judged a message.
    case judge(UInt64, Verdict)
    /// There is a connection to a peer.
    case connected(PeerID, isDialed: Bool)
    /// Our stream to a peer is there, and empty.
    case opened(PeerID, MeshVersion)
    /// Our stream to a peer is gone.
    case closed(PeerID)
    /// Bytes came on a peer's stream to us.
    case received(PeerID, [UInt8])
    /// A peer began its stream to us anew.
    case inboundRestarted(PeerID)
    /// The connection to a peer is gone.
    case disconnected(PeerID)
    /// ``Gossipsub/deadline`` is here; may come early or late.
    case tick
  }

  /// Something to do.
  package enum Effect: Hashable, Sendable {
    /// Open a stream to the peer, in place of the one there may be.
    case open(PeerID)
    /// Frames wait for the peer: take them until there are none. Not repeated before.
    case send(PeerID)
    /// Judge a message.
    case deliver(Delivery)
    /// Our message is queued for so many peers; with none it is lost.
    case published(UInt64, peerCount: Int)
    /// End the connection, which is already forgotten here.
    case disconnect(PeerID, Misconduct)
  }

  /// A message to be judged.
  package struct Delivery: Hashable, Sendable {
    /// What ``Input/judge(_:_:)`` names it by.
    package let number: UInt64
    /// The peer that was first to bring it.
    package let peer: PeerID
    package let topic: String
    /// The decoded data; `nil` when it is not snappy.
    package let payload: [UInt8]?
  }

  /// Connections that are taken part in; a shell has a lower limit of its own.
  package static let peerLimit = 256

  /// The most bytes of unfinished frames of all peers: room for five of the largest at once.
  ///
  /// At the limit the peer with the longest one goes. A block of 250 kB from each of 64 peers is a
  /// quarter of it.
  package static let heldByteLimit = 64 * 1024 * 1024

  package let parameters: GossipsubParameters

  /// Each topic that there is in this network, and how many bytes its messages decode to at most.
  let topics: [String: Int]

  /// The topics that we take.
  package internal(set) var subscriptions: Set<String> = []

  var meshes: [String: Set<PeerID>] = [:]
  var fanouts: [String: Fanout] = [:]
  var peers: [PeerID: PeerState] = [:]
  var backoffs = Backoffs()
  var seen: SeenCache
  var cache: MessageCache
  var pending = PendingMessages()
  var promises = Promises()
  var held = HeldRelays()

  /// What happened so far.
  package internal(set) var counts = GossipCounts()

  /// When ``Input/tick`` is due.
  package var deadline: Duration { min(nextHeartbeat, held.due ?? nextHeartbeat) }

  var nextHeartbeat: Duration

  var effects: [Effect] = []

  /// Creates a node without peers and subscriptions.
  ///
  /// - Parameters:
  ///   - topics: All topics of the network with the most bytes that a message of theirs decodes to.
  ///     A peer's other topics are not remembered.
  ///   - parameters: The sizes and times of the mesh.
  ///   - now: When the first heartbeat begins.
  package init(
    topics: [String: Int], parameters: GossipsubParameters = GossipsubParameters(),
    at now: Duration
  ) {
    self.topics = topics
    self.parameters = parameters
    seen = SeenCache(timeToLive: parameters.seenTTL, at: now)
    cache = MessageCache(length: parameters.mcacheLength, gossip: parameters.mcacheGossip)
    nextHeartbeat = now + parameters.heartbeatInterval
  }

  /// Takes an input.
  package mutating func handle(
    _ input: Input, at now: Duration, using random: inout some RandomNumberGenerator
  ) -> [Effect] {
    switch input {
    case .subscribe(let topic): subscribe(topic, at: now, using: &random)
    case .unsubscribe(let topic): unsubscribe(topic, at: now)
    case .publish(let topic, let payload, let token):
      publish(payload, topic, token, at: now, using: &random)
    case .judge(let number, let verdict): judge(number, verdict, at: now, using: &random)
    case .connected(let peer, let isDialed): connect(peer, isDialed: isDialed, at: now)
    case .opened(let peer, let version): open(peer, version, at: now)
    case .closed(let peer): close(peer, at: now)
    case .received(let peer, let bytes): receive(bytes, from: peer, at: now)
    case .inboundRestarted(let peer): peers[peer]?.reader = FrameReader()
    case .disconnected(let peer): remove(peer)
    case .tick:
      releaseRelays(at: now)
      if now >= nextHeartbeat { heartbeat(at: now, using: &random) }
    }
    defer { effects = [] }
    return effects
  }

  /// The next frame to send to a peer, with its length in front; `nil` when nothing waits.
  package mutating func nextFrame(for peer: PeerID, at now: Duration) -> [UInt8]? {
    guard let known = peers[peer]?.known, peers[peer]?.version != nil,
      let rpc = peers[peer]?.queue.next(at: now, isKnown: { known.contains($0.ids) })
    else { return nil }
    let content = rpc.encoded
    return UnsignedVarint.encode(content.count) + content
  }

  /// The peers of a topic's mesh.
  package func mesh(of topic: String) -> Set<PeerID> { meshes[topic] ?? [] }

  /// What is held against a peer: at 100 it is disconnected; 0 also for one that is not there.
  package func misconductPoints(of peer: PeerID) -> Int { peers[peer]?.score.points ?? 0 }
}

/// The peers that a topic is published to which we do not take.
struct Fanout: Hashable, Sendable {
  var peers: Set<PeerID> = []
  var lastPublished: Duration
}

/// What happened to messages, from the start of the node.
package struct GossipCounts: Hashable, Sendable {
  /// Given to the engine.
  package var delivered: UInt64 = 0
  /// Came again.
  package var duplicates: UInt64 = 0
  /// Passed on after a verdict.
  package var relayed: UInt64 = 0
  /// Judged invalid.
  package var rejected: UInt64 = 0
  /// On topics that we do not take.
  package var unsubscribed: UInt64 = 0
  /// With a sender or a signature.
  package var signed: UInt64 = 0
  /// Longer, once decoded, than anything of their topic.
  package var oversized: UInt64 = 0
  /// Not looked at, because the peer had sent or had waiting too much.
  package var refused: UInt64 = 0
  /// Frames that were not looked at, for the same reason.
  package var skippedFrames: UInt64 = 0
  /// Given up without a verdict.
  package var unjudged: UInt64 = 0
  /// Misconduct of peers.
  package var misconduct: [Misconduct: UInt64] = [:]
}
