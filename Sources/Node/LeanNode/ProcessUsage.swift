internal import ChainEvents
private import Foundation

/// What the process uses: memory, processor time since the last look, and a database's bytes.
struct ProcessUsage {
  /// `RUSAGE_SELF`, which the C library declares as an enumeration.
  private static let thisProcess: Int32 = 0

  private var processorMicroseconds: Int64?
  private var time = ContinuousClock.now

  /// Looks now.
  ///
  /// The nodes of a devnet share a process and so its memory and processor.
  mutating func event(database path: String) -> NodeEvent {
    let (used, now) = (Self.processorMicroseconds(), ContinuousClock.now)
    let elapsed = Int64((now - time) / .microseconds(1))
    let permille = processorMicroseconds.map { elapsed > 0 ? (used - $0) * 1000 / elapsed : 0 } ?? 0
    (processorMicroseconds, time) = (used, now)
    return .resources(
      memoryBytes: Self.memoryBytes(), processorPermille: Int(permille),
      databaseBytes: Self.byteCount(path) + Self.byteCount(path + "-wal"))
  }

  private static func processorMicroseconds() -> Int64 {
    var usage = rusage()
    guard getrusage(Self.thisProcess, &usage) == 0 else { return 0 }
    return [usage.ru_utime, usage.ru_stime].reduce(0) { sum, time in
      sum + Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_usec)
    }
  }

  /// The resident pages: the second number of `statm`.
  private static func memoryBytes() -> UInt64 {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return 0
    }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0
    return pages * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
  }

  private static func byteCount(_ path: String) -> UInt64 {
    var status = stat()
    return stat(path, &status) == 0 ? UInt64(max(0, status.st_size)) : 0
  }
}
