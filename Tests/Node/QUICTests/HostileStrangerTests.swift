import QUICTestSupport
import Testing

@testable import QUIC

struct HostileStrangerTests {
  /// The first datagrams of `count` clients, none of which goes on.
  private static func firstDatagrams(_ count: Int) throws -> [[UInt8]] {
    let network = EndpointNetwork()
    let client = try network.add(port: 1)
    var datagrams: [[UInt8]] = []
    network.tap = {
      datagrams.append($0.bytes)
      return false
    }
    for _ in 0..<count { _ = client.connect(to: .loopback(port: 2), at: network.now) }
    network.run(milliseconds: 1)
    return Array(datagrams.prefix(count))
  }

  @Test func `a storm of handshakes leaves 16 under way, unamplified`() throws {
    let network = EndpointNetwork()
    let server = try network.add(port: 2)
    let attacker = NetworkAddress.loopback(port: 66)
    var received = 0
    var answered = 0
    network.tap = {
      if $0.to == attacker { answered += $0.bytes.count }
      return true
    }
    for datagram in try Self.firstDatagrams(2_000) {
      received += datagram.count
      network.inject(datagram, from: attacker, to: 2)
    }
    network.run(milliseconds: 500)
    #expect(server.handshakesUnderWay == 16)
    #expect(server.connectionCount == 16)
    #expect(server.counts.retries > 900)
    #expect(answered <= 3 * received)

    let client = try network.add(port: 1)
    _ = client.connect(to: .loopback(port: 2), at: network.now)
    let isIn = network.run(milliseconds: 1_000) { network.connection(established: 1) != nil }
    #expect(isIn)

    // All that the storm left is gone with the handshake time.
    network.run(milliseconds: 8_000)
    #expect(server.connectionCount == 1)
    #expect(server.handshakesUnderWay == 0)
  }

  @Test func `a replayed handshake opens nothing and moves nothing`() throws {
    let network = EndpointNetwork()
    var flight: [[UInt8]] = []
    network.tap = {
      if $0.to.port == 2 { flight.append($0.bytes) }
      return true
    }
    let pair = try ConnectedPair(network: network)
    let captured = flight
    network.tap = { _ in true }
    let replayer = NetworkAddress(host: .ipv4(0x0a00_0001), port: 5)
    var answered = 0
    network.tap = {
      if $0.to == replayer { answered += $0.bytes.count }
      return true
    }
    for _ in 0..<20 {
      for datagram in captured { network.inject(datagram, from: replayer, to: 2) }
    }
    network.run(milliseconds: 200)
    // Known identifiers reach the old connection, which has seen these packets.
    let established = (network.events[2] ?? []).filter {
      if case .established = $0.event { true } else { false }
    }
    #expect(established.count == 1)
    #expect(answered <= 3 * 20 * captured.reduce(0) { $0 + $1.count })
    let stream = try #require(pair.clientSide.openStream())
    stream.write(SendBuffer([1, 2, 3]), isEnd: true)
    network.run(milliseconds: 200)
    #expect(pair.accepted.first?.read() == [1, 2, 3])
    #expect(pair.serverSide.remote == .loopback(port: 1))
  }

  @Test func `a Retry token is good for its address only, and not for ever`() throws {
    let network = EndpointNetwork()
    var settings = QUICSettings()
    settings.admission.unproved = 1
    let server = try network.add(port: 2, settings: settings)
    network.inject(try Self.firstDatagrams(1)[0], from: .loopback(port: 66), to: 2)
    network.run(milliseconds: 10)
    var proof: [UInt8] = []
    let client = try network.add(port: 1)
    network.tap = {
      if $0.to.port == 2, $0.bytes.count >= 1_200, server.counts.retries > 0 {
        proof = $0.bytes
        return false
      }
      return true
    }
    _ = client.connect(to: .loopback(port: 2), at: network.now)
    network.run(milliseconds: 50)
    #expect(!proof.isEmpty)
    let retries = server.counts.retries
    network.tap = { _ in true }
    // Another address: asked for its own proof, nothing is begun.
    network.inject(proof, from: .loopback(port: 3), to: 2)
    network.run(milliseconds: 2)
    #expect(server.counts.retries == retries + 1)
    // The right one: begun.
    network.inject(proof, from: .loopback(port: 1), to: 2)
    network.run(milliseconds: 2)
    #expect(server.connectionCount == 2)
    // After its time: nothing.
    network.run(milliseconds: 20_000)
    let later = server.connectionCount
    network.inject(proof, from: .loopback(port: 1), to: 2)
    network.run(milliseconds: 1)
    #expect(server.connectionCount <= later + 1)
  }

  @Test func `beyond the limit of connections strangers are refused at once`() throws {
    let network = EndpointNetwork()
    var settings = QUICSettings()
    settings.inboundLimit = 3
    let server = try network.add(port: 2, settings: settings)
    for port in 10..<15 as Range<UInt16> {
      let client = try network.add(port: port)
      _ = client.connect(to: .loopback(port: 2), at: network.now)
      network.run(milliseconds: 500)
    }
    #expect(server.inboundConnectionCount == 3)
    #expect(server.counts.refused > 0)
    guard case .refusedByPeer(2, _)? = network.ending(14) else {
      Issue.record("ended with \(String(describing: network.ending(14)))")
      return
    }
  }

  @Test func `noise is dropped: random bytes, cut and bent datagrams`() throws {
    let network = EndpointNetwork()
    let pair = try ConnectedPair(network: network)
    var initials = try Self.firstDatagrams(50)
    for index in initials.indices {
      for _ in 0..<20 {
        let position = Int(network.random() % UInt64(initials[index].count))
        initials[index][position] ^= UInt8(truncatingIfNeeded: network.random())
      }
      network.inject(initials[index], from: .loopback(port: 70), to: 2)
      network.inject(
        Array(initials[index].prefix(Int(network.random() % 1_200))),
        from: .loopback(port: 71), to: 2)
      let random = (0..<Int(network.random() % 1_400)).map { _ in
        UInt8(truncatingIfNeeded: network.random())
      }
      network.inject(random, from: .loopback(port: 1), to: 2)
    }
    network.run(milliseconds: 10_000)
    #expect(!pair.serverSide.isClosed)
    #expect(pair.server.connectionCount == 1)
  }
}
