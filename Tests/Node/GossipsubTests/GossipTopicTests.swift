import Testing

@testable import Gossipsub

struct GossipTopicTests {
  @Test(arguments: [
    (GossipTopic.Kind.block, block), (.aggregation, aggregation), (.attestation(subnet: 0), subnet),
    (.attestation(subnet: 63), "/leanconsensus/12345678/attestation_63/ssz_snappy"),
  ])
  func `a topic and its text are the same`(kind: GossipTopic.Kind, text: String) throws {
    let topic = GossipTopic(kind, networkName: "12345678")
    #expect(topic.description == text)
    #expect(try GossipTopic(text, networkName: "12345678") == topic)
  }

  @Test(arguments: [
    ("", GossipTopicError.malformed), ("/leanconsensus/12345678/block", .malformed),
    ("/leanconsensus//block/ssz_snappy", .malformed), ("x\(block)", .malformed),
    ("/eth2/12345678/block/ssz_snappy", .otherPrefix("eth2")),
    ("/leanconsensus/12345678/block/ssz", .otherEncoding("ssz")),
    ("/leanconsensus/12345678/blocks/ssz_snappy", .unknownKind("blocks")),
    ("/leanconsensus/12345678/attestation_07/ssz_snappy", .unknownKind("attestation_07")),
    ("/leanconsensus/12345678/attestation_+7/ssz_snappy", .unknownKind("attestation_+7")),
    ("/leanconsensus/12345678/attestation_/ssz_snappy", .unknownKind("attestation_")),
    ("/leanconsensus/99/block/ssz_snappy", .otherNetwork("99", expected: "12345678")),
  ])
  func `other texts are refused by name`(text: String, error: GossipTopicError) {
    #expect(throws: error) { try GossipTopic(text, networkName: "12345678") }
  }
}
