internal import ChainEvents
internal import Hashing
internal import NodeStatus

/// A row of a table as filters, sorting and exports see it.
struct TableRow {
  /// One value.
  enum Value: Equatable {
    case text(String)
    case number(Double)
    /// Not known.
    case none

    init(_ number: (some BinaryInteger)?) {
      self = number.map { .number(Double($0)) } ?? .none
    }

    /// The value as people write it.
    var words: String {
      switch self {
      case .text(let text): text
      case .number(let number):
        number == number.rounded() && number.magnitude < 1e15 ? "\(Int64(number))" : "\(number)"
      case .none: ""
      }
    }
  }

  /// What no other row of the table is called.
  let name: String
  /// The fields in the order of an export.
  let values: [(field: String, value: Value)]
  /// More words that a filter finds.
  var aliases = ""

  /// The value of a field.
  subscript(field: String) -> Value? { values.first { $0.field == field }?.value }

  /// Everything that a filter finds.
  var words: String { values.map(\.value.words).joined(separator: " ") + " " + aliases }

  /// Lines of comma-separated values, the names of the fields first.
  static func csv(_ rows: [TableRow], fields: [String]) -> String {
    let lines = [fields] + rows.map { $0.values.map(\.value.words) }
    return lines.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  /// Pairs each field of a table with its value.
  init(_ name: String, _ fields: [String], _ values: [Value], aliases: String = "") {
    precondition(
      fields.count == values.count, "a row of \(values.count) has \(fields.count) fields")
    self.name = name
    self.values = zip(fields, values).map { (field: $0, value: $1) }
    self.aliases = aliases
  }

  /// The names of rows in the order of a column.
  static func names(
    _ rows: [TableRow], in fields: [String], by sorting: ViewState.Sorting
  ) -> [String] {
    guard fields.indices.contains(sorting.column) else { return rows.map(\.name) }
    let field = fields[sorting.column]
    let sorted = rows.enumerated().sorted { left, right in
      let (first, second) = (left.element[field] ?? .none, right.element[field] ?? .none)
      if first == second { return left.offset < right.offset }
      // The unknown stays last in both directions.
      if first == .none || second == .none { return second == .none }
      return sorting.isReversed ? second < first : first < second
    }
    return sorted.map(\.element.name)
  }
}

extension TableRow.Value: Comparable {
  /// Numbers before words, the unknown last.
  static func < (left: TableRow.Value, right: TableRow.Value) -> Bool {
    switch (left, right) {
    case (.number(let first), .number(let second)): first < second
    case (.text(let first), .text(let second)): first < second
    case (.number, .text): true
    case (_, .none): left != .none
    case (.none, _), (.text, .number): false
    }
  }
}
