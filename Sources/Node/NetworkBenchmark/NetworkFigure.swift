private import Foundation

/// One figure of the network, and what it should be.
package struct NetworkFigure: Encodable, Sendable {
  /// What was measured.
  package let name: String

  /// The figure, in ``unit``.
  package let value: Double

  /// The unit, as it is shown.
  package let unit: String

  /// What the figure should be at most, or at least.
  package let goal: Goal?

  /// A bound on one side.
  package enum Goal: Encodable, Sendable {
    case atMost(Double)
    case atLeast(Double)
  }

  init(_ name: String, _ value: Double, _ unit: String, _ goal: Goal? = nil) {
    (self.name, self.value, self.unit, self.goal) = (name, value, unit, goal)
  }

  /// Figures as a table.
  package static func table(_ figures: [NetworkFigure]) -> String {
    figures.map { figure in
      let name = figure.name.padding(toLength: 56, withPad: " ", startingAt: 0)
      let value = String(format: "%10.2f %@", figure.value, figure.unit)
      return "network: \(name)\(value)\(figure.remark)"
    }.joined(separator: "\n")
  }

  private var remark: String {
    switch goal {
    case nil: ""
    case .atMost(let most):
      String(format: "  (at most %g: %@)", most, value <= most ? "met" : "missed")
    case .atLeast(let least):
      String(format: "  (at least %g: %@)", least, value >= least ? "met" : "missed")
    }
  }
}

extension [Double] {
  /// The value below which `share` of all are.
  func quantile(_ share: Double) -> Double {
    let sorted = sorted()
    guard !sorted.isEmpty else { return .nan }
    return sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }
}

/// What the process holds and has used.
enum ProcessFigures {
  /// The resident memory.
  static func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }

  /// The processor time of the process, in milliseconds.
  static func processorMilliseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }

  /// The processor time of the thread of that name, in nanoseconds; `nil` when there is none.
  static func processorNanoseconds(ofThread name: String) -> UInt64? {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    for task in tasks {
      let folder = "/proc/self/task/\(task)"
      guard let comm = try? String(contentsOfFile: "\(folder)/comm", encoding: .utf8),
        comm.dropLast() == name,
        let times = try? String(contentsOfFile: "\(folder)/schedstat", encoding: .utf8)
      else { continue }
      return times.split(separator: " ").first.flatMap { UInt64($0) }
    }
    return nil
  }
}
