internal import NodeStatus

/// What of a table is shown, as typed after `/`.
///
/// Words are joined by "and": `zeam`, `-zeam`, `dir=in`, `rtt>100`, `lag>=2`. A bare word must
/// appear anywhere in a row; a minus turns it around. Numbers may be written as the screen does,
/// `slot>18,400`. A term with a mistake hides nothing.
struct RowFilter {
  private enum Comparison: String, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
    case equal = "="
  }

  private enum Term {
    case word(String)
    case field(String, Comparison, TableRow.Value)
    indirect case not(Term)
  }

  private var terms: [Term] = []
  /// The first mistake.
  private(set) var problem: FilterProblem?

  /// Reads a filter for a table with these fields.
  init(_ text: String, fields: [String]) {
    for word in text.ungrouped.lowercased().split(separator: " ") {
      do throws(FilterProblem) {
        terms.append(try RowFilter.term(word, fields))
      } catch {
        problem = problem ?? error
      }
    }
  }

  private static func term(_ text: Substring, _ fields: [String]) throws(FilterProblem) -> Term {
    if text.count > 1, text.hasPrefix("-") { return .not(try term(text.dropFirst(), fields)) }
    for comparison in Comparison.allCases {
      guard let range = text.firstRange(of: comparison.rawValue) else { continue }
      let field = String(text[..<range.lowerBound])
      let value = String(text[range.upperBound...])
      guard fields.contains(field) else { throw .unknownField(field, known: fields) }
      guard !value.isEmpty else { throw .noValue(field) }
      if let number = Double(value) { return .field(field, comparison, .number(number)) }
      guard comparison == .equal else { throw .notANumber(value, field: field) }
      return .field(field, comparison, .text(value))
    }
    return .word(String(text))
  }

  /// Whether the row is shown.
  func passes(_ row: TableRow) -> Bool {
    terms.allSatisfy { RowFilter.holds($0, row) }
  }

  private static func holds(_ term: Term, _ row: TableRow) -> Bool {
    switch term {
    case .word(let word): row.words.lowercased().contains(word)
    case .not(let term): !holds(term, row)
    case .field(let field, let comparison, .number(let wanted)):
      if case .number(let number)? = row[field] {
        compare(number, comparison, wanted)
      } else {
        false
      }
    case .field(let field, _, .text(let wanted)):
      row[field]?.words.lowercased() == wanted
    case .field(_, _, .none): false
    }
  }

  private static func compare(_ left: Double, _ comparison: Comparison, _ right: Double) -> Bool {
    switch comparison {
    case .atLeast: left >= right
    case .atMost: left <= right
    case .above: left > right
    case .below: left < right
    case .equal: left == right
    }
  }
}
