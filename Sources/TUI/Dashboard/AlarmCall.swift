package import ChainEvents
package import NodeStatus

/// An alarm that a person should look at, and can say to have seen.
package struct AlarmCall: Hashable, Sendable {
  /// The node.
  package let node: String
  /// What is wrong there.
  package let kind: AlarmKind
  /// How much it matters.
  package let level: AlarmLevel
  /// The slot in which it began: what has ended and begins again was not seen.
  package let since: UInt64

  /// Creates a call.
  package init(node: String, _ alarm: Alarm) {
    self.node = node
    kind = alarm.kind
    level = alarm.level
    since = alarm.since
  }

  /// Whether who has seen this alarm has seen the other: the same at its level or a lower one.
  func covers(_ other: AlarmCall) -> Bool {
    (node, kind, since) == (other.node, other.kind, other.since) && level >= other.level
  }
}

extension FleetStatus {
  /// The alarms of all nodes.
  package var calls: [AlarmCall] {
    nodes.flatMap { node in node.alarms.alarms.map { AlarmCall(node: node.name, $0) } }
  }

  /// The sentence of an alarm that stands.
  package func text(of call: AlarmCall) -> String {
    let node = nodes.first { $0.name == call.node }
    let alarm = node?.alarms.alarms.first { $0.kind == call.kind }
    return "\(call.node): \(alarm?.text ?? call.kind.words)"
  }
}
