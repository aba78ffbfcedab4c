private import Foundation

/// The service manager that started this process, such as systemd, and what it wants to be told.
///
/// The protocol is one datagram for each word to the socket that `NOTIFY_SOCKET` names.
struct ServiceManager: Sendable {
  /// What a service says of itself.
  enum Word: String, Sendable {
    case ready = "READY=1"
    case alive = "WATCHDOG=1"
    case stopping = "STOPPING=1"
  }

  /// The longest path that a socket's address holds.
  private static let maximumPathBytes = 107

  private let path: String

  /// How often it wants to hear that we live, twice in each of its limits; `nil` when it does not.
  let watchdogPeriod: Duration?

  /// Reads the environment; `nil` when nobody wants to be told.
  init?(_ environment: [String: String], process: Int32 = ProcessInfo.processInfo.processIdentifier)
  {
    guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@"),
      path.utf8.count <= Self.maximumPathBytes
    else { return nil }
    self.path = path
    let isOurs = environment["WATCHDOG_PID"].map { $0 == "\(process)" } ?? true
    let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
    watchdogPeriod = isOurs ? limit.map { .microseconds($0 / 2) } : nil
  }

  /// Says a word; a manager that does not take it at once does not hear it.
  func tell(_ word: Word) {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    // An abstract name begins with a zero byte.
    if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = MemoryLayout<sa_family_t>.size + bytes.count
    let message = Array(word.rawValue.utf8)
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
        _ = sendto(
          descriptor, message, message.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL),
          place, socklen_t(length))
      }
    }
  }

  /// Feeds the watchdog as long as the engine ticks, until the task is cancelled.
  func feed(
    _ watch: TickWatch, time: @Sendable () -> UInt64, isBeforeGenesis: @Sendable () -> Bool
  ) async {
    guard let watchdogPeriod else { return }
    var watch = watch
    while !Task.isCancelled {
      if watch.isAlive(time: time(), isBeforeGenesis: isBeforeGenesis()) { tell(.alive) }
      guard (try? await Task.sleep(for: watchdogPeriod)) != nil else { return }
    }
  }
}

/// Whether the engine still ticks, by the time of its store.
struct TickWatch: Equatable, Sendable {
  private var last: UInt64?

  /// Nothing was seen yet.
  init() {}

  /// Looks again; before genesis there is nothing to tick for.
  mutating func isAlive(time: UInt64, isBeforeGenesis: Bool) -> Bool {
    defer { last = time }
    return isBeforeGenesis || last != time
  }
}
