internal import Foundation

/// Measures what the dashboard costs, against the budgets of `Docs/Dashboard.md`.
///
/// Nothing is mocked: the screen runs in a process of its own on a terminal that this process reads,
/// the replay is the command of the program, the memory is what the system gave.
public enum DashboardSuite {
  /// The name on the command line.
  public static let name = "dashboard"

  /// The hidden command that runs ``ScreenProbe``.
  public static let probeCommand = "bench-screen"

  /// Runs every measurement, which takes about a minute.
  ///
  /// - Throws: ``BenchmarkFailure`` when a process cannot be started or says nothing.
  public static func run() throws -> [Figure] {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "swiftlet-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Memory first: nothing else has left holes in the heap then.
    return try [DayInMemory.figure()] + ScreenFigures(folder: folder).figures()
      + [HourReplayed(folder: folder).figure()]
  }

  /// The program that is running.
  static let program = "/proc/self/exe"
}

/// Why a measurement could not be taken.
public struct BenchmarkFailure: Error, CustomStringConvertible {
  /// The reason.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Clocks that measure.
enum Stopwatch {
  /// Milliseconds of a clock that all processes share and nobody sets.
  static var milliseconds: Double { read(CLOCK_MONOTONIC) }

  /// Milliseconds that all threads of another process have computed.
  static func computed(by process: pid_t) -> Double? {
    var clock = clockid_t()
    return clock_getcpuclockid(process, &clock) == 0 ? read(clock) : nil
  }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }
}
