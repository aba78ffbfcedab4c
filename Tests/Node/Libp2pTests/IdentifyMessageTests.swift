import PeerIdentity
import Testing
import Wire

@testable import Libp2p

struct IdentifyMessageTests {
  @Test func `the fullest answer is within the limits of the strictest reader`() throws {
    let endpoint = Multiaddr.QUICEndpoint(
      address: try #require(IPAddress(text: "2001:db8::1")), port: 65_535)
    let address = Multiaddr(quic: endpoint, peer: identity(1).peerID)
    let message = IdentifyMessage(
      agentVersion: "swiftlet/1.2.3", publicKey: identity(1).publicKeyMessage,
      listenAddresses: [Multiaddr](repeating: address, count: 12), observedAddress: address,
      protocols: (0..<20).map { "/leanconsensus/req/blocks_by_range/\($0)/ssz_snappy" })
    #expect(message.framed.count <= IdentifyMessage.byteLimit)
    var cursor = ByteCursor(message.framed[...])
    var reader = ProtobufReader(try cursor.lengthPrefixed())
    #expect(cursor.isAtEnd)
    var counts: [UInt64: Int] = [:]
    while let field = try reader.next() { counts[field.number, default: 0] += 1 }
    #expect(counts == [1: 1, 2: 8, 3: 16, 4: 1, 5: 1, 6: 1])
  }
}
