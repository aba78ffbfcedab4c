import ChainEvents
import Foundation
import Testing

/// The devnet as people run it, on a terminal that stops taking what it is sent.
struct StoppedTerminalTests {
  @Test func `a terminal that nobody reads makes no tick of the engines later`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "stopped-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let terminal = try ReadableTerminal()
    let process = Process()
    process.executableURL = try swiftletProgram()
    process.arguments = [
      "devnet", "--nodes", "2", "--seconds-per-slot", "1", "--fresh", "--key-slots", "128",
      "--data-dir", "data", "--record", "events.jsonl", "--fps", "60",
    ]
    process.environment = [
      "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": folder.path,
      "SWIFT_BACKTRACE": "enable=no",
    ]
    process.currentDirectoryURL = folder
    process.standardInput = terminal.child
    process.standardOutput = terminal.child
    process.standardError = terminal.child
    try process.run()
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    let record = folder.appending(path: "events.jsonl")
    terminal.read(seconds: 90) { ticks(record).contains { $0.slot >= 6 } }
    let free = ticks(record).filter { $0.slot >= 2 }
    #expect(free.count > 30, "the devnet never got going")
    // Two seconds fill what the system holds for a reader; then the screen stands still.
    Thread.sleep(forTimeInterval: 4)
    let waiting = terminal.waitingBytes
    let before = ticks(record).count
    Thread.sleep(forTimeInterval: 4)
    let held = Array(ticks(record).dropFirst(before))
    #expect(terminal.waitingBytes == waiting, "the screen was not stopped")
    process.terminate()
    terminal.read(seconds: 10) { !process.isRunning }
    #expect(!process.isRunning)

    // Two nodes, five ticks in a slot of one second, four seconds, less what is not written yet.
    #expect(held.count >= 30)
    // In the time of the devnet, of which four seconds pass in one.
    #expect(middle(held) <= middle(free) + 80)
  }

  private struct Tick {
    let slot: UInt64
    let lateness: Int64
  }

  private func ticks(_ record: URL) -> [Tick] {
    let text = (try? String(contentsOf: record, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      guard let event = try? TimedEvent(line: String(line)),
        case .clock(.tick(let lateness)) = event.event
      else { return nil }
      return Tick(slot: event.slot, lateness: lateness)
    }
  }

  private func middle(_ ticks: [Tick]) -> Int64 {
    let lateness = ticks.map(\.lateness).sorted()
    return lateness.isEmpty ? .max : lateness[lateness.count / 2]
  }
}

/// A terminal whose reader is the test, when it likes.
private struct ReadableTerminal {
  let child: FileHandle
  private let master: FileHandle

  init() throws {
    var ends: (master: Int32, child: Int32) = (-1, -1)
    var size = winsize(ws_row: 36, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&ends.master, &ends.child, nil, nil, &size) == 0 else { throw POSIXError(.ENXIO) }
    _ = fcntl(ends.master, F_SETFD, FD_CLOEXEC)
    master = FileHandle(fileDescriptor: ends.master, closeOnDealloc: true)
    child = FileHandle(fileDescriptor: ends.child, closeOnDealloc: true)
  }

  /// Bytes that were sent and not read.
  var waitingBytes: Int32 {
    var count: Int32 = 0
    _ = ioctl(master.fileDescriptor, UInt(FIONREAD), &count)
    return count
  }

  /// Takes what comes until something holds, at most so long.
  func read(seconds: Double, until isDone: () -> Bool) {
    let end = Date(timeIntervalSinceNow: seconds)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var nextLook = Date()
    while Date() < end {
      if Date() >= nextLook {
        if isDone() { return }
        nextLook = Date(timeIntervalSinceNow: 0.3)
      }
      var wait = pollfd(fd: master.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&wait, 1, 100) > 0 else { continue }
      guard Foundation.read(master.fileDescriptor, &buffer, buffer.count) > 0 else {
        Thread.sleep(forTimeInterval: 0.05)
        continue
      }
    }
  }
}
