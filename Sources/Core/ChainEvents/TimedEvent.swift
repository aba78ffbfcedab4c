/// An event with the time and the place where it happened, bounded as ``EventBounds`` says.
package struct TimedEvent: Equatable, Sendable {
  /// The version of the contract; a line of another version is refused.
  package static let version: UInt64 = 1

  /// Bytes of one line; the largest event names all 4,096 validators of a registry, in 20 kB.
  package static let lineLimit = 1 << 16

  /// Milliseconds since 1970 by the node's clock.
  package let timeMilliseconds: UInt64

  /// The wall slot at that time.
  package let slot: UInt64

  /// The interval inside the slot, 0 to 4.
  package let interval: Int

  /// The number of the event, counted by the node from 0 at its start; gaps are losses.
  package let sequence: UInt64

  /// The name of the node.
  package let node: String

  /// What happened.
  package let event: ChainEvent

  /// Creates a timed event; whatever is beyond its bounds is clamped, cut or cleaned.
  package init(
    timeMilliseconds: UInt64, slot: UInt64, interval: Int, sequence: UInt64, node: String,
    event: ChainEvent
  ) {
    self.timeMilliseconds = timeMilliseconds.bounded
    self.slot = slot.bounded
    self.interval = min(max(interval, 0), 4)
    self.sequence = sequence.bounded
    self.node = node.bounded(to: EventBounds.nameBytes)
    self.event = event.bounded
  }
}

extension TimedEvent {
  /// The event as one line of JSON, without the newline.
  package var line: String {
    String(decoding: lineBytes, as: UTF8.self)
  }

  /// The bytes of ``line``.
  package var lineBytes: [UInt8] {
    var writer = JSONWriter()
    writer.object { write in
      write("v", TimedEvent.version)
      write("seq", sequence)
      write("t", timeMilliseconds)
      write("slot", slot)
      write("interval", interval)
      write("node", node)
      write("type", event.name)
      write("data", EventData(event: event))
    }
    return writer.bytes
  }

  /// Reads one line of JSON.
  ///
  /// - Throws: An ``EventDecodingError`` with the place in the line.
  package init(line: String) throws(EventDecodingError) {
    try self.init(lineBytes: Array(line.utf8))
  }

  /// Reads one line of JSON.
  ///
  /// - Throws: An ``EventDecodingError`` with the place in the line.
  package init(lineBytes: some Collection<UInt8>) throws(EventDecodingError) {
    let object = try JSONObject(line: lineBytes)
    let field = FieldReader(object: object)
    guard try field("v") == TimedEvent.version else {
      throw EventDecodingError(
        offset: object["v"]?.offset ?? 0, problem: .unsupportedVersion)
    }
    guard let data = object["data"] else {
      throw EventDecodingError(offset: object.offset, problem: .missingField("data"))
    }
    guard case .object(let fields) = data.value else {
      throw EventDecodingError(offset: data.offset, problem: .invalidField("data"))
    }
    let time: UInt64 = try field("t")
    let interval: Int = try field("interval")
    guard (0..<5).contains(interval) else {
      throw EventDecodingError(
        offset: object["interval"]?.offset ?? 0, problem: .invalidField("interval"))
    }
    self.init(
      timeMilliseconds: time, slot: try field("slot"), interval: interval,
      sequence: try field("seq"), node: try field("node"),
      event: try ChainEvent(name: try field("type"), fields: fields))
  }
}

/// Writes the fields of an event as one object.
private struct EventData: EventField {
  let event: ChainEvent

  static func read(_ value: JSONValue?) -> EventData? { nil }

  func write(into writer: inout JSONWriter) {
    writer.object { event.write(fields: &$0) }
  }
}
