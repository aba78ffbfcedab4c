private import Foundation
internal import Simulation

/// A chain without finality for very long: whether a slot costs the engine more and more, and whether
/// the chain finalizes again.
///
/// Two simulated nodes; the validators of one, half of all, sleep. No checker looks on, which would
/// cost more than the engine. The first slots are measured once more on a new chain at the end: how
/// fast a busy machine is changes within minutes, and only neighbours in time compare.
package struct StallBench {
  /// The name on the command line.
  package static let name = "stall"

  /// Slots whose mean is compared.
  fileprivate static let window = 1000

  private let slots: Int
  private let onWindow: (String) -> Void

  /// Creates a bench of so many slots without finality; `onWindow` is told how far it is.
  package init(slots: Int, onWindow: @escaping (String) -> Void) {
    self.slots = max(slots, 3 * StallBench.window)
    self.onWindow = onWindow
  }

  /// Runs on the calling thread.
  package func run() -> StallReport {
    var cluster = stalledCluster()
    var report = StallReport()
    for end in stride(from: StallBench.window, through: slots, by: StallBench.window) {
      let milliseconds = cluster.millisecondsPerSlot(runningTo: end)
      report.milliseconds.append(milliseconds)
      report.memoryBytes = max(report.memoryBytes, BenchmarkLoad.memoryBytes)
      onWindow("slot \(end) of \(slots), \(String(format: "%.2f", milliseconds)) ms a slot")
    }
    var newCluster = stalledCluster()
    report.newMilliseconds = newCluster.millisecondsPerSlot(runningTo: StallBench.window)
    cluster.run()
    report.memoryBytes = max(report.memoryBytes, BenchmarkLoad.memoryBytes)
    report.recoverySlots = cluster.violation == nil ? cluster.recoverySlots : nil
    return report
  }

  private func stalledCluster() -> Cluster {
    var options = SimulationOptions()
    options.nodeCount = 2
    options.slots = slots + SimulationOptions.quietSlots
    var plan = FaultPlan(calmFor: options.nodeCount)
    func time(_ slot: Int) -> VirtualTime { VirtualTime(milliseconds: 4000 * (slot + 1)) }
    plan.timeline = [
      TimedFault(time: time(2), fault: .validatorsOffline(node: 1)),
      TimedFault(time: time(slots), fault: .validatorsOnline(node: 1)),
    ]
    var cluster = Cluster(options, plan: plan)
    cluster.measuresEngines(by: { BenchmarkLoad.threadNanoseconds })
    return cluster
  }
}

extension Cluster {
  /// Processor time of one engine for one slot, in the window of slots that ends with `end`.
  fileprivate mutating func millisecondsPerSlot(runningTo end: Int) -> Double {
    let before = engineNanoseconds
    run(toSlot: end)
    let nodeSlots = Double(StallBench.window * options.nodeCount)
    return Double(engineNanoseconds - before) / 1e6 / nodeSlots
  }
}

/// What a chain without finality cost.
package struct StallReport: Sendable {
  /// Processor time of one engine for one slot, for each thousand slots.
  var milliseconds: [Double] = []
  /// The same for the first thousand slots of a new chain, measured after the last.
  var newMilliseconds = 0.0
  var memoryBytes = 0
  /// Slots from the end of the stall until both nodes had finalized a newer block, if they did.
  var recoverySlots: Int?

  /// The last thousand slots against the first of a new chain.
  private var ratio: Double { (milliseconds.last ?? 0) / newMilliseconds }

  /// What is below the goal, if anything.
  package var failures: [String] {
    let checks = [
      (ratio <= 1.5, String(format: "a slot costs %.2f times as much at the end, goal 1.5", ratio)),
      (memoryBytes <= 500_000_000, "the process takes \(memoryBytes / 1_000_000) MB, goal 500"),
      (recoverySlots != nil, "finality did not resume in the time that the protocol needs"),
    ]
    return checks.filter { !$0.0 }.map(\.1)
  }

  /// The report as lines.
  package var lines: [String] {
    [
      "engine, ms of processor a slot: "
        + String(format: "%.3f in the first thousand, ", milliseconds.first ?? 0)
        + String(format: "%.3f in the last, %.3f ", milliseconds.last ?? 0, newMilliseconds)
        + String(format: "in the first of a new chain then, ratio %.2f", ratio),
      "memory at most \(memoryBytes / 1_000_000) MB",
      "finality resumed after \(recoverySlots.map { "\($0) slots" } ?? "-")",
    ]
  }
}
