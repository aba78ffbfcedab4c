import PeerIdentity
import QUIC
import QUICTestSupport
import Randomness
import Testing
import Wire

@testable import Libp2p

struct PeerHostTests {
  @Test func `hosts know each other by identity and program`() throws {
    let network = HostNetwork()
    let (first, second) = try network.addPair()
    network.run(milliseconds: 100)
    #expect(first.peers == [identity(2).peerID])
    #expect(second.peers == [identity(1).peerID])
    for (port, agent) in [(1, "host 2"), (2, "host 1")] as [(UInt16, String)] {
      let agents = (network.events[port] ?? []).compactMap {
        if case .identified(_, let agent) = $0 { agent } else { nil }
      }
      #expect(agents == [agent])
    }
    #expect(first.path(to: identity(2).peerID)?.remote == .loopback(port: 2))
    #expect(first.path(to: identity(2).peerID)?.roundTripNanoseconds ?? 0 >= 2_000_000)
  }

  @Test func `a stream is agreed on for the first protocol that both speak`() throws {
    let network = HostNetwork()
    let (first, _) = try network.addPair()
    let stream = try #require(
      first.open(["/echo/9", "/echo/2", "/echo/1"], to: identity(2).peerID, at: network.now))
    network.run(milliseconds: 50)
    #expect(stream.protocolName == "/echo/2")
    let accepted = try #require(network.streams(accepted: 2).first)
    #expect(accepted.protocolName == "/echo/2")
    stream.write(SendBuffer([1, 2, 3]), isEnd: true)
    network.run(milliseconds: 50)
    #expect(accepted.read() == [1, 2, 3])
    #expect(accepted.inbound == .ended)
    accepted.write(SendBuffer([4]), isEnd: true)
    network.run(milliseconds: 50)
    #expect(stream.read() == [4])
    network.run(milliseconds: 50)
    let isClosed = (network.events[1] ?? []).contains {
      if case .closed(let closed) = $0 { closed === stream } else { false }
    }
    #expect(isClosed)
  }

  @Test func `a stream for what the peer does not speak is refused`() throws {
    let network = HostNetwork()
    let (first, _) = try network.addPair()
    let stream = try #require(first.open(["/nope"], to: identity(2).peerID, at: network.now))
    network.run(milliseconds: 50)
    #expect(stream.failure == .refused)
    #expect(network.streams(accepted: 2).isEmpty)
  }

  @Test(arguments: [(1, 2), (2, 1), (3, 4), (5, 6)] as [(UInt8, UInt8)])
  func `two that dial each other keep the connection of the smaller id`(
    one: UInt8, other: UInt8
  ) throws {
    let network = HostNetwork()
    let hosts = [
      try network.add(one, dialing: [other]), try network.add(other, dialing: [one]),
    ]
    network.run(milliseconds: 2_000)
    let smaller = min(identity(one).peerID, identity(other).peerID)
    for host in hosts {
      let link = try #require(host.links.values.first)
      #expect(host.links.count == 1)
      #expect(host.endpoint.connectionCount == 1)
      #expect(link.connection.isInbound == (host.identity.peerID != smaller))
    }
    // And it stays so: nobody dials again.
    network.run(milliseconds: 60_000)
    #expect(hosts.allSatisfy { $0.endpoint.connectionCount == 1 })
    #expect(network.connections(UInt16(one)).count <= 2)
  }

  @Test func `a peer that restarts replaces its old connection`() throws {
    let network = HostNetwork()
    let (_, second) = try network.addPair()
    try network.add(1, dialing: [2])
    network.run(milliseconds: 1_000)
    #expect(second.peers == [identity(1).peerID])
    #expect(network.connections(2).count == 2)
    #expect(network.endings(2).count == 1)
    #expect(second.endpoint.inboundConnectionCount == 1)
  }

  @Test(arguments: [(1, 2), (2, 1), (3, 4), (5, 6)] as [(UInt8, UInt8)])
  func `of two that dial each other, one that restarts is back at once`(
    one: UInt8, other: UInt8
  ) throws {
    let network = HostNetwork()
    try network.add(one, dialing: [other])
    let lasting = try network.add(other, dialing: [one])
    network.run(milliseconds: 8_000)
    let restarted = try network.add(one, dialing: [other])
    network.run(milliseconds: 500) { !restarted.peers.isEmpty }
    #expect(restarted.peers == [identity(other).peerID])
    network.run(milliseconds: 60_000)
    #expect(restarted.peers == [identity(other).peerID] && lasting.peers.count == 1)
    #expect(restarted.endpoint.connectionCount == 1 && lasting.endpoint.connectionCount == 1)
  }

  @Test func `an address with another peer behind it is left, and tried again`() throws {
    let network = HostNetwork()
    try network.add(2)
    let first = try PeerHost(
      identity: identity(1), settings: HostSettings(protocols: [], agentVersion: "x"),
      staticPeers: [.init(peer: identity(9).peerID, addresses: [.loopback(port: 2)])],
      random: SeededRandom(seed: 1), unixSeconds: { 1_800_000_000 }, at: network.now)
    network.add(first, port: 1)
    network.run(milliseconds: 10_000)
    #expect(network.connections(1).isEmpty)
    #expect(first.missingPeers == [identity(9).peerID])
    #expect(network.connections(2).count > 1)
    #expect(first.endpoint.connectionCount == 0)
  }

  @Test func `a static peer is dialled until it is there, and again when it is gone`() throws {
    let network = HostNetwork()
    let first = try network.add(1, dialing: [2])
    network.run(milliseconds: 60_000)
    #expect(first.missingPeers == [identity(2).peerID])
    var second = try network.add(2)
    #expect(network.run(milliseconds: 45_000) { !first.peers.isEmpty })
    network.run(milliseconds: 1_000)
    second.shutDown(at: network.now)
    network.run(milliseconds: 100)
    #expect(first.peers.isEmpty)
    second = try network.add(2)
    #expect(network.run(milliseconds: 60_000) { !first.peers.isEmpty })
  }

  @Test func `beyond the limit strangers are turned away, static peers are not`() throws {
    let network = HostNetwork()
    let host = try network.add(1, dialing: [9]) {
      $0.inboundPeerLimit = 2
    }
    for number in 2...5 as ClosedRange<UInt8> { try network.add(number, dialing: [1]) }
    network.run(milliseconds: 3_000)
    #expect(host.peers.count == 2)
    try network.add(9, dialing: [1])
    #expect(network.run(milliseconds: 30_000) { host.peers.contains(identity(9).peerID) })
  }

  @Test(arguments: [
    (NetworkAddress.Host.ipv6(high: 7, low: 1), NetworkAddress.Host.ipv6(high: 8, low: 1)),
    (.ipv4(7), .ipv4(8)),
  ])
  func `strangers of one address, or of one /64 of IPv6, leave places for others`(
    crowd: NetworkAddress.Host, other: NetworkAddress.Host
  ) throws {
    let network = HostNetwork()
    let host = try network.add(1) { $0.inboundPeersPerAddress = 2 }
    for number in 2...5 as ClosedRange<UInt8> {
      var machine = crowd
      if case .ipv6(let high, _, _) = crowd { machine = .ipv6(high: high, low: UInt64(number)) }
      try network.add(number, dialing: [1], on: machine)
    }
    network.run(milliseconds: 3_000)
    #expect(host.peers.count == 2)
    try network.add(6, dialing: [1], on: other)
    network.run(milliseconds: 3_000)
    #expect(host.peers.count == 3)
    #expect(host.peers.contains(identity(6).peerID))
  }

  @Test func `ping brings back what was sent`() throws {
    let network = HostNetwork()
    let (first, _) = try network.addPair()
    let stream = try #require(
      first.open(["/ipfs/ping/1.0.0"], to: identity(2).peerID, at: network.now))
    for round in 0..<3 as Range<UInt8> {
      stream.write(SendBuffer([UInt8](repeating: round, count: 32)))
      network.run(milliseconds: 50)
      #expect(stream.read() == [UInt8](repeating: round, count: 32))
    }
  }

  @Test func `a shut down host says goodbye and dials no more`() throws {
    let network = HostNetwork()
    let (first, second) = try network.addPair()
    first.shutDown(at: network.now)
    network.run(milliseconds: 60_000)
    #expect(network.endings(2) == [.closedByPeer(code: 0, reason: "")])
    #expect(second.peers.isEmpty)
    #expect(first.endpoint.connectionCount == 0)
  }
}
