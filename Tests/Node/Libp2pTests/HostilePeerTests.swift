import PeerIdentity
import QUIC
import QUICTestSupport
import Randomness
import Testing
import Wire

@testable import Libp2p

/// Peers with a good identity that misuse streams.
struct HostilePeerTests {
  /// A host at port 2, and a bare connection to it from port 1, past all rules of a host.
  private struct Intrusion {
    let network = HostNetwork()
    let host: PeerHost
    let attacker: PeerHost
    let connection: QUICConnection

    init() throws {
      (attacker, host) = try network.addPair()
      connection = try #require(attacker.links.values.first).connection
      network.run(milliseconds: 200)
    }
  }

  @Test func `a flood of streams ends the connection`() throws {
    let intrusion = try Intrusion()
    var opened = 0
    for _ in 0..<20 {
      while let stream = intrusion.connection.openStream() {
        opened += 1
        stream.write(SendBuffer(MultistreamDialer(proposals: ["/echo/1"]).opening))
        stream.abandon(code: 1)
      }
      intrusion.network.run(milliseconds: 5)
    }
    #expect(opened > 512)
    #expect(intrusion.host.peers.isEmpty)
    #expect(intrusion.host.negotiating.count <= 640)
    intrusion.network.run(milliseconds: 11_000)
    #expect(intrusion.host.negotiating.isEmpty)
  }

  @Test func `a stream that is never agreed on is given up after ten seconds`() throws {
    let intrusion = try Intrusion()
    let stream = try #require(intrusion.connection.openStream())
    let opening = MultistreamDialer(proposals: ["/echo/1"]).opening
    // One byte in a second: never silent, never done.
    for byte in opening.prefix(9) {
      stream.write(SendBuffer([byte]))
      intrusion.network.run(milliseconds: 1_000)
    }
    #expect(intrusion.host.negotiating.count == 1)
    intrusion.network.run(milliseconds: 2_000)
    #expect(intrusion.host.negotiating.isEmpty)
    #expect(stream.isWriteOver)
    #expect(!intrusion.host.peers.isEmpty)
  }

  @Test func `a peer that answers no stream in ten seconds is left, and dialled again`() throws {
    let network = VirtualNetwork<Party>()
    let certificate = try TransportCertificate(for: identity(2), at: 1_800_000_000)
    let mute = try QUICEndpoint(
      certificate: certificate.der, privateKey: certificate.privateKey,
      secret: [UInt8](repeating: 2, count: 32), protocolName: "libp2p", nameOfPeer: { _ in [] })
    network.add(Party(mute: mute), port: 2)
    let peer = DialBook.StaticPeer(peer: identity(2).peerID, addresses: [.loopback(port: 2)])
    let host = try PeerHost(
      identity: identity(1), settings: HostSettings(protocols: [], agentVersion: "host"),
      staticPeers: [peer], random: SeededRandom(seed: 1), unixSeconds: { 1_800_000_000 },
      at: network.now)
    network.add(Party(host), port: 1)
    network.run(milliseconds: 9_000)
    #expect(host.peers == [identity(2).peerID])
    network.run(milliseconds: 2_000)
    #expect(host.peers.isEmpty)
    network.run(milliseconds: 5_000)
    #expect(host.peers == [identity(2).peerID])
  }

  @Test(arguments: [
    [UInt8](repeating: 0xFF, count: 64), [0], [1, 0x41], [0x81, 0x10, 0x41],
    Array("GET / HTTP/1.1\r\n\r\n".utf8),
  ])
  func `nonsense instead of an agreement ends the stream only`(bytes: [UInt8]) throws {
    let intrusion = try Intrusion()
    let stream = try #require(intrusion.connection.openStream())
    stream.write(SendBuffer(bytes), isEnd: true)
    intrusion.network.run(milliseconds: 100)
    #expect(intrusion.host.negotiating.allSatisfy { $0.isSettled })
    #expect(stream.isWriteOver)
    #expect(intrusion.host.peers.count == 1)
  }

  @Test func `eleven proposals are too many`() throws {
    let intrusion = try Intrusion()
    let stream = try #require(intrusion.connection.openStream())
    let proposals = (0..<11).flatMap { Multistream.encode("/nope/\($0)") }
    stream.write(SendBuffer(Multistream.encode(Multistream.header) + proposals))
    intrusion.network.run(milliseconds: 100)
    #expect(stream.isWriteOver)
  }

  @Test func `a pinger that does not read is echoed no more than 4 kB`() throws {
    let intrusion = try Intrusion()
    let stream = try #require(intrusion.connection.openStream())
    stream.write(SendBuffer(MultistreamDialer(proposals: [PeerHost.ping]).opening))
    intrusion.network.run(milliseconds: 100)
    stream.write(SendBuffer([UInt8](repeating: 1, count: 1 << 20)))
    intrusion.network.run(milliseconds: 1_000)
    #expect(stream.isWriteOver)
    #expect(intrusion.host.peers.count == 1)
  }

  @Test func `a program's name is cut and cleaned before it is shown`() throws {
    func message(_ agent: String) -> [UInt8] {
      IdentifyMessage(
        agentVersion: agent, publicKey: identity(1).publicKeyMessage, listenAddresses: [],
        protocols: []
      ).framed
    }
    #expect(IdentifyMessage.agentVersion(in: message("zeam/1\u{1B}[31m\n")) == "zeam/1[31m")
    let long = IdentifyMessage.agentVersion(in: message(String(repeating: "x", count: 5_000)))
    #expect(long?.count == 64)
    #expect(IdentifyMessage.agentVersion(in: []) == nil)
    #expect(IdentifyMessage.agentVersion(in: [0xFF, 0xFF, 0xFF, 0x7F]) == nil)
  }
}

/// A host, or an endpoint that keeps connections and says nothing on them.
private final class Party: DatagramNode {
  private let host: PeerHost?
  private let endpoint: QUICEndpoint

  init(_ host: PeerHost) {
    self.host = host
    endpoint = host.endpoint
  }

  init(mute endpoint: QUICEndpoint) {
    host = nil
    self.endpoint = endpoint
  }

  var nextExpiry: UInt64 { host?.nextExpiry ?? endpoint.nextExpiry }

  func receive(_ datagram: UnsafeRawBufferPointer, from remote: NetworkAddress, at now: UInt64) {
    endpoint.receive(datagram, from: remote, at: now)
  }

  func expire(at now: UInt64) {
    if let host { host.expire(at: now) } else { endpoint.expire(at: now) }
  }

  func flush(at now: UInt64, to sink: DatagramSink) -> Bool {
    host?.flush(at: now, to: sink) ?? endpoint.flush(at: now, to: sink)
  }

  func takeEvents() -> [PeerHost.Event] {
    if let host { return host.takeEvents() }
    _ = endpoint.takeEvents()
    return []
  }
}
