public import Foundation

/// What came out of a run.
public struct ConformanceReport: Encodable, Sendable {
  /// How many cases of each format ended how.
  public private(set) var tallies: [String: Tally] = [:]

  /// The cases that did not pass, in the order of their paths.
  public private(set) var problems: [Problem] = []

  /// The cases whose outcome a newer rule changed, each with the rule, in the order of their paths.
  public private(set) var superseded: [Problem] = []

  /// How many cases ended how.
  public struct Tally: Encodable, Equatable, Sendable {
    /// Cases with the expected outcome.
    public internal(set) var passed = 0
    /// Cases with another outcome.
    public internal(set) var failed = 0
    /// Cases that nothing here can run.
    public internal(set) var unsupported = 0
    /// Cases with the outcome of an older rule.
    public internal(set) var superseded = 0
  }

  /// A case that did not come out as it says.
  public struct Problem: Encodable, Equatable, Sendable {
    /// The format of the case.
    public let format: String
    /// The path of its file, and its name within if there are several.
    public let name: String
    /// The expected outcome; `nil` when the case could not be run or counts no more.
    public let expected: String?
    /// The actual outcome, why the case could not be run, or the rule that superseded it.
    public let actual: String
  }

  /// How a case ended.
  enum Outcome {
    case passed
    case failed(Mismatch)
    case unsupported(String)
    case superseded(String)
    case unreadable
  }

  /// Whether every case passed.
  public var isClean: Bool { problems.isEmpty }

  mutating func add(_ outcome: Outcome, case name: String, format: String) {
    switch outcome {
    case .passed:
      tallies[format, default: Tally()].passed += 1
    case .failed(let mismatch):
      tallies[format, default: Tally()].failed += 1
      problems.append(
        Problem(format: format, name: name, expected: mismatch.expected, actual: mismatch.actual))
    case .unsupported(let reason):
      tallies[format, default: Tally()].unsupported += 1
      problems.append(Problem(format: format, name: name, expected: nil, actual: reason))
    case .superseded(let rule):
      tallies[format, default: Tally()].superseded += 1
      superseded.append(Problem(format: format, name: name, expected: nil, actual: rule))
    case .unreadable:
      tallies[format, default: Tally()].failed += 1
      let problem = "not a vector in JSON; restore or remove the file"
      problems.append(Problem(format: format, name: name, expected: nil, actual: problem))
    }
  }
}

extension ConformanceReport: CustomStringConvertible {
  /// A table of the formats, then the cases that did not pass.
  public var description: String {
    var lines = [row(["format", "passed", "failed", "unsupported", "superseded"])]
    for (format, tally) in tallies.sorted(by: { $0.key < $1.key }) {
      let counts = [tally.passed, tally.failed, tally.unsupported, tally.superseded]
      lines.append(row([format] + counts.map(\.description)))
    }
    for entry in superseded {
      lines.append("SUPERSEDED \(entry.format) \(entry.name): \(entry.actual)")
    }
    for problem in problems {
      if let expected = problem.expected {
        lines.append("FAILED \(problem.format) \(problem.name)")
        lines.append("  expected \(shortened(expected))")
        lines.append("  actual   \(shortened(problem.actual))")
      } else {
        lines.append("NOT RUN \(problem.format) \(problem.name): \(problem.actual)")
      }
    }
    return lines.joined(separator: "\n")
  }

  /// The report as JSON with sorted keys.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  /// Encodings of large values would fill the screen; the JSON report has them whole.
  private func shortened(_ text: String) -> String {
    text.count <= 400 ? text : "\(text.prefix(400))… (\(text.count) characters)"
  }

  private func row(_ columns: [String]) -> String {
    let name = columns[0].padding(toLength: 28, withPad: " ", startingAt: 0)
    return columns.dropFirst().reduce(name) { line, count in
      line + String(repeating: " ", count: max(1, 12 - count.count)) + count
    }
  }
}
