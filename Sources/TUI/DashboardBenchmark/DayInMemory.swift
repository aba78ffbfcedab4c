private import ChainEvents
private import DashboardDemo
private import Foundation
private import NodeStatus

/// What a screen keeps after a day of a devnet: four nodes, a thousand validators, some trouble.
///
/// Single votes come in the last ten minutes alone: a screen forgets all older ones, and making up
/// 86 million would take longer than the rest.
enum DayInMemory {
  private static let slots: UInt64 = 21_600
  /// Slots made up at a time: few, so that what is made up leaves no holes in the heap.
  private static let step: UInt64 = 10

  static func figure() throws -> Figure {
    // What making up events takes is no part of the model.
    _ = devnet(100).events(100...100 + step - 1)
    let lastVotes = 100 + slots - 150
    let before = try residentBytes()
    var machine = TimeMachine()
    var first: UInt64 = 100
    while first < 100 + slots {
      var devnet = devnet(first)
      devnet.tellsVotes = first >= lastVotes
      let events = devnet.events(first...first + step - 1, continuing: first > 100)
      for event in events { machine.update(event) }
      first += step
    }
    let bytes = try residentBytes() - before
    // Read after the measurement, so that the model lives until then.
    guard machine.live.nodes.count == 4 else { throw BenchmarkFailure("nodes are missing") }
    return Figure(
      "memory of 24 h of four nodes and 1,000 validators, with the past", Double(bytes) / 1e6, "MB",
      goal: 50)
  }

  /// One slot of ten goes wrong, which is more than a devnet sees.
  private static func devnet(_ first: UInt64) -> DemoDevnet {
    let troubles: [DemoDevnet.Trouble] = [
      .refresh, .fallback, .forfeit, .miss, .empty, .missedInterval,
    ]
    var devnet = DemoDevnet(seed: first)
    devnet.voters = 1000
    devnet.troubles[first + 5] = troubles[Int(first / step) % troubles.count]
    return devnet
  }

  /// Bytes of this process in memory.
  private static func residentBytes() throws -> Int {
    let statistics = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    guard let pages = statistics.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw BenchmarkFailure("/proc/self/statm cannot be read")
    }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
