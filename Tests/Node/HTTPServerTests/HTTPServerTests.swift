import Chain
import ChainEvents
import ChainHost
import ChainTestSupport
import Consensus
import ForkChoice
import Foundation
import Hashing
import LeanAPI
import Synchronization
import Testing

@testable import HTTPServer

/// A server on a free port, and a socket that says what it is told.
private struct Served: Sendable {
  let hub = EventHub(run: 9)
  var settings = HTTPServer.Settings()
  var reports = Reports()
  private let api: LeanAPI

  /// What the server had to say.
  final class Reports: Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock(\.self) }
    func add(_ line: String) { kept.withLock { $0.append(line) } }
  }

  init() throws {
    settings.port = 0
    // Beside a thousand other tests an answer may take minutes.
    settings.idleSeconds = 600
    let store = try Fixture.genesisStore(validators: 4)
    let view = ChainView(
      ChainEngine(
        configuration: ChainConfiguration(
          clock: SlotClock(genesisTime: store.config.genesisTime), validators: []), store: store))
    api = LeanAPI(
      APISource(
        version: "swiftlet", peerID: nil, view: { view }, wallSlot: { 0 }, block: { _ in nil },
        peers: { [] }, setAggregator: { _ in },
        metrics: { [UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20) }))
  }

  /// Runs the server while `body` uses its port.
  func run(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
    let server = HTTPServer(api, hub: hub, settings: settings) { [reports] in reports.add($0) }
    let (ports, port) = AsyncStream<Int>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { port.finish() }
        try await server.run { port.yield($0) }
      }
      var bound = ports.makeAsyncIterator()
      if let number = await bound.next() {
        try await body(number)
        group.cancelAll()
      }
      try await group.waitForAll()
    }
  }
}

/// A connection of a test; it waits on threads of its own, since the server needs those of Swift.
private final class Client: Sendable {
  private let socket: Int32

  init(port: Int) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    // Small, so that what is not read soon waits on the server's side.
    var size: Int32 = 16_384
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
    var wait = timeval(tv_sec: 300, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(socket) }

  func send(_ text: String) {
    _ = text.withCString {
      Glibc.send(socket, $0, strlen($0), Int32(bitPattern: UInt32(MSG_NOSIGNAL)))
    }
  }

  /// Reads until the other side closes or `isEnough` says so.
  func read(until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }) async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
          let count = recv(self.socket, &buffer, buffer.count, 0)
          guard count > 0 else { break }
          all += buffer[..<count]
          if all.count < 100_000, isEnough(String(decoding: all, as: UTF8.self)) { break }
        }
        continuation.resume(returning: String(decoding: all, as: UTF8.self))
      }
    }
  }
}

struct HTTPServerTests {
  private func get(_ path: String, _ headers: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\(headers)\r\n"
  }

  @Test func `A request is answered with status, type and body`() async throws {
    try await Served().run { port in
      let client = try Client(port: port)
      client.send(self.get("/lean/v0/health"))
      let answer = await client.read()
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(answer.lowercased().contains("content-type: application/json\r\n"))
      #expect(answer.hasSuffix(#"{"service":"lean-rpc-api","status":"healthy"}"#))
    }
  }

  @Test func `A head request has the length and no body`() async throws {
    try await Served().run { port in
      let client = try Client(port: port)
      client.send("HEAD /lean/v0/health HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n")
      let answer = await client.read().lowercased()
      #expect(answer.contains("content-length: 45\r\n"))
      #expect(answer.hasSuffix("\r\n\r\n"))
    }
  }

  @Test func `A large answer comes whole`() async throws {
    try await Served().run { port in
      let client = try Client(port: port)
      client.send(self.get("/metrics"))
      let answer = await client.read()
      #expect(
        answer.count
          - (answer.firstRange(of: "\r\n\r\n").map {
            answer.distance(from: answer.startIndex, to: $0.upperBound)
          } ?? 0) == 8 << 20)
    }
  }

  @Test func `A body or headers beyond their limits are refused`() async throws {
    try await Served().run { port in
      let long = try Client(port: port)
      long.send(
        "POST /lean/v0/admin/aggregator HTTP/1.1\r\nHost: n\r\nContent-Length: 9000\r\n"
          + "Connection: close\r\n\r\n" + String(repeating: "x", count: 9000))
      #expect(await long.read().hasPrefix("HTTP/1.1 413"))
      let headers = try Client(port: port)
      headers.send(self.get("/lean/v0/health", "X: \(String(repeating: "y", count: 20_000))\r\n"))
      #expect(await !headers.read().hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test func `A body that does not come is not waited for`() async throws {
    var served = try Served()
    served.settings.bodySeconds = 1
    try await served.run { port in
      let client = try Client(port: port)
      client.send(
        "POST /lean/v0/admin/aggregator HTTP/1.1\r\nHost: n\r\nContent-Length: 20\r\n\r\n{")
      #expect(await client.read { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 413"))
    }
  }

  @Test func `A client that takes nothing is dropped and told of`() async throws {
    var served = try Served()
    served.settings.writeSeconds = 1
    let reports = served.reports
    try await served.run { port in
      let client = try Client(port: port)
      client.send(self.get("/metrics"))
      for _ in 0..<200 where reports.lines.isEmpty {
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    #expect(reports.lines.first?.hasPrefix("a client was dropped, it reads too slowly") == true)
  }

  @Test func `Events stream as they come, also to many clients`() async throws {
    let served = try Served()
    try await served.run { port in
      let clients = try (0..<50).map { _ in try Client(port: port) }
      for client in clients { client.send(self.get("/lean/v0/events?topics=head,block")) }
      while served.hub.readerCount < clients.count { try await Task.sleep(for: .milliseconds(5)) }
      let root = Bytes32 { $0[0] = 7 }
      served.hub.take([
        TimedEvent(
          timeMilliseconds: 1, slot: 0, interval: 0, sequence: 0, node: "n",
          event: .forkChoice(.head(slot: 0, block: root, state: nil)))
      ])
      for client in clients {
        let stream = await client.read { $0.contains(#"{"slot":0,"block":"\#(root)"}"#) }
        #expect(stream.lowercased().contains("content-type: text/event-stream"))
        #expect(stream.contains("event: head\n"))
      }
      served.hub.end()
    }
  }

  @Test func `A port that is in use is told`() async throws {
    try await Served().run { port in
      var second = try Served()
      second.settings.port = port
      let other = second
      await #expect(throws: (any Error).self) { try await other.run { _ in } }
    }
  }
}
