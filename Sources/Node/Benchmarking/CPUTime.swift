private import Foundation

/// The CPU time of the current thread: what work costs, however busy the machine is.
enum CPUTime {
  /// The CPU time that `body` takes on this thread.
  static func measure(_ body: () throws -> Void) rethrows -> Duration {
    let start = now
    try body()
    return now - start
  }

  private static var now: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
