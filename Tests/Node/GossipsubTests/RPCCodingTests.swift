import Testing
import Wire

@testable import Gossipsub

struct RPCCodingTests {
  private let full = rpc {
    $0.subscriptions = [
      .init(subscribe: true, topicID: block), .init(subscribe: false, topicID: ""),
    ]
    $0.publish = [RPC.Message(topic: block, data: [1, 2]), RPC.Message(topic: "", data: [])]
    $0.publish[1].from = [9]
    $0.publish[1].key = [8]
    $0.control.ihave = [.init(topicID: block, messageIDs: [[1], [2, 3]])]
    $0.control.iwant = [[[4]], []]
    $0.control.graft = [block, ""]
    $0.control.prune = [.init(topicID: block, backoffSeconds: 60)]
    $0.control.idontwant = [[[5], [6]]]
  }

  @Test func `what is encoded is decoded`() throws {
    #expect(try RPC(decoding: full.encoded[...]) == full)
    #expect(RPC().encoded == [])
    #expect(try RPC(decoding: []).isEmpty)
  }

  @Test func `unknown fields and an empty control message are skipped`() throws {
    // Control with nothing in it, extensions of 1.3 (field 6 of control), and a fixed field.
    let bytes: [UInt8] = [0x1A, 0, 0x1A, 4, 0x32, 2, 8, 1, 0x7D, 1, 2, 3, 4]
    #expect(try RPC(decoding: bytes[...]).isEmpty)
  }

  @Test func `control messages in two parts are joined`() throws {
    let parts = rpc { $0.control.graft = ["a"] }.encoded + rpc { $0.control.graft = ["b"] }.encoded
    #expect(try RPC(decoding: parts[...]).control.graft == ["a", "b"])
  }

  @Test(arguments: [
    ([0x0E], WireError.wrongField(tag: 14)), ([0x0A, 0x64], .truncated), ([0], .wrongField(tag: 0)),
    ([0x12, 3, 0x22, 1, 0xFF], .wrongText), ([0x1A, 2, 0x0A, 5], .truncated),
  ])
  func `what is no protobuf is refused by name`(bytes: [UInt8], error: WireError) {
    #expect(throws: RPCError.malformed(error)) { try RPC(decoding: bytes[...]) }
  }

  @Test(
    arguments: [
      (RPC.Limit.subscriptions, [0x0A, 0]), (.messages, [0x12, 0]),
      (.controlEntries, [0x1A, 2, 0x1A, 0]),
      (.messageIDs, [0x1A, 4, 0x12, 2, 0x0A, 0]), (.fields, [0x20, 0]),
    ] as [(RPC.Limit, [UInt8])])
  func `as many entries as the limit are taken and one more is refused`(
    limit: RPC.Limit, entry: [UInt8]
  ) throws {
    // 8,192 entries with an id each are above the limit of entries, so those share one entry.
    let bytes =
      limit == .messageIDs
      ? rpc { $0.control.iwant = [.init(repeating: [], count: limit.count)] }.encoded
      : Array(repeatElement(entry, count: limit.count).joined())
    _ = try RPC(decoding: bytes[...])
    #expect(throws: RPCError.tooMany(limit)) { try RPC(decoding: (bytes + entry)[...]) }
  }

  @Test(arguments: [0x0A, 0x12] as [UInt8])
  func `fields that mean nothing count inside of messages and subscriptions too`(
    tag: UInt8
  ) throws {
    let inside = Array(repeatElement([0x78, 0] as [UInt8], count: RPC.Limit.fields.count).joined())
    let taken = inside.dropLast(2)
    _ = try RPC(decoding: ([tag] + UnsignedVarint.encode(taken.count) + taken)[...])
    let refused = [tag] + UnsignedVarint.encode(inside.count) + inside
    #expect(throws: RPCError.tooMany(.fields)) { try RPC(decoding: refused[...]) }
  }

  @Test func `long topics and ids of any size are read: they are parts of the frame`() throws {
    let long = rpc {
      $0.control.graft = [String(repeating: "t", count: 3000)]
      $0.control.iwant = [[[UInt8](repeating: 1, count: 3000)[...]]]
    }
    #expect(try RPC(decoding: long.encoded[...]) == long)
  }

  @Test func `no cut and no changed byte of an RPC is a trap`() {
    let bytes = full.encoded
    for end in bytes.indices { _ = try? RPC(decoding: bytes[..<end]) }
    for index in bytes.indices {
      for value in [0, 0x7F, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[index] = value
        _ = try? RPC(decoding: changed[...])
      }
    }
  }
}
