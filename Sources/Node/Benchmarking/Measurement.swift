private import Foundation

/// What a benchmark took, per operation.
public struct Measurement: Codable, Sendable {
  /// The suite of the benchmark.
  public let suite: String
  /// The name of the benchmark.
  public let name: String
  /// The middle sample.
  public let medianNanoseconds: Double
  /// The sample that a quarter of the samples are faster than.
  public let lowerQuartileNanoseconds: Double
  /// The sample that a quarter of the samples are slower than.
  public let upperQuartileNanoseconds: Double
  /// The fastest sample.
  public let minimumNanoseconds: Double
  /// The slowest sample.
  public let maximumNanoseconds: Double
  /// The number of samples.
  public let sampleCount: Int
  /// The iterations of each sample.
  public let iterationsPerSample: Int
  /// The time an operation may take.
  public let goalNanoseconds: Double?
  /// The fewest instructions of a sample; `nil` where they cannot be counted.
  public let instructions: Double?
  /// The instructions an operation may take.
  public let goalInstructions: Double?
  /// The benchmark it is compared with.
  public internal(set) var baseline: String?
  /// The median in units of the baseline's.
  public internal(set) var ratio: Double?
}

extension Measurement {
  /// Measurements as a table, one suite after the other.
  public static func table(_ measurements: [Measurement]) -> String {
    var lines = [row("per operation", "median", "min", "max", "goal", "")]
    for measurement in measurements {
      lines.append(
        row(
          "\(measurement.suite): \(measurement.name)", text(measurement.medianNanoseconds),
          text(measurement.minimumNanoseconds), text(measurement.maximumNanoseconds),
          measurement.goalNanoseconds.map(text) ?? "", measurement.remark))
    }
    if measurements.contains(where: { $0.goalInstructions != nil && $0.instructions == nil }) {
      lines.append("This system counts no instructions; valgrind --tool=callgrind does.")
    }
    return lines.joined(separator: "\n")
  }

  /// How the figure compares with the goal and the baseline.
  private var remark: String {
    var remarks: [String] = []
    if let goalNanoseconds {
      remarks.append(medianNanoseconds <= goalNanoseconds ? "met" : "missed")
    }
    if let instructions {
      remarks.append("\(Int(instructions)) instructions")
    }
    if let instructions, let goalInstructions {
      remarks.append(
        "goal \(Int(goalInstructions)) " + (instructions <= goalInstructions ? "met" : "missed"))
    }
    if let ratio, let baseline {
      remarks.append(String(format: "%.2f x %@", ratio, baseline))
    }
    return remarks.joined(separator: ", ")
  }

  static func text(_ nanoseconds: Double) -> String {
    switch nanoseconds {
    case ..<1e3: String(format: "%.1f ns", nanoseconds)
    case ..<1e6: String(format: "%.2f µs", nanoseconds / 1e3)
    case ..<1e9: String(format: "%.3f ms", nanoseconds / 1e6)
    default: String(format: "%.3f s", nanoseconds / 1e9)
    }
  }

  static func row(_ name: String, _ figures: String...) -> String {
    let padded = name.count < 48 ? name + String(repeating: " ", count: 48 - name.count) : name
    return figures.dropLast().reduce(padded) { line, figure in
      line + String(repeating: " ", count: max(1, 12 - figure.count)) + figure
    } + "  " + (figures.last ?? "")
  }
}
