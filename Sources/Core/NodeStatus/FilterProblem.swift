/// Why a filter is none, in words that name what would be one.
package enum FilterProblem: Error, Equatable, CustomStringConvertible, Sendable {
  /// No row has such a field.
  case unknownField(String, known: [String])
  /// Nothing stands behind the comparison.
  case noValue(String)
  /// The field is compared with a number.
  case notANumber(String, field: String)
  /// There is no such level.
  case unknownLevel(String)
  /// The field cannot be compared in this way.
  case comparison(field: String, takes: String)

  /// The problem, and what would be right.
  package var description: String {
    switch self {
    case .unknownField(let field, let known):
      "no field '\(field)'; there are \(known.joined(separator: " "))"
    case .noValue(let field): "'\(field)' is compared with nothing"
    case .notANumber(let text, let field): "'\(text)' is no number; \(field) is compared with one"
    case .unknownLevel(let level):
      "no level '\(level)'; there are "
        + Severity.allCases.map(\.word).joined(separator: " ")
    case .comparison(let field, let form): "\(field) is written as \(form)"
    }
  }
}

extension EventFilter {
  /// The first mistake in the text of a filter; `nil` when it has none.
  package static func problem(in text: String) -> FilterProblem? {
    for word in text.ungrouped.split(separator: " ") {
      let term = word.hasPrefix("-") && word.count > 1 ? word.dropFirst() : word
      guard let end = term.firstIndex(where: { "<>=".contains($0) }) else { continue }
      let field = String(term[..<end])
      let comparison = String(term[end...].prefix { "<>=".contains($0) })
      let value = String(term[end...].drop { "<>=".contains($0) })
      if let problem = problem(field, comparison, value) { return problem }
    }
    return nil
  }

  private static func problem(
    _ field: String, _ comparison: String, _ value: String
  ) -> FilterProblem? {
    guard ["level", "slot", "node"].contains(field) else {
      return .unknownField(field, known: ["level", "slot", "node"])
    }
    guard comparison == (field == "level" ? ">=" : "=") else {
      return .comparison(field: field, takes: field == "level" ? "level>=WRN" : "\(field)=VALUE")
    }
    if value.isEmpty { return .noValue(field) }
    switch field {
    case "level":
      let isKnown = Severity.allCases.contains { $0.word == value.uppercased() }
      return isKnown ? nil : .unknownLevel(value)
    case "slot": return UInt64(value) == nil ? .notANumber(value, field: field) : nil
    default: return nil
    }
  }
}
