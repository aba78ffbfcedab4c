import Foundation
import Synchronization

/// What the server does with a request.
enum Reply: Sendable {
  /// Status and body.
  case body(Int, [UInt8])
  /// A body that never ends.
  case flood
  /// A byte now and then, of many that are promised.
  case drip
  /// Nothing.
  case silence
  /// Less than is promised.
  case cutOff([UInt8])
  /// Another place.
  case redirect(String)
}

/// A server of HTTP on loopback that does what a test says; one thread for each connection.
final class TestServer: Sendable {
  private let listener: Int32
  let port: UInt16
  private let reply: @Sendable (String) -> Reply
  private let log = Mutex<[String]>([])

  init(_ reply: @escaping @Sendable (_ path: String) -> Reply) throws {
    self.reply = reply
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    listener = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    Thread { [listener] in
      // Closed here and nowhere else: its number may be another test's socket the moment after.
      defer { close(listener) }
      while true {
        let connection = again { accept(listener, nil, nil) }
        guard connection >= 0 else { return }
        Thread { self.serve(connection) }.start()
      }
    }.start()
  }

  var url: String { "http://127.0.0.1:\(port)" }

  /// The paths that were asked for.
  var paths: [String] { log.withLock(\.self) }

  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    var request: [UInt8] = []
    while !request.ends(with: Array("\r\n\r\n".utf8)) {
      var byte: UInt8 = 0
      guard again({ read(connection, &byte, 1) }) == 1, request.count < 8_192 else { return }
      request.append(byte)
    }
    let line = String(decoding: request, as: UTF8.self).split(separator: "\r\n").first ?? ""
    let path = line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    log.withLock { $0.append(path) }
    switch reply(path) {
    case .body(let status, let body): send(connection, status, body, promised: body.count)
    case .cutOff(let body): send(connection, 200, body, promised: body.count * 2)
    case .flood:
      guard write(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n") else { return }
      let chunk = String(repeating: "x", count: 1 << 16)
      while write(connection, chunk) {}
    case .drip:
      guard write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n") else { return }
      while write(connection, "x") { Thread.sleep(forTimeInterval: 0.1) }
    // Longer than a busy machine keeps a test waiting.
    case .silence: Thread.sleep(forTimeInterval: 100)
    case .redirect(let place):
      _ = write(
        connection,
        "HTTP/1.1 302 Found\r\nLocation: \(place)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
      )
    }
  }

  private func send(_ connection: Int32, _ status: Int, _ body: [UInt8], promised: Int) {
    let head = "HTTP/1.1 \(status) X\r\nContent-Length: \(promised)\r\nConnection: close\r\n\r\n"
    _ = write(connection, Array(head.utf8) + body)
  }

  private func write(_ connection: Int32, _ text: String) -> Bool {
    write(connection, Array(text.utf8))
  }

  private func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { bytes in
        again { Foundation.send(connection, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

extension [UInt8] {
  fileprivate func ends(with other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}

/// Calls again what a signal of another test has interrupted.
private func again<Count: SignedInteger>(_ call: () -> Count) -> Count {
  while true {
    let count = call()
    guard count < 0, errno == EINTR else { return count }
  }
}
