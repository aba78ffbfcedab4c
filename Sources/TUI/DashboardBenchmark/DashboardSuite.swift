internal import Foundation

/// Measures what the dashboard costs, against the budgets of `Docs/Dashboard.md`.
///
/// Nothing is mocked: the screen runs in a process of its own on a terminal that this process reads,
/// the replay is the command `swiftlet` beside this program, the memory is what the system gave.
/// It is a program apart, so that the node has none of its made-up devnet.
@main
enum DashboardSuite {
  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if let times = arguments.first {
      try await ScreenProbe.run(timesFile: times, isLarge: arguments.contains(ScreenProbe.large))
    } else {
      do {
        print(Figure.table(try figures()))
      } catch {
        FileHandle.standardError.write(Data("error: \(error)\n".utf8))
        exit(1)
      }
    }
  }

  /// Takes every measurement, in about two minutes.
  private static func figures() throws -> [Figure] {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "swiftlet-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Memory first: nothing else has left holes in the heap then.
    return try [DayInMemory.figure(), FoldSpeed.figure()]
      + ScreenFigures(folder: folder).figures() + ScreenFigures(folder: folder).largeFigures() + [
        HourReplayed(folder: folder).figure()
      ]
  }

  /// This program, which is also the measured screen.
  static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
}

/// Why a measurement could not be taken.
struct BenchmarkFailure: Error, CustomStringConvertible {
  /// The reason.
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Clocks that measure.
enum Stopwatch {
  /// Milliseconds of a clock that all processes share and nobody sets.
  static var milliseconds: Double { read(CLOCK_MONOTONIC) }

  /// Milliseconds that this thread has computed.
  static var threadMilliseconds: Double { read(CLOCK_THREAD_CPUTIME_ID) }

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
