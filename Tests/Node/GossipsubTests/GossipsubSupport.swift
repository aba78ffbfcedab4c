import ChainEvents
import Randomness
import Simulation
import Testing
import Wire

@testable import Gossipsub

let block = "/leanconsensus/12345678/block/ssz_snappy"
let aggregation = "/leanconsensus/12345678/aggregation/ssz_snappy"
let subnet = "/leanconsensus/12345678/attestation_0/ssz_snappy"

/// A peer by a number.
func peer(_ number: Int) -> PeerID {
  let key =
    [2] + [UInt8](repeating: 0, count: 28) + (0..<4).map { UInt8(number >> (24 - 8 * $0) & 255) }
  return PeerID(of: PublicKeyMessage(type: .secp256k1, key: key))
}

/// An RPC as it comes on a stream.
func frame(_ rpc: RPC) -> [UInt8] {
  UnsignedVarint.encode(rpc.encoded.count) + rpc.encoded
}

/// An RPC with whatever `build` puts in.
func rpc(_ build: (inout RPC) -> Void) -> RPC {
  var rpc = RPC()
  build(&rpc)
  return rpc
}

/// The RPC that carries one message.
func publishing(_ payload: [UInt8], _ topic: String = block) -> RPC {
  rpc { $0.publish = [RPC.Message(topic: topic, data: Snappy.compress(payload))] }
}

/// The ids of a message.
func ids(_ payload: [UInt8], _ topic: String = block) -> MessageIDs {
  MessageIDs(
    standard: MessageID(topic: topic.utf8, data: payload, domain: .decoded),
    compressed: MessageID(topic: topic.utf8, compressed: Snappy.compress(payload)))
}

extension MessageID {
  /// The bytes as an RPC has them.
  var wire: ArraySlice<UInt8> { bytes[...] }
}

/// Bytes that snappy cannot shorten.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var random = SeededRandom(seed: seed)
  return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
}

/// A node under test: its time, its random numbers, and what it asked for.
struct TestNode {
  var gossipsub: Gossipsub
  var random = SeededRandom(seed: 7)
  var now = Duration.seconds(1000)
  var effects: [Gossipsub.Effect] = []
  /// Peers that do not read.
  var silent: Set<Int> = []
  private var readers: Set<Int> = []
  private var inboxes: [Int: [RPC]] = [:]

  init(
    _ subscriptions: [String] = [block], limits: [String: Int] = [:],
    _ change: (inout GossipsubParameters) -> Void = { _ in }
  ) {
    var parameters = GossipsubParameters()
    change(&parameters)
    let topics = [block: 10 << 20, aggregation: 1 << 20, subnet: 8192]
    gossipsub = Gossipsub(
      topics: topics.merging(limits) { $1 }, parameters: parameters, at: now)
    for topic in subscriptions { handle(.subscribe(topic)) }
  }

  @discardableResult
  mutating func handle(_ input: Gossipsub.Input) -> [Gossipsub.Effect] {
    let new = gossipsub.handle(input, at: now, using: &random)
    effects += new
    return new
  }

  /// Connects peers that take `topics`, and forgets what they are told at first.
  mutating func connect(
    _ numbers: ClosedRange<Int>, _ topics: [String] = [block], version: MeshVersion = .v12,
    isDialed: Bool = false
  ) {
    for number in numbers {
      handle(.connected(peer(number), isDialed: isDialed))
      handle(.opened(peer(number), version))
      receive(
        rpc { $0.subscriptions = topics.map { .init(subscribe: true, topicID: $0) } }, from: number)
    }
    readers.formUnion(numbers)
    for number in numbers { _ = sent(to: number) }
    effects = []
  }

  @discardableResult
  mutating func receive(_ rpc: RPC, from number: Int) -> [Gossipsub.Effect] {
    handle(.received(peer(number), frame(rpc)))
  }

  /// Lets time pass, with a heartbeat whenever one is due; every peer reads that is not silent.
  mutating func wait(_ time: Duration) {
    let end = now + time
    while gossipsub.deadline <= end {
      now = gossipsub.deadline
      handle(.tick)
      for number in readers.subtracting(silent) {
        inboxes[number, default: []] += taken(by: number)
      }
    }
    now = end
  }

  /// What a peer was sent since it was last asked for, frame by frame.
  mutating func frames(to number: Int) -> [RPC] {
    (inboxes.removeValue(forKey: number) ?? []) + taken(by: number)
  }

  private mutating func taken(by number: Int) -> [RPC] {
    var rpcs: [RPC] = []
    while let bytes = gossipsub.nextFrame(for: peer(number), at: now) {
      var cursor = ByteCursor(bytes[...])
      guard let content = try? cursor.lengthPrefixed(), cursor.isAtEnd,
        let rpc = try? RPC(decoding: content)
      else {
        Issue.record("a frame that cannot be read")
        return rpcs
      }
      rpcs.append(rpc)
    }
    return rpcs
  }

  /// What a peer was sent since it was last asked for, as one RPC.
  mutating func sent(to number: Int) -> RPC {
    frames(to: number).reduce(into: RPC()) { all, rpc in
      all.subscriptions += rpc.subscriptions
      all.publish += rpc.publish
      all.control.ihave += rpc.control.ihave
      all.control.iwant += rpc.control.iwant
      all.control.graft += rpc.control.graft
      all.control.prune += rpc.control.prune
      all.control.idontwant += rpc.control.idontwant
    }
  }

  /// What was given to the engine.
  var deliveries: [Gossipsub.Delivery] {
    effects.compactMap { if case .deliver(let delivery) = $0 { delivery } else { nil } }
  }

  /// The peers that were disconnected, and for what.
  var disconnected: [PeerID: Misconduct] {
    effects.reduce(into: [:]) { if case .disconnect(let peer, let why) = $1 { $0[peer] = why } }
  }

  /// The misconduct points of a peer.
  func points(of number: Int) -> Int { gossipsub.misconductPoints(of: peer(number)) }

  /// Judges all that was given to the engine.
  mutating func judgeAll(_ verdict: Verdict = .accepted) {
    let deliveries = deliveries
    effects = []
    for delivery in deliveries { handle(.judge(delivery.number, verdict)) }
  }
}
