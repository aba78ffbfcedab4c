import Hashing
import PeerIdentity
import QUIC
import Wire

extension FuzzTarget {
  /// Whole endpoints, fed with datagrams.
  static let endpoints = [
    FuzzTarget(
      name: "quic_endpoint", seeds: { try EndpointScript.seeds() },
      run: { input in
        guard let script = try? EndpointScript(input) else { return }
        script.run()
      })
  ]
}

/// A server and an honest client, and what an attacker who hears their packets does to the server.
///
/// The input says what happens: the first byte how it begins, then a step after the other. Keys
/// differ in each run, so packets are named by their number and not by their bytes.
private final class EndpointScript {
  private enum Step: UInt8, CaseIterable {
    /// A datagram of the input's own bytes.
    case inject
    /// A datagram that the client has sent, changed.
    case replay
    /// The client opens a stream and writes.
    case write
    /// The client gives its last stream up.
    case abandon
    /// Datagrams of the client are lost.
    case lose
    /// Time passes.
    case wait
    /// The client leaves.
    case close
  }

  /// Steps of one run; more would only be slower.
  private static let stepLimit = 64
  private static let unixSeconds = 1_800_000_000
  private static let certificates = (1...2).compactMap { last in
    PeerIdentity(secret: Bytes32 { $0[31] = UInt8(last) })
      .flatMap { try? TransportCertificate(for: $0, at: unixSeconds) }
  }
  private static let serverAddress = NetworkAddress.loopback(port: 2)
  private static let clientAddress = NetworkAddress.loopback(port: 1)
  /// The client's own, then two that the attacker can send from and never hears at.
  private static let sources = [
    clientAddress, NetworkAddress(host: .ipv4(0x0a00_0001), port: 9), .loopback6(port: 7),
  ]

  private var rest: ArraySlice<UInt8>
  private let settings: QUICSettings
  private let server: QUICEndpoint
  private let client: QUICEndpoint
  private var now: UInt64 = 1_000_000_000
  private var connection: QUICConnection?
  private var serverSide: QUICConnection?
  private var stream: QUICStream?
  private var heard: [[UInt8]] = []
  private var lost = 0
  /// Whether the connection may end: what was done was not only the attacker's.
  private var mayEnd = false
  private var received: [NetworkAddress: Int] = [:]
  private var answered: [NetworkAddress: Int] = [:]

  init(_ input: [UInt8]) throws {
    rest = input[...]
    let kind = rest.popFirst() ?? 0
    var settings = QUICSettings()
    settings.inboundLimit = 8
    settings.admission.unproved = kind & 2 == 0 ? 4 : 1
    self.settings = settings
    server = try Self.endpoint(0, settings)
    client = try Self.endpoint(1, settings)
    guard kind & 1 == 1 else { return }
    connection = client.connect(to: Self.serverAddress, at: now)
    pass(milliseconds: 100)
    demand(serverSide != nil && serverSide?.isClosed == false, "an honest client gets in")
  }

  private static func endpoint(_ number: Int, _ settings: QUICSettings) throws -> QUICEndpoint {
    let certificate = certificates[number]
    return try QUICEndpoint(
      certificate: certificate.der, privateKey: certificate.privateKey,
      secret: [UInt8](repeating: UInt8(number), count: 32), protocolName: "libp2p",
      settings: settings,
      nameOfPeer: { (try? verifyLibp2pCertificate($0, at: unixSeconds))?.multihash })
  }

  func run() {
    var steps = 0
    while let next = rest.popFirst(), steps < Self.stepLimit {
      steps += 1
      take(Step.allCases[Int(next) % Step.allCases.count])
    }
    pass(milliseconds: 50)
    check()
  }

  private func take(_ step: Step) {
    let argument = rest.popFirst() ?? 0
    switch step {
    case .inject:
      let count = Int(rest.popFirst() ?? 0) * 8
      let datagram = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
      deliver(datagram, from: Self.sources[Int(argument) % Self.sources.count])
    case .replay: replay(from: Self.sources[Int(argument) % Self.sources.count])
    case .write:
      stream = connection?.openStream() ?? stream
      stream?.write(
        SendBuffer([UInt8](repeating: argument, count: 20 * Int(argument))),
        isEnd: argument & 1 == 1)
    case .abandon: stream?.abandon(code: UInt64(argument))
    case .lose:
      lost = Int(argument) % 8
      mayEnd = true
    case .wait: pass(milliseconds: UInt64(argument) * 20)
    case .close:
      connection?.close(code: UInt64(argument), at: now)
      mayEnd = true
    }
    pass(milliseconds: 0)
  }

  /// Sends what the client has sent, with changed bytes or cut.
  private func replay(from source: NetworkAddress) {
    guard !heard.isEmpty else { return }
    var datagram = heard[Int(rest.popFirst() ?? 0) % heard.count]
    for _ in 0..<(rest.popFirst() ?? 0) % 8 {
      guard !datagram.isEmpty, rest.count >= 3 else { break }
      let bytes = Array(rest.prefix(3))
      rest = rest.dropFirst(3)
      let position = (Int(bytes[0] & 0x7F) << 8 | Int(bytes[1])) % datagram.count
      datagram[position] ^= bytes[2]
      if bytes[0] & 0x80 != 0 { datagram.removeSubrange(position...) }
    }
    deliver(datagram, from: source)
  }

  private func deliver(_ datagram: [UInt8], from source: NetworkAddress) {
    received[source, default: 0] += datagram.count
    datagram.withUnsafeBytes { server.receive($0, from: source, at: now) }
  }

  /// Lets time pass, in which client and server hear each other.
  private func pass(milliseconds: UInt64) {
    let end = now + milliseconds * 1_000_000
    while true {
      while exchange() {}
      let next = min(server.nextExpiry, client.nextExpiry)
      guard next <= end else { break }
      now = max(now, next)
      server.expire(at: now)
      client.expire(at: now)
    }
    now = end
  }

  /// Takes what both want to send once.
  ///
  /// - Returns: Whether there was anything.
  private func exchange() -> Bool {
    var toServer: [[UInt8]] = []
    var toClient: [[UInt8]] = []
    _ = client.flush(at: now) { datagrams, segment, _ in
      toServer += datagrams.cut(segment)
    }
    _ = server.flush(at: now) { [self] datagrams, segment, remote in
      answered[remote, default: 0] += datagrams.count
      if remote == Self.clientAddress { toClient += datagrams.cut(segment) }
    }
    takeEvents()
    for datagram in toServer {
      if heard.count < 64 { heard.append(datagram) }
      if lost > 0 {
        lost -= 1
      } else {
        deliver(datagram, from: Self.clientAddress)
      }
    }
    for datagram in toClient {
      datagram.withUnsafeBytes { client.receive($0, from: Self.serverAddress, at: now) }
    }
    return !toServer.isEmpty || !toClient.isEmpty
  }

  private func takeEvents() {
    for event in server.takeEvents() {
      switch event.event {
      case .established: serverSide = serverSide ?? event.connection
      case .readable(let stream): _ = stream.read()
      default: break
      }
    }
    _ = client.takeEvents()
  }

  private func check() {
    let limits = settings.admission
    demand(server.inboundConnectionCount <= settings.inboundLimit, "connections have a limit")
    demand(
      server.handshakesUnderWay <= limits.unproved + limits.proved, "handshakes have a limit")
    for source in Self.sources where source != Self.clientAddress {
      demand(
        answered[source, default: 0] <= 3 * received[source, default: 0], "nothing is amplified")
    }
    guard let serverSide, !mayEnd else { return }
    demand(!serverSide.isClosed, "nobody without its keys ends a connection")
  }

  /// Scripts for each step, and the first datagrams of a client as they are on the wire.
  static func seeds() throws -> [[UInt8]] {
    let stranger = try endpoint(1, QUICSettings())
    _ = stranger.connect(to: serverAddress, at: 0)
    var first: [[UInt8]] = []
    _ = stranger.flush(at: 0) { datagrams, segment, _ in first += datagrams.cut(segment) }
    var seeds: [[UInt8]] = first.map { datagram in
      [0, Step.inject.rawValue, 1, UInt8(datagram.count / 8)] + datagram
    }
    for number in 0..<8 as Range<UInt8> {
      for source in 0..<3 as Range<UInt8> {
        let write = [3, Step.write.rawValue, 9]
        seeds.append(write + [Step.replay.rawValue, source, number, 1, 0, 30, 1])
      }
    }
    seeds.append([1, Step.write.rawValue, 255, Step.abandon.rawValue, 1, Step.wait.rawValue, 100])
    seeds.append([1, Step.lose.rawValue, 3, Step.write.rawValue, 200, Step.wait.rawValue, 255])
    seeds.append([1, Step.close.rawValue, 7, Step.wait.rawValue, 60])
    seeds.append([0, Step.inject.rawValue, 2, 8] + [UInt8](repeating: 0x40, count: 64))
    return seeds
  }
}

extension UnsafeRawBufferPointer {
  /// The datagrams of a run.
  fileprivate func cut(_ segment: Int) -> [[UInt8]] {
    stride(from: 0, to: count, by: segment).map { Array(self[$0..<Swift.min($0 + segment, count)]) }
  }
}
