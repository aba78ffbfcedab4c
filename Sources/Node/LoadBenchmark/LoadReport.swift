internal import ChainEvents
internal import Consensus
private import Foundation

/// What a node did under load, and what it should have done at the least.
package struct LoadReport: Sendable {
  /// Mean, some points and the worst of a distribution, in its own unit.
  struct Spread {
    let count: Int
    let p50: Int64
    let p99: Int64
    let worst: Int64

    init(_ values: [Int64]) {
      let sorted = values.sorted()
      func point(_ perMille: Int) -> Int64 {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * perMille / 1000)]
      }
      (count, p50, p99, worst) = (sorted.count, point(500), point(990), sorted.last ?? 0)
    }
  }

  private let loadBefore: Double
  private var loadAfter = 0.0
  private var walls: [Int64] = []
  private var processors: [Int64] = []
  /// The longest calls: microseconds of processor and of wall clock, and when in their slot.
  private var longest: [(processor: Int, wall: Int, offset: Int64)] = []
  private var ticks: [Int64] = []
  private var outcomes: [String: Int] = [:]
  private var votes: [String: Int] = [:]
  private var warnings: [String] = []
  private var publications: [Int64] = []
  private var lastVotes: [Int64] = []
  var memoryBytes: [Int] = []
  var finalizedSlot: UInt64 = 0

  init(load: Double) {
    loadBefore = load
  }

  mutating func count(_ calls: [CallClock.Call], _ clock: SlotClock) {
    walls += calls.map { Int64($0.wallMicroseconds) }
    processors += calls.map { Int64($0.processorMicroseconds) }
    longest += calls.map { call in
      let start = clock.start(in: clock.slot(at: call.start))
      let offset = Int64(call.start.rawValue) - Int64(start.rawValue)
      return (call.processorMicroseconds, call.wallMicroseconds, offset)
    }
    longest = Array(longest.sorted { $0 > $1 }.prefix(5))
  }

  mutating func count(_ events: [TimedEvent]) {
    for event in events {
      switch event.event {
      case .clock(.tick(let lateness)): ticks.append(lateness)
      case .proposal(.outcome(let result)):
        let name = "\(result.outcome)".prefix { $0 != "+" }
        outcomes[String(name), default: 0] += 1
      case .duty(.ended(.attestation, _, _, let outcome, _)):
        votes[outcome.rawValue, default: 0] += 1
      case .node(.log(let level, _, let message)) where level != .info && warnings.count < 5:
        warnings.append(message)
      case .clock, .duty, .proposal, .forkChoice, .network, .key, .node, .unknown: break
      }
    }
  }

  mutating func end(_ sent: (blocks: [Int64], lastVotes: [Int64]), load: Double) {
    (publications, lastVotes) = sent
    loadAfter = load
  }

  /// What is below the goal, if anything.
  package var failures: [String] {
    let (call, tick, sent) = (Spread(walls), Spread(ticks), Spread(publications))
    let checks = [
      (call.p99 <= 5000, "99 of 100 calls take \(call.p99) µs, goal 5,000"),
      (call.worst <= 20_000, "the longest call took \(call.worst) µs, goal 20,000"),
      (tick.worst <= 10, "a tick was \(tick.worst) ms late, goal 10"),
      (sent.count > 0 && sent.p50 <= 10, "blocks leave \(sent.p50) ms into their slot, goal 10"),
      (memoryGrowth <= 1.1, "memory grew by the factor \(memoryGrowth), goal 1.1"),
    ]
    return checks.filter { !$0.0 }.map(\.1)
  }

  /// The memory of the last fifth of the run against that of the second fifth: before it, pools fill.
  private var memoryGrowth: Double {
    let fifth = memoryBytes.count / 5
    guard fifth > 0 else { return 1 }
    func mean(_ part: ArraySlice<Int>) -> Double {
      Double(part.reduce(0, +)) / Double(part.count)
    }
    return mean(memoryBytes.suffix(fifth)) / mean(memoryBytes[fifth..<2 * fifth])
  }

  /// The report as lines.
  package var lines: [String] {
    func row(_ name: String, _ spread: Spread, _ unit: String) -> String {
      "\(name): \(spread.count), p50 \(spread.p50), p99 \(spread.p99), worst \(spread.worst) \(unit)"
    }
    func words(_ counts: [String: Int]) -> String {
      counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
    let megabytes = memoryBytes.map { $0 / 1_000_000 }
    return [
      String(format: "load %.1f before, %.1f after", loadBefore, loadAfter),
      row("engine calls, wall clock", Spread(walls), "µs"),
      row("engine calls, processor", Spread(processors), "µs"),
      "calls over 5 ms: \(walls.count { $0 > 5000 }) by the wall clock, "
        + "\(processors.count { $0 > 5000 }) by the processor",
      "longest calls: "
        + longest.map { "\($0.processor) of \($0.wall) µs at +\($0.offset) ms" }
        .joined(separator: ", "),
      row("ticks late", Spread(ticks), "ms"),
      row("own blocks leave", Spread(publications), "ms into their slot"),
      row("last own vote leaves", Spread(lastVotes), "ms after interval 1"),
      "proposals: \(words(outcomes)); vote duties: \(words(votes))",
      "finalized slot \(finalizedSlot)",
      "memory, MB: first \(megabytes.first ?? 0), most \(megabytes.max() ?? 0), "
        + "last \(megabytes.last ?? 0), " + String(format: "growth %.2f", memoryGrowth),
    ] + warnings.map { "warning: \($0)" }
  }
}
