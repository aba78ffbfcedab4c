internal import Consensus
private import Libp2p
private import Networking
private import PeerIdentity
private import QUIC
private import Wire

/// What an honest message loses beside a hostile peer: on loopback and in real time, one attacker
/// after the other at full speed.
///
/// A node passes on what one honest peer sends another. Everything is in one process, so the
/// attacker also takes a core of the machine, which one far away does not.
struct HostileBench {
  private static let messages = 300
  private static let messageBytes = 3_000
  private static let pauseMilliseconds = 10
  /// What no message may lose.
  private static let limitMilliseconds = 50.0

  /// Measures every attack; `tell` takes the figures of each as they are there.
  func run(_ tell: ([NetworkFigure]) -> Void) async throws {
    tell(try await figures("nobody", nil))
    for attack in Attack.allCases { tell(try await figures(attack.rawValue, attack)) }
  }

  private func figures(_ name: String, _ attack: Attack?) async throws -> [NetworkFigure] {
    let victim = try BenchMember(
      number: 1, others: attack == .wrongPeers ? try Self.strangers() : [], hasStatus: true)
    let sender = try BenchMember(number: 2, dialing: [victim])
    let receiver = try BenchMember(number: 3, dialing: [victim])
    let attacker = try attack.map { try Attacker($0, against: victim.peer) }
    defer {
      attacker?.stop()
      for member in [sender, receiver, victim] { member.network.leave() }
    }
    try await Task.sleep(for: .seconds(3))
    let blocks = try (1...Self.messages).map {
      try BenchMember.block(slot: UInt64($0), bytes: Self.messageBytes)
    }
    var sent: [UInt64] = []
    for block in blocks {
      sent.append(QUICSockets.now)
      sender.network.publish(block)
      try await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
    }
    var times: [Double] = []
    for (block, began) in zip(blocks, sent) {
      for member in [victim, receiver] {
        guard let arrival = await member.arrival(ofSlot: block.block.slot) else {
          throw BenchError.lost
        }
        times.append(Double(arrival - began) / 1e6)
      }
    }
    let goal = NetworkFigure.Goal.atMost(Self.limitMilliseconds)
    return [
      NetworkFigure("beside \(name), p50", times.quantile(0.5), "ms"),
      NetworkFigure("beside \(name), p99", times.quantile(0.99), "ms", goal),
      NetworkFigure("beside \(name), worst", times.max() ?? .nan, "ms"),
    ] + (attacker.map { [NetworkFigure("\(name): acts", Double($0.acts), "")] } ?? [])
  }

  /// Peers whose addresses lead to the attacker, who is none of them.
  private static func strangers() throws -> [DialBook.StaticPeer] {
    try (100..<116).map { number in
      DialBook.StaticPeer(
        peer: try BenchIdentity.make(number).peerID, addresses: [.loopback(port: Attacker.port)])
    }
  }
}
