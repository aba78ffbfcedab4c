/// Everything the chain tells the world: the single contract between the node and its screens,
/// recordings, metrics and tests.
///
/// `Docs/Events.md` lists each event with its fields.
package enum ChainEvent: Equatable, Sendable {
  /// Ticks and the clock below them.
  case clock(ClockEvent)
  /// Duties, stages, votes of ours, the prover.
  case duty(DutyEvent)
  /// The life of one proposal.
  case proposal(ProposalEvent)
  /// Blocks, votes and what fork choice made of them.
  case forkChoice(ForkChoiceEvent)
  /// Peers and syncing.
  case network(NetworkEvent)
  /// Keys and the signing journal.
  case key(KeyEvent)
  /// The node itself, its operator and its logs.
  case node(NodeEvent)
  /// An event that this program does not know; kept, counted and written back unchanged.
  case unknown(UnknownEvent)

  /// The name in JSON; names of ethlambda's topics where those exist.
  package var name: String {
    switch self {
    case .clock(let event): event.name.rawValue
    case .duty(let event): event.name.rawValue
    case .proposal(let event): event.name.rawValue
    case .forkChoice(let event): event.name.rawValue
    case .network(let event): event.name.rawValue
    case .key(let event): event.name.rawValue
    case .node(let event): event.name.rawValue
    case .unknown(let event): event.name
    }
  }

  /// Every name this program knows, in the order of the documentation.
  package static let names: [String] =
    ClockEvent.Name.allCases.map(\.rawValue) + DutyEvent.Name.allCases.map(\.rawValue)
    + ProposalEvent.Name.allCases.map(\.rawValue) + ForkChoiceEvent.Name.allCases.map(\.rawValue)
    + NetworkEvent.Name.allCases.map(\.rawValue) + KeyEvent.Name.allCases.map(\.rawValue)
    + NodeEvent.Name.allCases.map(\.rawValue)
}

/// An event of a later program.
package struct UnknownEvent: Equatable, Sendable {
  /// Its name.
  package var name: String
  let data: JSONObject

  /// Compares names and data; places in a line do not count.
  package static func == (left: UnknownEvent, right: UnknownEvent) -> Bool {
    guard left.name == right.name else { return false }
    var (first, second) = (JSONWriter(), JSONWriter())
    first.value(.object(left.data))
    second.value(.object(right.data))
    return first.bytes == second.bytes
  }
}

/// A group of events that belong together: their names, and their fields in JSON.
protocol EventFamily {
  associatedtype Name: RawRepresentable<String>, CaseIterable
  var name: Name { get }
  init(_ name: Name, _ field: FieldReader) throws(EventDecodingError)
  func write(fields write: inout JSONWriter)
}

extension ChainEvent {
  init(name: String, fields: JSONObject) throws(EventDecodingError) {
    let field = FieldReader(object: fields)
    if let name = DutyEvent.Name(rawValue: name) {
      self = .duty(try DutyEvent(name, field))
    } else if let name = ForkChoiceEvent.Name(rawValue: name) {
      self = .forkChoice(try ForkChoiceEvent(name, field))
    } else if let name = ClockEvent.Name(rawValue: name) {
      self = .clock(try ClockEvent(name, field))
    } else if let name = ProposalEvent.Name(rawValue: name) {
      self = .proposal(try ProposalEvent(name, field))
    } else if let name = NetworkEvent.Name(rawValue: name) {
      self = .network(try NetworkEvent(name, field))
    } else if let name = KeyEvent.Name(rawValue: name) {
      self = .key(try KeyEvent(name, field))
    } else if let name = NodeEvent.Name(rawValue: name) {
      self = .node(try NodeEvent(name, field))
    } else {
      self = .unknown(UnknownEvent(name: name, data: fields))
    }
  }

  /// Reads the data of a server-sent event, ours or that of another client with the same topics.
  ///
  /// - Throws: An ``EventDecodingError`` with the place in the data.
  package init(topic: String, data: some Collection<UInt8>) throws(EventDecodingError) {
    try self.init(name: topic, fields: try JSONObject(line: data))
  }

  func write(fields writer: inout JSONWriter) {
    switch self {
    case .clock(let event): event.write(fields: &writer)
    case .duty(let event): event.write(fields: &writer)
    case .proposal(let event): event.write(fields: &writer)
    case .forkChoice(let event): event.write(fields: &writer)
    case .network(let event): event.write(fields: &writer)
    case .key(let event): event.write(fields: &writer)
    case .node(let event): event.write(fields: &writer)
    case .unknown(let event):
      for member in event.data.members { writer(member.key, member.value) }
    }
  }
}
