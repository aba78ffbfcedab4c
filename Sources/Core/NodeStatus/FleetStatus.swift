public import ChainEvents

/// Everything the screen knows: a value folded from events, with bounded memory.
public struct FleetStatus: Sendable {
  /// Nodes of one screen; events of more are counted and left out.
  public static let nodeLimit = 64

  /// The nodes by name.
  public private(set) var nodes: [NodeStatus] = []

  /// The time of the newest event, in milliseconds since 1970.
  public private(set) var timeMilliseconds: UInt64 = 0

  /// Events of nodes beyond ``nodeLimit``.
  public private(set) var ignoredEvents = 0

  /// Creates a dashboard that knows nothing.
  public init() {}

  /// Folds the next event.
  public mutating func update(_ event: TimedEvent) {
    let index = nodes.firstIndex { $0.name >= event.node } ?? nodes.count
    if index == nodes.count || nodes[index].name != event.node {
      guard nodes.count < FleetStatus.nodeLimit else {
        ignoredEvents += 1
        return
      }
      nodes.insert(NodeStatus(event), at: index)
    }
    nodes[index].update(event)
    timeMilliseconds = max(timeMilliseconds, nodes[index].timeMilliseconds)
  }

  /// The dashboard as a copy for the past keeps it.
  var withoutLogs: FleetStatus {
    var copy = self
    for index in copy.nodes.indices { copy.nodes[index].log = EventLog(after: nodes[index].log) }
    return copy
  }

  /// Fills the logs with what was folded before, oldest first.
  mutating func fillLogs(from events: some Sequence<TimedEvent>) {
    var logs: [String: EventLog] = [:]
    for event in events { logs[event.node, default: EventLog()].append(event) }
    for index in nodes.indices {
      guard let log = logs[nodes[index].name] else { continue }
      nodes[index].log = log.ending(at: nodes[index].log.total)
    }
  }
}
