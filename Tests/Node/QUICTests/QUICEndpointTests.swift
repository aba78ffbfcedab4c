import QUICTestSupport
import Testing

@testable import QUIC

struct QUICEndpointTests {
  @Test func `a handshake takes two round trips at most and tells both sides`() throws {
    let network = EndpointNetwork()
    network.delay = 20_000_000
    let began = network.now
    let pair = try ConnectedPair(network: network)
    #expect(pair.clientSide.peerName == TestCertificate.certificate)
    #expect(pair.serverSide.peerName == TestCertificate.certificate)
    #expect(network.now - began <= 80_000_000)
    #expect(pair.server.handshakesUnderWay == 0)
    #expect(pair.server.inboundConnectionCount == 1)
  }

  @Test(arguments: [0, 10, 50, 200] as [UInt64])
  func `bytes arrive whole and in order through loss`(lossPerMille: UInt64) throws {
    let pair = try ConnectedPair()
    let network = pair.network
    network.delay = 5_000_000
    network.lossPerMille = lossPerMille
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let stream = try #require(pair.clientSide.openStream())
    stream.write(SendBuffer(bytes), isEnd: true)
    var got: [UInt8] = []
    network.onEvent = { port, event in
      if port == 2, case .readable(let stream) = event.event { got += stream.read() }
    }
    let isWhole = network.run(milliseconds: 60_000) { got.count == bytes.count }
    #expect(isWhole)
    #expect(got == bytes)
    #expect(pair.accepted.first?.inbound == .ended)
  }

  @Test func `a certificate that is refused closes the connection on both sides`() throws {
    for refuser in [1, 2] as [UInt16] {
      let network = EndpointNetwork()
      let client = try network.add(port: 1) { refuser != 1 ? $0 : nil }
      let server = try network.add(port: 2) { refuser != 2 ? $0 : nil }
      _ = client.connect(to: .loopback(port: 2), at: network.now)
      network.run(milliseconds: 2_000)
      #expect(network.ending(refuser) == .handshakeRefused(alert: 42))
      let told = try #require(network.ending(3 - refuser))
      guard case .refusedByPeer(0x12a, _) = told else {
        Issue.record("the other side ended with \(told)")
        return
      }
      #expect(network.connection(established: 1) == nil)
      #expect(client.connectionCount == 0)
      #expect(server.connectionCount == 0)
      #expect(server.handshakesUnderWay == 0)
    }
  }

  @Test func `connections go with their endpoint, also while streams wait to send`() throws {
    weak var connection: QUICConnection?
    weak var waiting: QUICStream?
    try {
      let pair = try ConnectedPair()
      let stream = try #require(pair.clientSide.openStream())
      stream.context = stream
      pair.clientSide.context = stream
      stream.write(SendBuffer([1, 2, 3]), isEnd: false)
      (connection, waiting) = (pair.clientSide, stream)
    }()
    #expect(connection == nil)
    #expect(waiting == nil)
  }

  @Test func `a peer that speaks another protocol is refused`() throws {
    let network = EndpointNetwork()
    let client = try network.add(port: 1, protocolName: "h3")
    try network.add(port: 2)
    _ = client.connect(to: .loopback(port: 2), at: network.now)
    network.run(milliseconds: 2_000)
    guard case .refusedByPeer(0x178, _)? = network.ending(1) else {
      Issue.record("ended with \(String(describing: network.ending(1)))")
      return
    }
  }

  @Test func `a dial to nobody ends with the handshake time`() throws {
    let network = EndpointNetwork()
    let client = try network.add(port: 1)
    _ = client.connect(to: .loopback(port: 9), at: network.now)
    network.run(milliseconds: 4_900)
    #expect(network.ending(1) == nil)
    network.run(milliseconds: 200)
    #expect(network.ending(1) == .handshakeTimeout)
  }

  @Test func `idle connections live on, and end 30 seconds after the peer is gone`() throws {
    let pair = try ConnectedPair()
    pair.network.run(milliseconds: 60_000)
    #expect(!pair.clientSide.isClosed)
    #expect(!pair.serverSide.isClosed)
    pair.network.tap = { _ in false }
    pair.network.run(milliseconds: 35_000)
    #expect(pair.network.ending(1) == .idle)
    #expect(pair.network.ending(2) == .idle)
  }

  @Test func `a close is told, and both sides let go`() throws {
    let pair = try ConnectedPair()
    pair.clientSide.close(code: 7, at: pair.network.now)
    pair.network.run(milliseconds: 100)
    #expect(pair.network.ending(1) == .closedByUs(code: 7))
    #expect(pair.network.ending(2) == .closedByPeer(code: 7, reason: ""))
    pair.network.run(milliseconds: 2_000)
    #expect(pair.client.connectionCount == 0)
    #expect(pair.server.inboundConnectionCount == 0)
  }

  @Test func `a peer that forgot a connection says so`() throws {
    let pair = try ConnectedPair()
    // The server restarts on the same port with the same secret.
    let restarted = try pair.network.add(port: 2)
    let stream = try #require(pair.clientSide.openStream())
    stream.write(SendBuffer([UInt8](repeating: 1, count: 200)))
    pair.network.run(milliseconds: 100)
    #expect(restarted.counts.resets > 0)
    #expect(pair.network.ending(1) == .statelessReset)
  }

  @Test func `an unknown version is answered with ours`() throws {
    let network = EndpointNetwork()
    try network.add(port: 2)
    var answers: [[UInt8]] = []
    network.tap = {
      answers.append($0.bytes)
      return true
    }
    var datagram = [UInt8](repeating: 0, count: 1_200)
    datagram.replaceSubrange(0..<7, with: [0xc0, 0xfa, 0xce, 0xb0, 0x0c, 8, 1])
    datagram[14] = 8
    network.inject(datagram, from: .loopback(port: 77), to: 2)
    // A short one would be amplified.
    network.inject(Array(datagram.prefix(300)), from: .loopback(port: 78), to: 2)
    network.run(milliseconds: 10)
    #expect(answers.count == 1)
    #expect(answers.first?.suffix(8).prefix(4) == [0, 0, 0, 1])
  }

  @Test func `IPv6 peers are met as IPv4 ones`() throws {
    let address = NetworkAddress.loopback6(port: 9_000)
    #expect(NetworkAddress(address.raw) == address)
    #expect("\(address)" == "[0:0:0:0:0:0:0:1]:9000")
    #expect("\(NetworkAddress.loopback(port: 1))" == "127.0.0.1:1")
    #expect(NetworkAddress(bytes: address.bytes, port: 9_000) == address)
    #expect(NetworkAddress(bytes: [1, 2, 3], port: 1) == nil)
  }
}
