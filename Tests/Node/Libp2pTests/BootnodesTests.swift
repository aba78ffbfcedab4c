import PeerIdentity
import QUIC
import Testing
import Wire

@testable import Libp2p

struct BootnodesTests {
  private static let peer = identity(2).peerID

  private static func record(_ values: [NodeRecord.Key: [UInt8]]) throws -> String {
    try NodeRecord(of: identity(2), sequenceNumber: 1, values: values).description
  }

  @Test func `records and multiaddrs name peers, and nothing is nothing`() throws {
    let record = try Self.record([.ip: [127, 0, 0, 1], .quic: [0x23, 0x28]])
    let list = Bootnodes([
      record, "/ip4/127.0.0.1/udp/9001/quic-v1/p2p/\(Self.peer)", "", " none ", "\(record)\n",
      "/ip6/::1/udp/9002/quic-v1/p2p/\(Self.peer)",
    ])
    #expect(list.rejections.isEmpty)
    #expect(
      list.peers.map(\.addresses) == [
        [.loopback(port: 9_000)], [.loopback(port: 9_001)], [.loopback(port: 9_000)],
        [.loopback6(port: 9_002)],
      ])
    #expect(list.peers.allSatisfy { $0.peer == Self.peer })
  }

  @Test func `an entry that cannot be used is told with its reason, and others count`() throws {
    let good = "/ip4/127.0.0.1/udp/9001/quic-v1/p2p/\(Self.peer)"
    let list = Bootnodes([
      "/ip4/127.0.0.1/udp/9001/quic-v1", "/dns4/node-1/udp/9001/quic-v1/p2p/\(Self.peer)",
      "/ip4/127.0.0.1/tcp/9001/p2p/\(Self.peer)", "enr:zzz", "hello",
      "/ip4/127.0.0.1/udp/0/quic-v1/p2p/\(Self.peer)", try Self.record([.ip: [1, 2, 3, 4]]), good,
    ])
    #expect(list.peers.count == 1)
    let reasons = list.rejections.map(\.reason)
    #expect(reasons[0] == .noPeer)
    #expect(reasons[1] == .hostName("node-1"))
    #expect(reasons[2] == .noAddress)
    #expect("\(reasons[3])".hasPrefix("not a node record"))
    #expect("\(reasons[4])".hasPrefix("not a node record"))
    #expect(reasons[5] == .noAddress)
    #expect(reasons[6] == .noAddress)
  }

  @Test func `a record that its key did not sign is refused`() throws {
    let text = try Self.record([.ip: [127, 0, 0, 1], .quic: [0x23, 0x28]])
    let record = try NodeRecord(text: text)
    var bytes = record.encoded
    // The port, in the last entries but one: what the signature is over.
    let port = try #require(
      bytes.indices.dropLast().first { bytes[$0...].starts(with: [0x23, 0x28]) })
    bytes[port] = 0x24
    let forged = try NodeRecord(decoding: bytes).description
    #expect(Bootnodes([forged]).rejections.map(\.reason) == [.wrongSignature])
  }

  @Test func `at most 1,024 entries of a list are looked at`() {
    let list = Bootnodes([String](repeating: "x", count: 5_000))
    #expect(list.rejections.count == 1_024)
  }
}
