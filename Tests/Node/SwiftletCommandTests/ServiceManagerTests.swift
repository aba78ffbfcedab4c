import Foundation
import NodeTestSupport
import Testing

@testable import SwiftletCommand

struct ServiceManagerTests {
  @Test func `without a socket there is nobody to tell`() {
    #expect(ServiceManager([:]) == nil)
    #expect(ServiceManager(["NOTIFY_SOCKET": "relative"]) == nil)
    let long = "/" + String(repeating: "a", count: 107)
    #expect(ServiceManager(["NOTIFY_SOCKET": long]) == nil)
  }

  @Test func `the watchdog is fed twice in its limit, if it is ours`() {
    func period(_ more: [String: String]) -> Duration? {
      ServiceManager(["NOTIFY_SOCKET": "/run/x"].merging(more) { $1 }, process: 7)?.watchdogPeriod
    }
    #expect(period([:]) == nil)
    #expect(period(["WATCHDOG_USEC": "30000000"]) == .seconds(15))
    #expect(period(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"]) == .seconds(15))
    #expect(period(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"]) == nil)
    #expect(period(["WATCHDOG_USEC": "0"]) == nil)
  }

  @Test func `an engine whose time stands still is not alive, except before genesis`() {
    var watch = TickWatch()
    let looks: [(time: UInt64, isBeforeGenesis: Bool)] = [
      (0, true), (0, true), (3, false), (3, false), (4, false),
    ]
    let answers = looks.map { watch.isAlive(time: $0.time, isBeforeGenesis: $0.isBeforeGenesis) }
    #expect(answers == [true, true, true, false, true])
  }

  @Test func `a node says that it is ready, that it lives and that it stops`() throws {
    let scratch = try Scratch()
    let made = try swiftlet(
      "genesis", "--out", scratch.path("net"), "--node", "a_0", "--scheme", "test", "--slots",
      "256", "--genesis-in", "1")
    #expect(made.status == 0, "\(made.errors)")
    let path = scratch.path("notify")
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    #expect(isBound)
    let outcome = try swiftlet(
      [
        "node", "--genesis", scratch.path("net"), "--node-id", "a_0", "--data-dir",
        scratch.path("data"), "--listen-address", "127.0.0.1", "--gossipsub-port", "0", "--slots",
        "2", "--no-tui",
      ], environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "8000000"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    var words: [String] = []
    var buffer = [UInt8](repeating: 0, count: 64)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      guard count > 0 else { break }
      words.append(String(decoding: buffer[..<count], as: UTF8.self))
    }
    #expect(words.first == "READY=1")
    #expect(words.filter { $0 == "READY=1" || $0 == "STOPPING=1" } == ["READY=1", "STOPPING=1"])
    // Every four seconds: a socket that nobody reads holds ten words.
    #expect(words.contains("WATCHDOG=1"), "\(words)")
  }
}
