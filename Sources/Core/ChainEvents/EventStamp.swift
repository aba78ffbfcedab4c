/// Puts time, slot, interval and sequence number on the events of one node.
package struct EventStamp: Sendable {
  /// Milliseconds of a slot.
  package static let slotMilliseconds: UInt64 = 4000

  /// Milliseconds of an interval, of which a slot has five.
  package static let intervalMilliseconds: UInt64 = 800

  private let node: String
  private let genesisMilliseconds: UInt64
  private var sequence: UInt64 = 0

  /// Creates a stamp for a node of a network that started at genesis.
  package init(node: String, genesisMilliseconds: UInt64) {
    self.node = node
    self.genesisMilliseconds = genesisMilliseconds
  }

  /// Stamps the next event; before genesis everything happens in slot 0, interval 0.
  package mutating func stamp(_ event: ChainEvent, at timeMilliseconds: UInt64) -> TimedEvent {
    defer { sequence += 1 }
    let sinceGenesis =
      timeMilliseconds > genesisMilliseconds ? timeMilliseconds - genesisMilliseconds : 0
    let inSlot = sinceGenesis % EventStamp.slotMilliseconds
    return TimedEvent(
      timeMilliseconds: timeMilliseconds, slot: sinceGenesis / EventStamp.slotMilliseconds,
      interval: Int(inSlot / EventStamp.intervalMilliseconds), sequence: sequence, node: node,
      event: event)
  }
}
