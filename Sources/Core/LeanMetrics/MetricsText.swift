/// Writes Prometheus' text form, version 0.0.4.
struct MetricsText {
  private(set) var bytes: [UInt8] = []

  /// A name with its labels and its value.
  struct Sample {
    var labels: [(name: String, value: String)] = []
    var value: Double
  }

  /// Writes a counter or a gauge; nothing when there is no sample, because nobody told the value.
  mutating func write(_ name: String, _ kind: String, _ help: String, _ samples: [Sample]) {
    guard !samples.isEmpty else { return }
    head(name, kind, help)
    for sample in samples { line(name, sample.labels, Self.number(sample.value)) }
  }

  /// Writes a histogram with cumulative buckets.
  mutating func write(_ name: String, _ help: String, _ histogram: Histogram) {
    head(name, "histogram", help)
    var total: UInt64 = 0
    for (index, count) in histogram.counts.enumerated() {
      total += count
      let bound = index < histogram.bounds.count ? Self.number(histogram.bounds[index]) : "+Inf"
      line("\(name)_bucket", [("le", bound)], String(total))
    }
    line("\(name)_sum", [], Self.number(histogram.sum))
    line("\(name)_count", [], String(total))
  }

  private mutating func head(_ name: String, _ kind: String, _ help: String) {
    bytes.append(contentsOf: "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n".utf8)
  }

  private mutating func line(
    _ name: String, _ labels: [(name: String, value: String)], _ value: String
  ) {
    let list = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
    bytes.append(contentsOf: (list.isEmpty ? name : "\(name){\(list)}").utf8)
    bytes.append(contentsOf: " \(value)\n".utf8)
  }

  /// A label's value; its text was bounded and cleaned where the event was made.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.append(character)
      }
    }
  }

  /// Whole numbers without a fraction.
  private static func number(_ value: Double) -> String {
    Int64(exactly: value).map { String($0) } ?? String(value)
  }
}
