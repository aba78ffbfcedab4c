import Foundation

@testable import QUIC

/// Endpoints joined in memory, in virtual time, with loss and delay from a seed.
final class VirtualNetwork {
  struct Packet {
    let at: UInt64
    let from: NetworkAddress
    let to: NetworkAddress
    let bytes: [UInt8]
  }

  private(set) var now: UInt64 = 1_000_000_000
  var delay: UInt64 = 1_000_000
  /// Datagrams in a thousand that vanish.
  var lossPerMille: UInt64 = 0
  /// Sees every datagram as it is sent, and may take it away.
  var tap: (Packet) -> Bool = { _ in true }
  private(set) var sent = 0
  private var seed: UInt64
  private var endpoints: [(address: NetworkAddress, endpoint: QUICEndpoint)] = []
  private var inFlight: [Packet] = []
  /// What happened, by the endpoint's port.
  var events: [UInt16: [QUICEndpoint.Event]] = [:]
  /// Called for every event as it happens.
  var onEvent: (UInt16, QUICEndpoint.Event) -> Void = { _, _ in }

  init(seed: UInt64 = 1) { self.seed = seed }

  func random() -> UInt64 {
    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return seed >> 33
  }

  @discardableResult
  func add(
    port: UInt16, settings: QUICSettings = QUICSettings(), protocolName: String = "libp2p",
    nameOfPeer: @escaping CertificateCheck = { $0 }
  ) throws -> QUICEndpoint {
    let endpoint = try QUICEndpoint(
      certificate: TestCertificate.certificate, privateKey: TestCertificate.privateKey,
      secret: [UInt8](repeating: UInt8(port & 255), count: 32), protocolName: protocolName,
      settings: settings, nameOfPeer: nameOfPeer)
    endpoints.removeAll { $0.address.port == port }
    endpoints.append((.loopback(port: port), endpoint))
    return endpoint
  }

  /// Puts a datagram on the wire as if it came from `from`.
  func inject(_ bytes: [UInt8], from: NetworkAddress, to port: UInt16) {
    inFlight.append(Packet(at: now, from: from, to: .loopback(port: port), bytes: bytes))
  }

  private func send(_ packet: Packet) {
    sent += 1
    guard tap(packet), random() % 1_000 >= lossPerMille else { return }
    inFlight.append(packet)
  }

  private func flushAll() {
    for (address, endpoint) in endpoints {
      var rounds = 0
      while rounds < 100 {
        rounds += 1
        let hasMore = endpoint.flush(at: now) { datagrams, segment, remote in
          var start = 0
          while start < datagrams.count {
            let end = min(start + segment, datagrams.count)
            send(
              Packet(
                at: now + delay, from: address, to: remote, bytes: Array(datagrams[start..<end])))
            start = end
          }
        }
        for event in endpoint.takeEvents() {
          events[address.port, default: []].append(event)
          onEvent(address.port, event)
        }
        if !hasMore { break }
      }
    }
  }

  /// Lets time pass until `isDone` or `milliseconds` have gone; returns whether `isDone`.
  @discardableResult
  func run(milliseconds: UInt64, until isDone: () -> Bool = { false }) -> Bool {
    let end = now + milliseconds * 1_000_000
    flushAll()
    while !isDone() {
      let expiry = endpoints.map(\.endpoint.nextExpiry).min() ?? .max
      let arrival = inFlight.map(\.at).min() ?? .max
      let next = min(expiry, arrival)
      guard next <= end else {
        now = end
        return isDone()
      }
      now = max(now, next)
      let due = inFlight.filter { $0.at <= now }
      inFlight.removeAll { $0.at <= now }
      for packet in due {
        guard let target = endpoints.first(where: { $0.address == packet.to }) else { continue }
        packet.bytes.withUnsafeBytes { target.endpoint.receive($0, from: packet.from, at: now) }
      }
      for (_, endpoint) in endpoints { endpoint.expire(at: now) }
      flushAll()
    }
    return true
  }
}

/// A pair of endpoints with one connection between them, client on port 1 and server on port 2.
struct ConnectedPair {
  let network: VirtualNetwork
  let client: QUICEndpoint
  let server: QUICEndpoint
  let clientSide: QUICConnection
  let serverSide: QUICConnection

  init(
    network: VirtualNetwork = VirtualNetwork(), settings: QUICSettings = QUICSettings()
  ) throws {
    self.network = network
    client = try network.add(port: 1, settings: settings)
    server = try network.add(port: 2, settings: settings)
    guard let dialed = client.connect(to: .loopback(port: 2), at: network.now) else {
      throw PairError.notConnected
    }
    clientSide = dialed
    network.run(milliseconds: 3_000) {
      network.connection(established: 1) != nil && network.connection(established: 2) != nil
    }
    guard let accepted = network.connection(established: 2),
      network.connection(established: 1) === dialed
    else { throw PairError.notConnected }
    serverSide = accepted
  }

  enum PairError: Error {
    case notConnected
  }

  /// The server's side of the streams that the client opened, in order.
  var accepted: [QUICStream] {
    (network.events[2] ?? []).compactMap {
      if case .streamOpened(let stream) = $0.event { stream } else { nil }
    }
  }
}

extension VirtualNetwork {
  func connection(established port: UInt16) -> QUICConnection? {
    for event in events[port] ?? [] {
      if case .established = event.event { return event.connection }
    }
    return nil
  }

  func ending(_ port: UInt16) -> QUICEnding? {
    for event in events[port] ?? [] {
      if case .closed(let ending) = event.event { return ending }
    }
    return nil
  }
}

/// A self-signed certificate for tests, good for a hundred years.
enum TestCertificate {
  static let certificate = decode(
    """
    MIIBVTCB/aADAgECAhRSww+p6OFmSpxNuA4z/6dctN+k0zAKBggqhkjOPQQDAjAAMCAXDTI2MTEyNzEyMzI0MFoYDz
    IxMjYxMTAzMTIzMjQwWjAAMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3UQacl3/918JqKit85GizCVbfVF6T3qz
    GPL9sLX2fDGgye2PJHNxTcfyzkbQJskyVXQVdfhhziR9KdJeWuryM6NTMFEwHQYDVR0OBBYEFJxSvBk7KMk2FWKyHS
    zN6jwBrnQzMB8GA1UdIwQYMBaAFJxSvBk7KMk2FWKyHSzN6jwBrnQzMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0E
    AwIDRwAwRAIgCqHIn+3PeCNxOg9Egc65vBeNZhVFuD1fCUrEQsJcH3cCIC3RczVLM8eIhRGY+KQW9hW3VdKewoiqKt
    JJMki+P639
    """)
  static let privateKey = decode(
    """
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAlSowhCK396WHRUq0v2pAwcr2C93f3cmWZvEOoUh4Q
    ChRANCAATdRBpyXf/3XwmoqK3zkaLMJVt9UXpPerMY8v2wtfZ8MaDJ7Y8kc3FNx/LORtAmyTJVdBV1+GHOJH0p0l5a
    6vIz
    """)

  private static func decode(_ text: String) -> [UInt8] {
    Array(Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
  }
}
