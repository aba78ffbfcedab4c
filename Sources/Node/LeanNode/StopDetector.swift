internal import ChainHost
private import Foundation
private import Synchronization

/// Tells a stopped process from a busy one: time went on, and nothing of the process ran.
struct StopDetector {
  /// A look at the clocks.
  struct Sample {
    /// A clock that never steps, of the machine.
    var elapsedMilliseconds: Int64
    /// What the process has used of its processors.
    var processorMilliseconds: Int64
  }

  /// Milliseconds between two looks.
  static let periodMilliseconds: Int64 = 250

  /// The shortest time that is told: more than an interval, and more than any scheduler takes away.
  static let leastMilliseconds: Int64 = 1_000

  /// A process that used more than this part of the time was busy, not stopped; what it does between
  /// going on and the next look is less.
  private static let busyShare: Int64 = 10

  private var last: Sample?

  /// Takes the next look.
  ///
  /// - Returns: Milliseconds for which the process was stopped; `nil` when it ran.
  mutating func handle(_ sample: Sample) -> Int64? {
    defer { last = sample }
    guard let last else { return nil }
    let gap = sample.elapsedMilliseconds - last.elapsedMilliseconds - Self.periodMilliseconds
    let used = sample.processorMilliseconds - last.processorMilliseconds
    return gap >= Self.leastMilliseconds && used * Self.busyShare < gap ? gap : nil
  }
}

/// Looks at the clocks on a thread of its own, which nothing but a stop of the process can hold up.
final class StopWatcher: Sendable {
  private let isOver = Mutex(false)

  /// Starts to look.
  ///
  /// - Parameters:
  ///   - clock: How fast node time is.
  ///   - report: Takes the milliseconds of node time for which the process was stopped.
  init(_ clock: NodeClock, report: @escaping @Sendable (Int64) -> Void) {
    let thread = Thread { [self] in
      var detector = StopDetector()
      while !isOver.withLock({ $0 }) {
        let sample = StopDetector.Sample(
          elapsedMilliseconds: Self.milliseconds(CLOCK_BOOTTIME),
          processorMilliseconds: Self.milliseconds(CLOCK_PROCESS_CPUTIME_ID))
        if let stopped = detector.handle(sample) {
          report(stopped * clock.speed / clock.slowness)
        }
        Thread.sleep(forTimeInterval: Double(StopDetector.periodMilliseconds) / 1_000)
      }
    }
    thread.name = "stop watch"
    thread.start()
  }

  /// Ends the thread with its next look.
  func end() { isOver.withLock { $0 = true } }

  private static func milliseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
