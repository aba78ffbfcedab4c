private import Gossipsub
private import Hashing

/// The kinds of ``NetworkingCodecRunner`` that gossip is made of.
enum GossipCodec {
  private struct Topic: Decodable {
    let topicKind: String
    let networkName: String
    let subnetId: UInt64?
    let expectedNetworkName: String?

    func kind() throws -> GossipTopic.Kind {
      switch (topicKind, subnetId) {
      case ("block", _): .block
      case ("aggregation", _): .aggregation
      case ("attestation", .some(let subnet)): .attestation(subnet: subnet)
      default: throw Unsupported("topic kind \(topicKind)")
      }
    }
  }

  private struct TopicOutput: Decodable {
    let topicString: String
    let forkValid: Bool?
  }

  /// A topic and its text, and whether it is of the network.
  static func checkTopic(_ vector: Vector) throws {
    let content = try vector.decode(CodecCase<Topic, TopicOutput>.self)
    let topic = GossipTopic(try content.codec.kind(), networkName: content.codec.networkName)
    try expect(topic.description, equals: content.output.topicString, "topic")
    try expect(try GossipTopic(topic.description), equals: topic, "topic read back")
    let isValid = content.codec.expectedNetworkName.map { name in
      (try? GossipTopic(topic.description, networkName: name)) != nil
    }
    try expect(isValid, equals: content.output.forkValid, "of the network")
  }

  private struct Identified: Decodable {
    let topic: HexadecimalBytes
    let data: HexadecimalBytes
    let domain: HexadecimalBytes
  }

  private struct Identifier: Decodable {
    let messageId: String
  }

  /// The id of a message of any domain.
  static func checkMessageID(_ vector: Vector) throws {
    let content = try vector.decode(CodecCase<Identified, Identifier>.self)
    let domain = content.codec.domain.bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    let id = MessageID(
      topic: content.codec.topic.bytes, data: content.codec.data.bytes,
      domain: MessageID.Domain(rawValue: domain))
    try expect(id.description, equals: content.output.messageId, "id")
  }

  private struct Encoded: Decodable {
    let encoded: HexadecimalBytes
  }

  /// An RPC and its bytes, both ways.
  static func checkRPC(_ vector: Vector) throws {
    let content = try vector.decode(CodecCase<RPCContent, Encoded>.self)
    let rpc = content.codec.rpc
    let bytes = content.output.encoded.bytes
    try expect(Hexadecimal.encode(rpc.encoded), equals: Hexadecimal.encode(bytes), "bytes")
    try expect(try RPC(decoding: bytes[...]), equals: rpc, "RPC")
  }
}
