/// One line of the doctor: what was looked at, what was found, and what to do about it.
package struct Finding: Codable, Equatable, Sendable {
  /// What was looked at.
  package enum Subject: String, Codable, CaseIterable, Sendable {
    case processor, memory, clock, disk
    case openFiles = "open files"
    case buffers = "UDP buffers"
    case terminal, settings, genesis, keys, journal, database, ports, prover
  }

  /// How bad it is.
  package enum Verdict: String, Codable, Sendable {
    /// In order.
    case good
    /// The system did not say.
    case unknown
    /// Works, and an operator wants to know it.
    case notice
    /// Costs duties or keeps the node from starting.
    case problem

    /// The word at the start of a line, of equal width.
    fileprivate var word: String {
      switch self {
      case .good: "ok     "
      case .unknown: "?      "
      case .notice: "notice "
      case .problem: "PROBLEM"
      }
    }
  }

  package let subject: Subject
  package let verdict: Verdict
  /// What was found, and the remedy where there is one.
  package let text: String

  /// Creates a finding.
  package init(_ subject: Subject, _ verdict: Verdict, _ text: String) {
    (self.subject, self.verdict, self.text) = (subject, verdict, text)
  }

  /// The finding as a line of a table.
  package var line: String {
    let width = Subject.allCases.map(\.rawValue.count).max() ?? 0
    let padding = String(repeating: " ", count: width - subject.rawValue.count)
    return "\(verdict.word) \(subject.rawValue)\(padding)  \(text)"
  }
}
