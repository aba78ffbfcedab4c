package import ChainEvents

/// Everything the screen knows: a value folded from events, with bounded memory.
package struct FleetStatus: Sendable {
  /// Nodes of one screen; events of more are counted and left out.
  package static let nodeLimit = 64

  /// The nodes by name.
  package private(set) var nodes: [NodeStatus] = []

  /// The time of the newest event, in milliseconds since 1970.
  package private(set) var timeMilliseconds: UInt64 = 0

  /// A time of a node not known yet that is too far ahead to be believed.
  private var doubtfulTime: UInt64?

  /// Events of nodes beyond ``nodeLimit``, or of a new one at a time that nobody believes.
  package private(set) var ignoredEvents = 0

  /// The newest time that an event or the owner told.
  private var clock: UInt64 = 0
  /// Milliseconds for which the nodes were watched; a jump of a clock counts as one step.
  private var watched: UInt64 = 0

  /// The most that one step of the time counts: nobody was silent while a clock jumped.
  private static let stepMilliseconds = EventStamp.slotMilliseconds

  /// Creates a fleet that knows nothing.
  package init() {}

  /// Folds the next event.
  ///
  /// - Returns: The alarms that began or ended with it, as events. Alarms of another fold are left out:
  ///   this one works out its own.
  @discardableResult
  package mutating func update(_ event: TimedEvent) -> [TimedEvent] {
    if case .node(.alarm) = event.event { return [] }
    let index = nodes.firstIndex { $0.name >= event.node } ?? nodes.count
    if index == nodes.count || nodes[index].name != event.node {
      guard nodes.count < FleetStatus.nodeLimit, isBelievable(event.timeMilliseconds) else {
        ignoredEvents += 1
        return []
      }
      nodes.insert(NodeStatus(event), at: index)
    }
    if case .node(.status(let part)) = event.event {
      nodes[index].take(part, of: event)
      timeMilliseconds = max(timeMilliseconds, nodes[index].timeMilliseconds)
      return advance(to: timeMilliseconds)
    }
    let alarms = nodes[index].update(event)
    nodes[index].heardAt = watched
    timeMilliseconds = max(timeMilliseconds, nodes[index].timeMilliseconds)
    return alarms + advance(to: timeMilliseconds)
  }

  /// Whether a node may be new at a time: not a day ahead of all others, unless a second event agrees.
  private mutating func isBelievable(_ time: UInt64) -> Bool {
    guard !nodes.isEmpty, time > timeMilliseconds + EventBounds.doubtMilliseconds else {
      doubtfulTime = nil
      return true
    }
    defer { doubtfulTime = time }
    return doubtfulTime.map { time >= $0 } ?? false
  }

  /// Lets time pass to a moment, which tells who is silent.
  ///
  /// - Returns: The alarms that began with it, as events.
  @discardableResult
  package mutating func advance(to moment: UInt64) -> [TimedEvent] {
    guard moment > clock else { return [] }
    let step = clock == 0 ? 0 : min(moment - clock, FleetStatus.stepMilliseconds)
    clock = moment
    let before = watched
    watched += step
    guard before / EventStamp.intervalMilliseconds != watched / EventStamp.intervalMilliseconds
    else { return [] }
    var alarms: [TimedEvent] = []
    for index in nodes.indices {
      // Before its genesis a chain has nothing to tell.
      let genesis = nodes[index].genesisMilliseconds
      let silence = min(watched - nodes[index].heardAt, moment > genesis ? moment - genesis : 0)
      guard silence > NodeStatus.silenceMilliseconds else { continue }
      alarms += nodes[index].refreshAlarms(silentFor: silence)
    }
    return alarms
  }

  /// The fleet as a copy for the past keeps it.
  var withoutLogs: FleetStatus {
    var copy = self
    for index in copy.nodes.indices { copy.nodes[index].log = EventLog(after: nodes[index].log) }
    return copy
  }

  /// Fills the logs with what was folded before, oldest first.
  mutating func fillLogs(from events: some Sequence<TimedEvent>) {
    var logs: [String: EventLog] = [:]
    for event in events {
      // Parts of a status are in no log.
      if case .node(.status) = event.event { continue }
      logs[event.node, default: EventLog()].append(event)
    }
    for index in nodes.indices {
      guard let log = logs[nodes[index].name] else { continue }
      nodes[index].log = log.ending(at: nodes[index].log.total)
    }
  }
}
