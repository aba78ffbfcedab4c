private import CInstructionCounter
private import Foundation

/// What work cost the current thread, however busy the machine is.
struct CPUCost {
  /// The CPU time.
  let time: Duration

  /// The instructions, where the system counts them: few virtual machines do.
  let instructions: UInt64?

  /// Runs `body` and gives what it cost this thread.
  static func measure(_ body: () throws -> Void) rethrows -> CPUCost {
    let counter = instruction_counter_open()
    defer { if counter >= 0 { instruction_counter_close(counter) } }
    let start = now
    try body()
    let time = now - start
    return CPUCost(
      time: time, instructions: counter >= 0 ? instruction_counter_read(counter) : nil)
  }

  private static var now: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
