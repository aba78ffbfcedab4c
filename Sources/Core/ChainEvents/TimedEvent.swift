/// An event with the time and the place where it happened.
public struct TimedEvent: Equatable, Sendable {
  /// The version of the contract; a line of another version is refused.
  public static let version: UInt64 = 1

  /// Bytes of one line; the largest event is an aggregate with a few thousand participants.
  public static let lineLimit = 1 << 20

  /// Milliseconds since 1970 by the node's clock.
  public var timeMilliseconds: UInt64

  /// The wall slot at that time.
  public var slot: UInt64

  /// The interval inside the slot, 0 to 4.
  public var interval: Int

  /// The number of the event, counted by the node from 0 at its start; gaps are losses.
  public var sequence: UInt64

  /// The name of the node.
  public var node: String

  /// What happened.
  public var event: ChainEvent

  /// Creates a timed event.
  public init(
    timeMilliseconds: UInt64, slot: UInt64, interval: Int, sequence: UInt64, node: String,
    event: ChainEvent
  ) {
    self.timeMilliseconds = timeMilliseconds
    self.slot = slot
    self.interval = interval
    self.sequence = sequence
    self.node = node
    self.event = event
  }
}

extension TimedEvent {
  /// The event as one line of JSON, without the newline.
  public var line: String {
    String(decoding: lineBytes, as: UTF8.self)
  }

  /// The bytes of ``line``.
  public var lineBytes: [UInt8] {
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
  public init(line: String) throws(EventDecodingError) {
    try self.init(lineBytes: Array(line.utf8))
  }

  /// Reads one line of JSON.
  ///
  /// - Throws: An ``EventDecodingError`` with the place in the line.
  public init(lineBytes: some Collection<UInt8>) throws(EventDecodingError) {
    guard lineBytes.count <= TimedEvent.lineLimit else {
      throw EventDecodingError(offset: TimedEvent.lineLimit, problem: .lineTooLong)
    }
    let value = try Array(lineBytes).withUnsafeBufferPointer {
      bytes throws(EventDecodingError) in try JSONValue.parse(bytes)
    }
    guard case .object(let object) = value else {
      throw EventDecodingError(offset: 0, problem: .notAnObject)
    }
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
    self.init(
      timeMilliseconds: try field("t"), slot: try field("slot"), interval: try field("interval"),
      sequence: try field("seq"), node: try field("node"),
      event: try ChainEvent(name: try field("type"), fields: fields))
    guard (0..<5).contains(interval) else {
      throw EventDecodingError(
        offset: object["interval"]?.offset ?? 0, problem: .invalidField("interval"))
    }
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
