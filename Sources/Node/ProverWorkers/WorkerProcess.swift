internal import CWorkers
private import Foundation
private import Synchronization

/// What an operator lets a worker use.
package struct WorkerLimitsOfUse: Hashable, Sendable {
  /// Bytes of address space; `nil` leaves it open.
  package var memoryBytes: UInt64?

  /// Processors that it may run on, each below 64; `nil` for all.
  package var processors: Set<Int>?

  /// Added to the node's own niceness.
  package var niceness: Int

  /// Creates limits.
  package init(memoryBytes: UInt64? = nil, processors: Set<Int>? = nil, niceness: Int = 0) {
    self.memoryBytes = memoryBytes
    self.processors = processors
    self.niceness = niceness
  }
}

extension WorkerLimitsOfUse {
  /// The limits as the system takes them.
  var forSystem: worker_limits {
    worker_limits(
      memory_bytes: memoryBytes ?? 0,
      processors: (processors ?? []).reduce(0) { $0 | 1 << UInt64($1 & 63) },
      niceness: Int32(clamping: niceness))
  }
}

/// A worker that runs: its process, and the threads that read what it says.
///
/// Nothing here trusts it: it may say anything, or nothing, or die.
final class WorkerProcess: Sendable {
  /// What comes of it, from any thread, in order.
  enum News: Sendable {
    case frame(WorkerFrame)
    /// A line of its error stream.
    case line(String)
    /// The last news.
    case ended(reason: String)
  }

  /// Bytes of its error stream that are told in its life; the rest is read and dropped.
  ///
  /// A panic with its listing has some 10 kB.
  private static let errorLimit = 256 << 10

  /// The longest line that is told.
  private static let lineLimit = 400

  let processIdentifier: Int32
  private let stream: Int32
  private let sending = DispatchQueue(label: "worker output")
  private let isOver = Mutex(false)

  /// Starts a worker.
  ///
  /// - Throws: `WorkerStartFailure` with the reason.
  init(
    command: [String], limits: WorkerLimitsOfUse, news: @escaping @Sendable (News) -> Void
  ) throws(WorkerStartFailure) {
    precondition(!command.isEmpty, "a worker without a command")
    var process = worker_process()
    var bounds = limits.forSystem
    let arguments = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let failure = arguments.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: UnsafePointer<CChar>?.self) {
        worker_spawn($0.baseAddress, &bounds, &process)
      }
    }
    guard failure == 0 else {
      throw WorkerStartFailure(
        description: "\(command[0]) does not start: \(String(cString: strerror(failure)))")
    }
    processIdentifier = process.pid
    stream = process.stream
    let (pid, stream, errors) = (process.pid, process.stream, process.errors)
    Self.thread("worker errors") { Self.readErrors(errors, news) }
    Self.thread("worker input") { [self] in
      let defect = Self.readFrames(stream, news)
      // Its children go too: nothing of a worker outlives it.
      _ = Glibc.kill(-pid, SIGKILL)
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0, errno == EINTR {}
      end()
      news(.ended(reason: defect?.description ?? Self.reason(status)))
    }
  }

  /// Sends a frame, on a thread of its own: a worker that does not read holds nobody up.
  func send(_ frame: WorkerFrame) {
    sending.async { [self] in
      var rest = frame.bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { worker_send(stream, $0.baseAddress, $0.count) }
        // Whoever reads notices the end of the stream and says so.
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
  }

  /// Ends the worker at once; `ended` follows.
  func kill() {
    isOver.withLock { isOver in
      // After its end the number may be somebody else's.
      guard !isOver else { return }
      _ = Glibc.kill(-processIdentifier, SIGKILL)
      shutdown(stream, Int32(SHUT_RDWR))
    }
  }

  private func end() {
    isOver.withLock { $0 = true }
    sending.async { [stream] in _ = close(stream) }
  }

  private static func thread(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread { body() }
    thread.name = name
    thread.start()
  }

  private static func readFrames(
    _ stream: Int32, _ news: @Sendable (News) -> Void
  ) -> WorkerFrameDefect? {
    var reader = WorkerFrameReader(limit: WorkerFrameReader.answerLimit)
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(stream, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return reader.isInsideFrame ? .truncated : nil }
      reader.append(chunk[..<count])
      do throws(WorkerFrameDefect) {
        while let frame = try reader.next() { news(.frame(frame)) }
      } catch {
        return error
      }
    }
  }

  private static func readErrors(_ pipe: Int32, _ news: @Sendable (News) -> Void) {
    var chunk = [UInt8](repeating: 0, count: 4 << 10)
    var (line, told): ([UInt8], Int) = ([], 0)
    func tell() {
      let text = String(decoding: line, as: UTF8.self)
      let plain = String(text.unicodeScalars.filter { $0.value >= 32 }.map(Character.init))
      line = []
      guard !plain.allSatisfy(\.isWhitespace), told < errorLimit else { return }
      told += plain.utf8.count
      news(.line(plain))
    }
    while true {
      let count = chunk.withUnsafeMutableBytes { read(pipe, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      for byte in chunk[..<count] {
        if byte == UInt8(ascii: "\n") {
          tell()
        } else if line.count < lineLimit {
          line.append(byte)
        }
      }
    }
    tell()
    close(pipe)
  }

  private static func reason(_ status: Int32) -> String {
    let signal = status & 0x7F
    return signal == 0 ? "exit with status \(status >> 8 & 0xFF)" : "ended by signal \(signal)"
  }
}

/// Why a worker did not start.
struct WorkerStartFailure: Error, CustomStringConvertible {
  let description: String
}

/// What a process uses, as the system tells it.
package struct WorkerUsage: Hashable, Sendable {
  /// Bytes that it holds in memory now.
  package let memoryBytes: UInt64

  /// Looks at a process; `nil` when it is gone.
  init?(of processIdentifier: Int32) {
    let path = "/proc/\(processIdentifier)/statm"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let pages = text.split(separator: " ").dropFirst().first.flatMap({ UInt64($0) })
    else { return nil }
    memoryBytes = pages * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
  }
}
