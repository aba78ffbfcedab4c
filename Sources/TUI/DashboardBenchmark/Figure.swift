/// One measured figure of the dashboard, with what it may be.
struct Figure {
  /// What was measured.
  let name: String
  /// The figure.
  let value: Double
  /// Its unit.
  let unit: String
  /// The most, or the least, that it may be; `nil` for a figure that only explains another.
  let goal: Double?
  /// Whether the goal is met.
  let isMet: Bool?

  init(_ name: String, _ value: Double, _ unit: String, goal: Double? = nil) {
    self.name = name
    self.value = value
    self.unit = unit
    self.goal = goal
    isMet = goal.map { value <= $0 }
  }

  init(_ name: String, _ value: Double, _ unit: String, atLeast goal: Double) {
    self.name = name
    self.value = value
    self.unit = unit
    self.goal = goal
    isMet = value >= goal
  }
}

extension Figure {
  /// Figures as a table.
  static func table(_ figures: [Figure]) -> String {
    let rows = figures.map { figure in
      [
        figure.name, "\(text(figure.value)) \(figure.unit)",
        figure.goal.map { "\(text($0)) \(figure.unit)" } ?? "",
        figure.isMet.map { $0 ? "met" : "missed" } ?? "",
      ]
    }
    return ([["once", "figure", "goal", ""]] + rows).map { row in
      padded(row[0], to: 66) + padded(row[1], to: 16) + padded(row[2], to: 14) + row[3]
    }.joined(separator: "\n")
  }

  /// Three digits: `0.62`, `28.4`, `341`.
  private static func text(_ value: Double) -> String {
    let decimals = value < 10 ? 100.0 : value < 100 ? 10.0 : 1.0
    let rounded = (value * decimals).rounded() / decimals
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
