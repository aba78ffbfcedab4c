internal import NodeStatus

/// The alarms of the screen as lines, for a run without one.
struct AlarmLines {
  private var standing: [String: [AlarmKind: Alarm]] = [:]

  /// Says which alarms began, grew or ended since the last call.
  mutating func update(_ nodes: [NodeStatus]) -> [String] {
    nodes.flatMap { node in
      let before = standing[node.name] ?? [:]
      let alarms = node.alarms.alarms
      let now = Dictionary(uniqueKeysWithValues: alarms.map { ($0.kind, $0) })
      standing[node.name] = now
      let begun = alarms.filter { before[$0.kind]?.level != $0.level }
      let ended = before.values.filter { now[$0.kind] == nil }.sorted {
        $0.kind.rawValue < $1.kind.rawValue
      }
      let place = "slot \(node.wallSlot) · \(node.name)"
      return begun.map { "\(place) \($0.level.word): \($0.text): \($0.advice)" }
        + ended.map { "\(place) over: \($0.text)" }
    }
  }
}

extension Severity {
  fileprivate var word: String { self == .critical ? "ALARM" : "warning" }
}
