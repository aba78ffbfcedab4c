private import Foundation

/// A measurement beside the same one of another run.
public struct Comparison: Equatable, Sendable {
  /// What a comparison shows.
  public enum Verdict: String, Sendable {
    /// All of the ratio's range is below 1.
    case faster
    /// All of it is above 1.
    case slower
    /// It contains 1: the noise is larger than the difference.
    case same
  }

  /// Suite and name.
  public let name: String
  /// The median of the other run.
  public let before: Double
  /// The median now.
  public let now: Double
  /// `now` in units of `before`, from the quartiles that favour us to those that do not.
  public let range: ClosedRange<Double>

  /// The median now in units of the other one.
  public var ratio: Double { now / before }

  /// Whether the difference is larger than the noise.
  public var verdict: Verdict {
    range.upperBound < 1 ? .faster : range.lowerBound > 1 ? .slower : .same
  }

  /// Pairs the measurements of two runs by suite and name, in the order of `measurements`.
  public static func pairs(
    _ measurements: [Measurement], against saved: SavedRun
  ) -> [Comparison] {
    measurements.compactMap { now in
      saved.measurements.first { $0.suite == now.suite && $0.name == now.name }.map { before in
        Comparison(
          name: "\(now.suite): \(now.name)", before: before.medianNanoseconds,
          now: now.medianNanoseconds,
          range: now.lowerQuartileNanoseconds / before.upperQuartileNanoseconds...now
            .upperQuartileNanoseconds / before.lowerQuartileNanoseconds)
      }
    }
  }

  /// Comparisons as a table below a line about the other run's machine.
  public static func table(_ comparisons: [Comparison], against saved: SavedRun) -> String {
    let head = Measurement.row("against \(saved.machine)", "before", "now", "ratio", "noise", "")
    return ([head] + comparisons.map(\.row)).joined(separator: "\n")
  }

  private var row: String {
    Measurement.row(
      name, Measurement.text(before), Measurement.text(now), String(format: "%.2f", ratio),
      String(format: "%.2f-%.2f", range.lowerBound, range.upperBound), verdict.rawValue)
  }
}
