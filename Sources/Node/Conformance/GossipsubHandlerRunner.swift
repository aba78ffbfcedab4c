private import ChainEvents
private import Gossipsub
private import Hashing
private import Wire

/// What a node answers to one RPC, and what becomes of its mesh.
///
/// leanSpec passes a message on at once, to the whole mesh, and declines it by its one id: so do we
/// here, where every message is judged valid as it comes. How the answers to one peer are cut into
/// RPCs is not compared.
enum GossipsubHandlerRunner: FormatRunner {
  static let format = "gossipsub_handler"
  static let keys: Set = ["handlerName", "params", "initialState", "event", "expected"]

  private struct Content: Decodable {
    let params: Parameters
    let initialState: InitialState
    let event: Event
    let now: Double
    let expected: Expectation
  }

  private struct Parameters: Decodable {
    let d: Int
    let dLow: Int
    let dHigh: Int
    let dLazy: Int
  }

  private struct InitialState: Decodable {
    let subscriptions: [String]
    let peers: [String: Peer]
    let meshes: [String: [String]]
    let seenMessageIds: [HexadecimalBytes]
    let cachedMessages: [CachedMessage]
  }

  private struct Peer: Decodable {
    let subscriptions: [String]
    let backoff: [String: Double]
    let dontWantIds: [HexadecimalBytes]
  }

  private struct CachedMessage: Decodable {
    let topic: String
    let data: HexadecimalBytes
    let messageId: HexadecimalBytes
  }

  private struct Event: Decodable {
    let fromPeer: String
    let publish: [RPCContent.Message]
    let control: RPCContent.Control

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      fromPeer = try container.decode(String.self, forKey: .fromPeer)
      publish = try container.decode([RPCContent.Message].self, forKey: .publish)
      control = try RPCContent.Control(from: decoder)
    }

    private enum Key: CodingKey {
      case fromPeer, publish
    }
  }

  private struct Expectation: Decodable {
    let sentRpcs: [SentRPC]
    let meshAfter: [String: [String]]
  }

  private struct SentRPC: Decodable {
    let toPeer: String
    let rpc: RPCContent

    init(from decoder: any Decoder) throws {
      toPeer = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .toPeer)
      rpc = try RPCContent(from: decoder)
    }

    private enum Key: CodingKey {
      case toPeer
    }
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    var node = try HandlerNode(content.initialState, content.params, at: .seconds(content.now))
    var event = RPC()
    event.publish = content.event.publish.map(\.message)
    event.control = content.event.control.message
    node.receive(event, from: content.event.fromPeer)

    let expected = content.expected
    var rpcs: [String: RPC] = [:]
    for sent in expected.sentRpcs { rpcs[sent.toPeer, default: RPC()].merge(sent.rpc.rpc) }
    let names = Set(content.initialState.peers.keys).union(rpcs.keys)
    for name in names.sorted() {
      try expect(node.sent(to: name), equals: rpcs[name] ?? RPC(), "to \(name)")
    }
    let meshes = node.meshes
    try expect(
      meshes, equals: expected.meshAfter.mapValues { Set($0) }, "meshes")
  }

  /// A node whose peers have names.
  private struct HandlerNode {
    private var gossipsub: Gossipsub
    private let ids: [String: PeerID]
    private let now: Duration
    /// Nothing that happens here draws one.
    private var random = SystemRandomNumberGenerator()

    init(_ state: InitialState, _ parameters: Parameters, at now: Duration) throws {
      let names = state.peers.keys.sorted()
      ids = Dictionary(
        uniqueKeysWithValues: names.enumerated().map { number, name in
          let key = [2] + [UInt8](repeating: 0, count: 31) + [UInt8(truncatingIfNeeded: number)]
          return (name, PeerID(of: PublicKeyMessage(type: .secp256k1, key: key)))
        })
      let topics = Set(state.subscriptions + state.meshes.keys)
        .union(state.peers.values.flatMap(\.subscriptions))
      var sizes = GossipsubParameters()
      sizes.d = parameters.d
      sizes.dLow = parameters.dLow
      sizes.dHigh = parameters.dHigh
      sizes.dLazy = parameters.dLazy
      sizes.declinesCompressedIDs = false
      sizes.eagerRelays = .max
      self.now = now
      gossipsub = Gossipsub(
        topics: Dictionary(uniqueKeysWithValues: topics.map { ($0, Snappy.maximumDecodedBytes) }),
        parameters: sizes, at: now)
      for topic in state.subscriptions { handle(.subscribe(topic)) }
      for name in names {
        guard let peer = state.peers[name] else { continue }
        connect(name, peer)
      }
      for topic in state.subscriptions {
        let mesh = state.meshes[topic] ?? []
        gossipsub.assume(mesh: Set(mesh.compactMap { ids[$0] }), of: topic)
      }
      for id in state.seenMessageIds {
        gossipsub.assume(seen: try Self.messageID(id), at: now)
      }
      for cached in state.cachedMessages {
        gossipsub.assume(
          cached: cached.data.bytes, topic: cached.topic, id: try Self.messageID(cached.messageId))
      }
      for (name, peer) in state.peers {
        guard let id = ids[name] else { continue }
        for unwanted in peer.dontWantIds {
          gossipsub.assume(known: try Self.messageID(unwanted), to: id)
        }
        _ = sent(to: name)
      }
    }

    private mutating func connect(_ name: String, _ peer: Peer) {
      guard let id = ids[name] else { return }
      handle(.connected(id, isDialed: false))
      handle(.opened(id, .v12))
      var rpc = RPC()
      rpc.subscriptions = peer.subscriptions.map { .init(subscribe: true, topicID: $0) }
      receive(rpc, from: name)
      for (topic, end) in peer.backoff {
        gossipsub.assume(backoff: .seconds(end) - now, of: id, topic, at: now)
      }
    }

    private static func messageID(_ bytes: HexadecimalBytes) throws -> MessageID {
      guard let id = MessageID(bytes.bytes[...]) else {
        throw Unsupported("a message id of \(bytes.bytes.count) bytes")
      }
      return id
    }

    mutating func receive(_ rpc: RPC, from name: String) {
      guard let id = ids[name] else { return }
      let content = rpc.encoded
      handle(.received(id, UnsignedVarint.encode(content.count) + content))
    }

    /// All that waits for a peer.
    mutating func sent(to name: String) -> RPC {
      var sent = RPC()
      guard let id = ids[name] else { return sent }
      while let frame = gossipsub.nextFrame(for: id, at: now) {
        var cursor = ByteCursor(frame[...])
        if let content = try? cursor.lengthPrefixed(), let rpc = try? RPC(decoding: content) {
          sent.merge(rpc)
        }
      }
      return sent
    }

    /// The names of the peers in each mesh.
    var meshes: [String: Set<String>] {
      Dictionary(
        uniqueKeysWithValues: gossipsub.subscriptions.map { topic in
          let mesh = gossipsub.mesh(of: topic)
          return (topic, Set(ids.filter { mesh.contains($0.value) }.keys))
        })
    }

    private mutating func handle(_ input: Gossipsub.Input) {
      for case .deliver(let delivery) in gossipsub.handle(input, at: now, using: &random) {
        handle(.judge(delivery.number, .accepted))
      }
    }
  }
}

extension RPC {
  /// Appends what another RPC holds.
  fileprivate mutating func merge(_ other: RPC) {
    subscriptions += other.subscriptions
    publish += other.publish
    control.ihave += other.control.ihave
    control.iwant += other.control.iwant
    control.graft += other.control.graft
    control.prune += other.control.prune
    control.idontwant += other.control.idontwant
  }
}
