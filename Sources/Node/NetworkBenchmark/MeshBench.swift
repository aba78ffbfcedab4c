private import Consensus
private import Foundation
private import Networking
private import QUIC

/// Whole nodes on loopback, each with its thread: blocks to all, and a node that idles.
struct MeshBench {
  private static let nodes = 8
  private static let blocks = 60
  private static let blockBytes = 250_000
  private static let idlePeers = 50
  private static let idleSeconds = 15.0

  // MARK: Blocks

  func blockTimes() async throws -> [NetworkFigure] {
    let members = try makeMembers(Self.nodes) { number in Array(1..<number) }
    defer { for member in members { member.network.leave() } }
    try await Task.sleep(for: .seconds(5))
    var times: [Double] = []
    let blocks = try (1...Self.blocks).map {
      try BenchMember.block(slot: UInt64($0), bytes: Self.blockBytes)
    }
    let processor = ProcessFigures.processorMilliseconds()
    for (number, block) in blocks.enumerated() {
      let sender = members[number % members.count]
      let began = QUICSockets.now
      sender.network.publish(block)
      for member in members where member !== sender {
        guard let arrival = await member.arrival(ofSlot: block.block.slot) else {
          throw BenchError.lost
        }
        times.append(Double(arrival - began) / 1e6)
      }
      try await Task.sleep(for: .milliseconds(200))
    }
    let spent = ProcessFigures.processorMilliseconds() - processor
    return [
      NetworkFigure(
        "block of 250 kB to 7 inboxes, processor of all nodes", spent / Double(Self.blocks), "ms"),
      NetworkFigure("block of 250 kB to 7 inboxes, p50", times.quantile(0.5), "ms", .atMost(10)),
      NetworkFigure("block of 250 kB to 7 inboxes, p99", times.quantile(0.99), "ms", .atMost(30)),
      NetworkFigure("block of 250 kB to 7 inboxes, worst", times.max() ?? .nan, "ms"),
    ]
  }

  // MARK: Idling

  func idle() async throws -> [NetworkFigure] {
    let hub = try BenchMember(number: 1, dialing: [])
    try await Task.sleep(for: .seconds(1))
    var peers: [BenchMember] = []
    for number in 2..<(2 + Self.idlePeers) {
      peers.append(try BenchMember(number: UInt8(number), dialing: []))
    }
    try await Task.sleep(for: .seconds(1))
    // Now all nodes are there, and none is connected: what comes on top is both ends of each peer.
    for peer in peers { peer.network.leave() }
    let before = ProcessFigures.residentBytes()
    peers = []
    for number in 2..<(2 + Self.idlePeers) {
      peers.append(try BenchMember(number: UInt8(number), dialing: [hub]))
    }
    try await Task.sleep(for: .seconds(10))
    let memory = Double(ProcessFigures.residentBytes() - before) / Double(2 * Self.idlePeers)
    let began = ProcessFigures.processorNanoseconds(ofThread: hub.threadName)
    try await Task.sleep(for: .seconds(Self.idleSeconds))
    let ended = ProcessFigures.processorNanoseconds(ofThread: hub.threadName)
    let connected = hub.peerCount
    hub.network.leave()
    for peer in peers { peer.network.leave() }
    guard let began, let ended else { throw BenchError.lost }
    let share = Double(ended - began) / 1e9 / Self.idleSeconds * 100
    return [
      NetworkFigure("peers of an idle node", Double(connected), "", .atLeast(50)),
      NetworkFigure("processor of an idle node with them", share, "% of a core", .atMost(1)),
      NetworkFigure("memory of one end of a peer", memory / 1e3, "kB", .atMost(300)),
    ]
  }

  private func makeMembers(
    _ count: Int, dialing: (Int) -> [Int]
  ) throws -> [BenchMember] {
    var members: [BenchMember] = []
    for number in 1...count {
      members.append(
        try BenchMember(
          number: UInt8(number), dialing: dialing(number).map { members[$0 - 1] }))
    }
    return members
  }
}
