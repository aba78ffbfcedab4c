package import Wire

/// Why a frame is no ``RPC``.
package enum RPCError: Error, Equatable, Sendable {
  /// Not the protobuf it should be.
  case malformed(WireError)
  /// More of something than any client sends.
  case tooMany(RPC.Limit)
}

extension RPC {
  /// How much of each thing one RPC may hold: a frame of 12 MiB could state six million empty
  /// entries of 50 bytes of memory each.
  ///
  /// No client sends as much: rust-libp2p and c-lean-libp2p take 500 and 16 messages, go-libp2p
  /// 5,000 ids of IHAVE.
  package enum Limit: Hashable, Sendable {
    /// Changes of subscriptions.
    case subscriptions
    /// Messages.
    case messages
    /// Entries of control messages, of all kinds together.
    case controlEntries
    /// Ids in all entries together.
    case messageIDs
    /// Fields of any kind, also of those that are skipped: the limits above come to 20,000.
    case fields

    /// How many are taken.
    var count: Int {
      switch self {
      case .subscriptions, .messages: 512
      case .controlEntries: 1024
      case .messageIDs: 8192
      case .fields: 32_768
      }
    }
  }

  /// The bytes on the wire, without their length prefix.
  package var encoded: [UInt8] {
    var writer = ProtobufWriter()
    for change in subscriptions {
      writer.append(1) { writer in
        writer.append(1, varint: change.subscribe ? 1 : 0)
        writer.append(2, bytes: change.topicID.utf8)
      }
    }
    for message in publish {
      writer.append(2) { writer in
        writer.appendUnlessEmpty(1, message.from)
        writer.appendUnlessEmpty(2, message.data)
        writer.appendUnlessEmpty(3, message.sequenceNumber)
        writer.appendUnlessEmpty(4, message.topic.utf8)
        writer.appendUnlessEmpty(5, message.signature)
        writer.appendUnlessEmpty(6, message.key)
      }
    }
    if !control.isEmpty { writer.append(3) { control.write(to: &$0) } }
    return writer.bytes
  }

  /// Decodes the content of a frame; unknown fields are skipped.
  ///
  /// - Throws: ``RPCError``.
  /// - Complexity: O(n) in time, and at most a small multiple of `frame` and of ``Limit`` in memory.
  package init(decoding frame: ArraySlice<UInt8>) throws(RPCError) {
    var fields = 0
    try self.init(decoding: frame, countingInto: &fields)
  }

  /// Decodes the content of a frame, and adds the number of fields that were read to `fields`.
  init(decoding frame: ArraySlice<UInt8>, countingInto fields: inout Int) throws(RPCError) {
    var decoder = Decoder()
    defer { fields += decoder.fields }
    try decoder.read(frame)
    self = decoder.rpc
  }
}

extension RPC.ControlMessage {
  fileprivate func write(to writer: inout ProtobufWriter) {
    for entry in ihave {
      writer.append(1) { writer in
        writer.appendUnlessEmpty(1, entry.topicID.utf8)
        for id in entry.messageIDs { writer.append(2, bytes: id) }
      }
    }
    for ids in iwant { writer.append(2) { $0.append(ids: ids) } }
    for topic in graft { writer.append(3) { $0.appendUnlessEmpty(1, topic.utf8) } }
    for entry in prune {
      writer.append(4) { writer in
        writer.appendUnlessEmpty(1, entry.topicID.utf8)
        if entry.backoffSeconds > 0 { writer.append(3, varint: entry.backoffSeconds) }
      }
    }
    for ids in idontwant { writer.append(5) { $0.append(ids: ids) } }
  }
}

extension ProtobufWriter {
  fileprivate mutating func appendUnlessEmpty(_ number: Int, _ content: some Collection<UInt8>) {
    if !content.isEmpty { append(number, bytes: content) }
  }

  fileprivate mutating func append(ids: [ArraySlice<UInt8>]) {
    for id in ids { append(1, bytes: id) }
  }
}

/// An RPC that grows while it is read, and what it may still grow by.
private struct Decoder {
  var rpc = RPC()
  private(set) var fields = 0
  private var entries = 0
  private var ids = 0

  mutating func read(_ frame: ArraySlice<UInt8>) throws(RPCError) {
    var reader = ProtobufReader(frame)
    while let field = try next(&reader) {
      guard case .bytes(let content) = field.value else { continue }
      switch field.number {
      case 1:
        try limit(rpc.subscriptions.count, .subscriptions)
        rpc.subscriptions.append(try subscription(content))
      case 2:
        try limit(rpc.publish.count, .messages)
        rpc.publish.append(try message(content))
      case 3: try control(content)
      default: break
      }
    }
  }

  private mutating func subscription(
    _ content: ArraySlice<UInt8>
  ) throws(RPCError) -> RPC.SubOpts {
    var change = RPC.SubOpts(subscribe: false, topicID: "")
    var reader = ProtobufReader(content)
    while let field = try next(&reader) {
      switch (field.number, field.value) {
      case (1, .varint(let flag)): change.subscribe = flag != 0
      case (2, .bytes(let name)): change.topicID = try topic(name)
      default: break
      }
    }
    return change
  }

  private mutating func message(_ content: ArraySlice<UInt8>) throws(RPCError) -> RPC.Message {
    var message = RPC.Message(topic: "", data: [])
    var reader = ProtobufReader(content)
    while let field = try next(&reader) {
      guard case .bytes(let bytes) = field.value else { continue }
      switch field.number {
      case 1: message.from = Array(bytes)
      case 2: message.data = Array(bytes)
      case 3: message.sequenceNumber = Array(bytes)
      case 4: message.topic = try topic(bytes)
      case 5: message.signature = Array(bytes)
      case 6: message.key = Array(bytes)
      default: break
      }
    }
    return message
  }

  private mutating func control(_ content: ArraySlice<UInt8>) throws(RPCError) {
    var reader = ProtobufReader(content)
    while let field = try next(&reader) {
      guard case .bytes(let entry) = field.value else { continue }
      try limit(entries, .controlEntries)
      entries += 1
      switch field.number {
      case 1:
        let (name, ids) = try topicAndIDs(entry, idField: 2)
        rpc.control.ihave.append(RPC.IHave(topicID: name, messageIDs: ids))
      case 2: rpc.control.iwant.append(try topicAndIDs(entry, idField: 1).ids)
      case 3: rpc.control.graft.append(try prune(entry).topicID)
      case 4: rpc.control.prune.append(try prune(entry))
      case 5: rpc.control.idontwant.append(try topicAndIDs(entry, idField: 1).ids)
      default: break
      }
    }
  }

  /// Reads IHAVE, whose ids follow a topic, and IWANT and IDONTWANT, which have only ids.
  private mutating func topicAndIDs(
    _ entry: ArraySlice<UInt8>, idField: UInt64
  ) throws(RPCError) -> (topic: String, ids: [ArraySlice<UInt8>]) {
    var name = ""
    var found: [ArraySlice<UInt8>] = []
    var reader = ProtobufReader(entry)
    while let field = try next(&reader) {
      guard case .bytes(let bytes) = field.value else { continue }
      if field.number == idField {
        try limit(ids, .messageIDs)
        ids += 1
        found.append(bytes)
      } else if field.number == 1 {
        name = try topic(bytes)
      }
    }
    return (name, found)
  }

  /// Reads PRUNE, and GRAFT, which has only its first field.
  private mutating func prune(_ entry: ArraySlice<UInt8>) throws(RPCError) -> RPC.Prune {
    var prune = RPC.Prune(topicID: "", backoffSeconds: 0)
    var reader = ProtobufReader(entry)
    while let field = try next(&reader) {
      switch (field.number, field.value) {
      case (1, .bytes(let name)): prune.topicID = try topic(name)
      case (3, .varint(let seconds)): prune.backoffSeconds = seconds
      default: break
      }
    }
    return prune
  }

  private func topic(_ bytes: ArraySlice<UInt8>) throws(RPCError) -> String {
    do { return try bytes.text() } catch { throw .malformed(error) }
  }

  /// The next field of a message or a part of one, whatever it is; `nil` at its end.
  private mutating func next(
    _ reader: inout ProtobufReader
  ) throws(RPCError) -> ProtobufReader.Field? {
    let field: ProtobufReader.Field?
    do { field = try reader.next() } catch { throw .malformed(error) }
    guard field != nil else { return nil }
    try limit(fields, .fields)
    fields += 1
    return field
  }

  /// Demands that there is room for one more.
  private func limit(_ count: Int, _ limit: RPC.Limit) throws(RPCError) {
    guard count < limit.count else { throw .tooMany(limit) }
  }
}
