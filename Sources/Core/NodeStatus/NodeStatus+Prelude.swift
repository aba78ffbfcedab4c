package import ChainEvents

extension FleetStatus {
  /// The events that bring an empty fold to how all nodes stand, for the beginning of a recording or
  /// of a reader's stream.
  package var prelude: [TimedEvent] { nodes.flatMap(\.prelude) }
}

extension NodeStatus {
  /// The events that bring an empty fold to how the node stands, all at its newest moment.
  ///
  /// First all that this fold knows: histories, counters, alarms and the news of the log too. Then who
  /// the node is, for readers that cannot read that; others have known it since.
  package var prelude: [TimedEvent] {
    let start = description.map { [ChainEvent.node(.started($0))] } ?? []
    let parts = StatusPart.parts(of: packed).map { ChainEvent.node(.status($0)) }
    return (parts + start).map {
      TimedEvent(
        timeMilliseconds: timeMilliseconds, slot: wallSlot, interval: interval,
        sequence: lastSequence ?? 0, node: name, event: $0)
    }
  }

  /// Takes a part of a status; after the last one the node stands as its writer has known it.
  ///
  /// What is out of order, of another version or cannot be read changes nothing.
  mutating func take(_ part: StatusPart, of event: TimedEvent) {
    if part.index == 0 { parts = [] }
    guard part.version == StatusPart.version, part.index == parts.count,
      part.count <= StatusPart.countLimit
    else {
      parts = []
      return
    }
    parts.append(part)
    guard parts.count == part.count else { return }
    let bytes = parts.flatMap(\.bytes)
    parts = []
    guard var restored = NodeStatus(event, packed: bytes) else {
      unknownEvents += 1
      return
    }
    restored.heardAt = heardAt
    self = restored
  }
}
