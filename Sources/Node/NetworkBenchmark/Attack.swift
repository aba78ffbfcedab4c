private import Gossipsub
internal import Libp2p
internal import QUIC
private import RequestResponse
private import Wire

/// What a hostile peer does, over and over.
enum Attack: String, CaseIterable, Sendable {
  case streams = "a flood of streams"
  case messages = "a flood of messages"
  case emptyRPCs = "a flood of empty RPCs"
  case subscriptions = "a flood of subscriptions"
  case grafts = "a flood of grafts"
  case offers = "a flood of offers"
  case wishes = "a flood of wishes"
  case strangeTopics = "messages on topics not taken"
  case slowLoris = "slow loris on every protocol"
  case endlessRequests = "requests that never end"
  case endlessAnswers = "answers that never end"
  case bombs = "decompression bombs"
  case zeros = "ten mebibytes of zeros"
  case neverReads = "a peer that never reads"
  case wrongCertificates = "wrong certificates"
  case wrongPeers = "wrong peers"
  case replays = "replayed handshakes"
  case storms = "a storm of connections"

  /// Whether it is done by a peer with an identity, and not by a stranger.
  var isOfPeer: Bool {
    switch self {
    case .wrongCertificates, .wrongPeers, .replays, .storms: false
    default: true
    }
  }

  /// Whether it is done on the gossip stream, and if so the bytes of the next frames.
  func frames(_ number: inout UInt64) -> [UInt8]? {
    func next() -> [UInt8] {
      number += 1
      return withUnsafeBytes(of: number) { Array($0) }
    }
    func repeated(_ count: Int, _ make: () -> RPC) -> [UInt8] {
      (0..<count).flatMap { _ in Self.frame(make()) }
    }
    func ids() -> [ArraySlice<UInt8>] {
      (0..<700).map { _ in (next() + [UInt8](repeating: 7, count: 12))[...] }
    }
    switch self {
    case .messages: return repeated(500) { Self.message(next(), "block") }
    case .emptyRPCs: return [UInt8](repeating: 0, count: 10_000)
    case .subscriptions:
      return repeated(4) {
        var rpc = RPC()
        rpc.subscriptions = (0..<500).map {
          RPC.SubOpts(subscribe: $0 % 2 == 0, topicID: Self.topic("block"))
        }
        return rpc
      }
    case .grafts:
      return repeated(4) {
        var rpc = RPC()
        rpc.control.graft = (0..<1_000).map { _ in Self.topic("block") }
        return rpc
      }
    case .offers:
      return repeated(2) {
        var rpc = RPC()
        rpc.control.ihave = [RPC.IHave(topicID: Self.topic("block"), messageIDs: ids())]
        return rpc
      }
    case .wishes:
      return repeated(2) {
        var rpc = RPC()
        rpc.control.iwant = [ids()]
        return rpc
      }
    case .strangeTopics:
      return repeated(4) { Self.message([UInt8](repeating: 1, count: 10_000), "nothing") }
    case .bombs:
      return Self.frame(
        Self.message(next() + [UInt8](repeating: 0, count: (10 << 20) - 8), "block"))
    case .zeros:
      return UnsignedVarint.encode(10 << 20) + [UInt8](repeating: 0, count: 10 << 20)
    case .neverReads: return Self.frame(Self.subscription)
    case .streams, .slowLoris, .endlessRequests, .endlessAnswers, .wrongCertificates, .wrongPeers,
      .replays, .storms:
      return nil
    }
  }

  private static func topic(_ kind: String) -> String {
    "/leanconsensus/12345678/\(kind)/ssz_snappy"
  }

  private static func message(_ payload: [UInt8], _ kind: String) -> RPC {
    var rpc = RPC()
    rpc.publish = [RPC.Message(topic: topic(kind), data: Snappy.compress(payload))]
    return rpc
  }

  private static var subscription: RPC {
    var rpc = RPC()
    rpc.subscriptions = [RPC.SubOpts(subscribe: true, topicID: topic("block"))]
    rpc.control.graft = [topic("block")]
    return rpc
  }

  private static func frame(_ rpc: RPC) -> [UInt8] {
    UnsignedVarint.encode(rpc.encoded.count) + rpc.encoded
  }

  /// The front of a payload, then filler that never ends.
  static let payloadFront = UnsignedVarint.encode(80) + SnappyFrames.streamIdentifier
  static let filler = [0xFE, 0, 0, 1] + [UInt8](repeating: 0, count: 65_536)

  /// The names of everything that a stream can be opened for.
  static let protocols =
    MeshVersion.allCases.map(\.rawValue) + RequestProtocol.allCases.map(\.rawValue)
    + ["/ipfs/ping/1.0.0", IdentifyMessage.protocolName]
}
