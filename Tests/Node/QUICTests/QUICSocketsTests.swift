import Testing

@testable import QUIC

struct QUICSocketsTests {
  @Test(arguments: [NetworkAddress.loopback(port: 0), .loopback6(port: 0)])
  func `runs of datagrams arrive as they were sent`(address: NetworkAddress) throws {
    let one = try QUICSockets([address])
    let other = try QUICSockets([address])
    let there = other.addresses[0]
    let bytes = (0..<3_100).map { UInt8(truncatingIfNeeded: $0 / 1_000) }
    bytes.withUnsafeBytes { one.send($0, 1_000, to: there) }
    var got: [[UInt8]] = []
    let deadline = QUICSockets.now + 2_000_000_000
    while got.count < 4, QUICSockets.now < deadline {
      other.wait(until: deadline)
      other.receive { datagram, remote in
        got.append(Array(datagram))
        #expect(remote == one.addresses[0])
      }
    }
    #expect(got.map(\.count) == [1_000, 1_000, 1_000, 100])
    #expect(got.flatMap { $0 } == bytes)
    #expect(one.unsent == 0)
  }

  @Test func `an address in use is refused with the system's reason`() throws {
    let first = try QUICSockets([.loopback(port: 0)])
    #expect(throws: QUICSockets.SocketError(address: first.addresses[0], code: 98)) {
      try QUICSockets([first.addresses[0]])
    }
  }

  @Test func `a wait ends at its time, and at once when it was woken before`() throws {
    let sockets = try QUICSockets([.loopback(port: 0)])
    sockets.waker.wake()
    sockets.wait(until: .max)
    let began = QUICSockets.now
    sockets.wait(until: began + 2_000_000)
    #expect(QUICSockets.now - began >= 2_000_000)
  }

  @Test func `two endpoints meet over real sockets`() throws {
    func makeEndpoint() throws -> QUICEndpoint {
      try QUICEndpoint(
        certificate: TestCertificate.certificate, privateKey: TestCertificate.privateKey,
        secret: [UInt8](repeating: 1, count: 32), protocolName: "libp2p", nameOfPeer: { $0 })
    }
    let ends = [
      (try makeEndpoint(), try QUICSockets([.loopback6(port: 0)])),
      (try makeEndpoint(), try QUICSockets([.loopback6(port: 0)])),
    ]
    _ = ends[0].0.connect(to: ends[1].1.addresses[0], at: QUICSockets.now)
    var established = 0
    let deadline = QUICSockets.now + 5_000_000_000
    while established < 2, QUICSockets.now < deadline {
      for (endpoint, sockets) in ends {
        sockets.receive { endpoint.receive($0, from: $1, at: QUICSockets.now) }
        endpoint.expire(at: QUICSockets.now)
        while endpoint.flush(at: QUICSockets.now, to: { sockets.send($0, $1, to: $2) }) {}
        for event in endpoint.takeEvents() {
          if case .established = event.event { established += 1 }
        }
      }
    }
    #expect(established == 2)
  }
}
