private import Foundation
private import Hashing
internal import PeerIdentity
internal import QUIC
private import Synchronization
private import Wire

/// QUIC by itself: two endpoints with libp2p certificates on loopback, each on its own thread.
struct TransportBench {
  private static let handshakes = 300
  private static let streamBytes = 128 << 20
  private static let warmConnections = 400
  private static let leakConnections = 2_000

  private let server: Server
  private let client: Side

  init() throws {
    server = try Server()
    client = try Side(number: 1)
  }

  func stop() { server.stop() }

  func handshakes() throws -> [NetworkFigure] {
    var times: [Double] = []
    for _ in 0..<Self.handshakes {
      let began = QUICSockets.now
      let connection = try client.connect(to: server.address)
      times.append(Double(QUICSockets.now - began) / 1e6)
      connection.close(code: 0, at: QUICSockets.now)
      client.turn(untilNothing: true)
    }
    return [
      NetworkFigure("handshake, median", times.quantile(0.5), "ms", .atMost(2)),
      NetworkFigure("handshake, p99", times.quantile(0.99), "ms"),
    ]
  }

  func stream() throws -> [NetworkFigure] {
    let connection = try client.connect(to: server.address)
    defer { connection.close(code: 0, at: QUICSockets.now) }
    var best = 0.0
    for _ in 0..<3 {
      guard let stream = connection.openStream() else { throw BenchError.noStream }
      let piece = SendBuffer([UInt8](repeating: 7, count: 65_536))
      let began = QUICSockets.now
      var left = Self.streamBytes
      while stream.inbound == .open {
        while left > 0, stream.unacknowledged < 4 << 20 {
          left -= piece.count
          stream.write(piece, isEnd: left == 0)
        }
        client.turn()
        guard !connection.isClosed else { throw BenchError.lost }
      }
      let seconds = Double(QUICSockets.now - began) / 1e9
      best = max(best, Double(Self.streamBytes) / 1e6 / seconds)
    }
    return [NetworkFigure("one stream, best of 3 of 128 MiB", best, "MB/s", .atLeast(90))]
  }

  func leaks() throws -> [NetworkFigure] {
    func use(_ count: Int) throws {
      for _ in 0..<count {
        let connection = try client.connect(to: server.address)
        guard let stream = connection.openStream() else { throw BenchError.noStream }
        stream.write(SendBuffer([1, 2, 3]), isEnd: true)
        while stream.inbound == .open, !connection.isClosed { client.turn() }
        connection.close(code: 0, at: QUICSockets.now)
        client.turn(untilNothing: true)
      }
    }
    try use(Self.warmConnections)
    client.rest(seconds: 1.5)
    let before = ProcessFigures.residentBytes()
    try use(Self.leakConnections)
    // Closed connections answer late datagrams for a second.
    client.rest(seconds: 1.5)
    let grown = Double(ProcessFigures.residentBytes() - before) / 1e3
    return [
      NetworkFigure(
        "memory grown by 2,000 connections, both ends", grown, "kB", .atMost(1_000)),
      NetworkFigure(
        "connections left of them", Double(client.endpoint.connectionCount), "", .atMost(0)),
    ]
  }
}

enum BenchError: Error {
  case noConnection
  case noStream
  case lost
  case noKey
}

/// An endpoint with its socket.
private final class Side {
  let endpoint: QUICEndpoint
  let sockets: QUICSockets

  init(number: UInt8) throws {
    sockets = try QUICSockets([.loopback(port: 0)])
    var settings = QUICSettings()
    // The bench is a storm from one address.
    settings.admission.burstPerAddress = 100_000
    settings.admission.burst = 100_000
    let certificate = try TransportCertificate(
      for: BenchIdentity.make(number), at: Int(Date().timeIntervalSince1970))
    endpoint = try QUICEndpoint(
      certificate: certificate.der, privateKey: certificate.privateKey,
      secret: [UInt8](repeating: number, count: 32), protocolName: "libp2p", settings: settings,
      nameOfPeer: {
        (try? verifyLibp2pCertificate($0, at: Int(Date().timeIntervalSince1970)))?.multihash
      })
  }

  func connect(to address: NetworkAddress) throws -> QUICConnection {
    guard let connection = endpoint.connect(to: address, at: QUICSockets.now) else {
      throw BenchError.noConnection
    }
    turn(untilNothing: true)
    while !isEstablished(connection) {
      turn()
      if connection.isClosed { throw BenchError.lost }
    }
    return connection
  }

  private var established: ObjectIdentifier?

  private func isEstablished(_ connection: QUICConnection) -> Bool {
    established == ObjectIdentifier(connection)
  }

  /// Waits for something and works on it.
  func turn(untilNothing: Bool = false, echoing: Bool = false) {
    if !untilNothing { sockets.wait(until: min(endpoint.nextExpiry, QUICSockets.now + 50_000_000)) }
    sockets.receive { endpoint.receive($0, from: $1, at: QUICSockets.now) }
    endpoint.expire(at: QUICSockets.now)
    var hasMore = true
    while hasMore {
      hasMore = endpoint.flush(at: QUICSockets.now) { sockets.send($0, $1, to: $2) }
      for event in endpoint.takeEvents() {
        hasMore = true
        switch event.event {
        case .established: established = ObjectIdentifier(event.connection)
        case .readable(let stream):
          _ = stream.read()
          if echoing, stream.inbound == .ended { stream.finish() }
        default: break
        }
      }
    }
  }

  func rest(seconds: Double) {
    let end = QUICSockets.now + UInt64(seconds * 1e9)
    while QUICSockets.now < end { turn() }
  }
}

/// The side that takes everything and ends each stream when the other did.
private final class Server {
  let address: NetworkAddress
  private let isStopped: Flag
  private let ended = DispatchSemaphore(value: 0)

  final class Flag: Sendable {
    let value = Atomic(false)
  }

  private final class Start: Sendable {
    let address = Mutex<Result<NetworkAddress, any Error>?>(nil)
    let semaphore = DispatchSemaphore(value: 0)
  }

  init() throws {
    let start = Start()
    let isStopped = Flag()
    let ended = ended
    let thread = Thread {
      let side: Side
      do {
        side = try Side(number: 2)
      } catch {
        start.address.withLock { $0 = .failure(error) }
        start.semaphore.signal()
        return
      }
      start.address.withLock { $0 = .success(side.sockets.addresses[0]) }
      start.semaphore.signal()
      while !isStopped.value.load(ordering: .relaxed) { side.turn(echoing: true) }
      ended.signal()
    }
    thread.name = "bench server"
    thread.start()
    start.semaphore.wait()
    guard let result = start.address.withLock(\.self) else { throw BenchError.lost }
    self.isStopped = isStopped
    address = try result.get()
  }

  func stop() {
    isStopped.value.store(true, ordering: .relaxed)
    ended.wait()
  }
}

/// Keys for benches.
enum BenchIdentity {
  static func make(_ number: UInt8) throws -> PeerIdentity {
    guard let secret = Bytes32([UInt8](repeating: 0, count: 31) + [number]),
      let identity = PeerIdentity(secret: secret)
    else { throw BenchError.noKey }
    return identity
  }
}
