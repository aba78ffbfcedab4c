import Hashing
import Testing
import Wire

struct MultiaddrTests {
  private static let peer = "16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY"

  @Test(arguments: [
    "/ip4/127.0.0.1/udp/9000/quic-v1", "/ip6/2001:db8::1/udp/9001/quic-v1",
    "/ip4/192.0.2.7/udp/30303/quic-v1/p2p/\(peer)", "/dns4/node-1.example/tcp/80", "/dns/a/udp/1",
    "/dns6/b/udp/65535/quic-v1",
  ])
  func `text and bytes go there and back`(text: String) throws {
    let address = try Multiaddr(text: text)
    #expect(address.description == text)
    #expect(try Multiaddr(decoding: address.encoded[...]) == address)
  }

  @Test func `the bytes are the ones that multiaddr's specification numbers`() throws {
    let address = try Multiaddr(text: "/ip4/127.0.0.1/udp/4001/quic-v1")
    #expect(Hexadecimal.encode(address.encoded) == "0x047f00000191020fa1cd03")
  }

  @Test func `a path of QUIC gives its endpoint and peer`() throws {
    let path = try Multiaddr(text: "/ip4/192.0.2.7/udp/30303/quic-v1/p2p/\(MultiaddrTests.peer)")
    #expect(path.quicEndpoint?.address.description == "192.0.2.7")
    #expect(path.quicEndpoint?.port == 30_303)
    #expect(path.peer?.description == MultiaddrTests.peer)
    #expect(try Multiaddr(text: "/dns4/a/udp/1/quic-v1").quicEndpoint == nil)
    #expect(try Multiaddr(text: "/ip4/1.2.3.4/tcp/1").quicEndpoint == nil)
    let endpoint = try #require(path.quicEndpoint)
    #expect(Multiaddr(quic: endpoint, peer: path.peer) == path)
  }

  @Test(arguments: [
    "", "/", "ip4/1.2.3.4", "/ip4", "/ip4/::1", "/ip6/1.2.3.4", "/udp/65536", "/udp/+1", "/udp/01",
    "/ws/1", "/dns/", "/dns/a b", "/p2p/0", "/quic-v1/",
    "/dns/\(String(repeating: "a", count: 254))",
    String(repeating: "/quic-v1", count: 17),
  ])
  func `other text is refused`(text: String) {
    #expect(throws: WireError.self) { try Multiaddr(text: text) }
  }

  @Test(
    arguments: [
      [4, 1, 2, 3], [0x91, 2, 1], [7], [53, 0], [53, 2, 0x61], [53, 1, 0], [0xA5, 3, 2, 0, 5],
      [UInt8](repeating: 0, count: 3), (0..<17).flatMap { _ in [0xCD, 3] as [UInt8] },
    ] as [[UInt8]])
  func `other bytes are refused`(bytes: [UInt8]) {
    #expect(throws: WireError.self) { try Multiaddr(decoding: bytes[...]) }
  }
}
