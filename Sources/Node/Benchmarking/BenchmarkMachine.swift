private import Foundation
private import Hashing

/// Where figures were measured: two runs compare only as well as their machines do.
public struct BenchmarkMachine: Codable, Equatable, Sendable {
  /// The name that the processor gives itself; `nil` where the system does not tell.
  public let processor: String?
  /// The cores that the system gives this process.
  public let coreCount: Int
  /// The kernel of the hash functions: `avx512`, `avx2`, `vector128` or `portable`.
  public let kernel: String
  /// The threads that wanted a core on average, in the last minute; `nil` where it is not told.
  public let load: Double?

  /// This machine as it is now.
  public static var current: BenchmarkMachine {
    var loads = [0.0]
    return BenchmarkMachine(
      processor: processorName(
        in: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""),
      coreCount: ProcessInfo.processInfo.activeProcessorCount,
      kernel: InstructionSet.chosen.rawValue, load: getloadavg(&loads, 1) == 1 ? loads[0] : nil)
  }

  /// The first name in the text of `/proc/cpuinfo`.
  static func processorName(in text: String) -> String? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      let key = parts[0].trimmingCharacters(in: .whitespaces)
      if key == "model name" || key == "Processor", parts.count == 2 {
        return parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    return nil
  }
}

extension BenchmarkMachine: CustomStringConvertible {
  /// One line for people.
  ///
  /// More than half of the cores busy with other work is told: figures of several threads and of
  /// whole processes are worth little then.
  public var description: String {
    let load = load.map { String(format: "load %.1f", $0) } ?? "load unknown"
    let isBusy = self.load.map { $0 > Double(coreCount) / 2 } ?? false
    let cores = coreCount == 1 ? "1 core" : "\(coreCount) cores"
    return "\(processor ?? "unknown processor"), \(cores), kernel \(kernel), \(load)"
      + (isBusy ? ": busy" : "")
  }
}
