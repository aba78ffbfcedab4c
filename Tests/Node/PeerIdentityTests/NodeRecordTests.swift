import Hashing
import Testing
import Wire

@testable import PeerIdentity

struct NodeRecordTests {
  /// The example of EIP-778, whose signature is made with RFC 6979 too.
  private static let published = """
    enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRc\
    y5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8
    """

  private let identity: PeerIdentity

  init() throws {
    identity = try #require(
      PeerIdentity(text: "b71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291"))
  }

  private func record(_ values: [NodeRecord.Key: [UInt8]]) throws -> NodeRecord {
    try NodeRecord(of: identity, sequenceNumber: 1, values: values)
  }

  @Test func `the published record is made byte by byte`() throws {
    let record = try record([.ip: [127, 0, 0, 1], .udp: [0x76, 0x5F]])
    #expect(record.description == NodeRecordTests.published)
  }

  @Test func `the published record is read whole`() throws {
    let record = try NodeRecord(text: NodeRecordTests.published)
    #expect(record.description == NodeRecordTests.published)
    #expect(try NodeRecord(decoding: record.encoded) == record)
    #expect(record.isComplete)
    #expect(record.isSignatureValid)
    #expect(record.peerID == identity.peerID)
    #expect(
      record.nodeID?.description
        == "0xa448f24c6d18e575453db13171562b71999873db5b286df957af199ec94617f7")
    #expect(
      record.quicEndpoints.map { Multiaddr(quic: $0).description } == [
        "/ip4/127.0.0.1/udp/30303/quic-v1"
      ])
  }

  @Test func `a changed record is not signed`() throws {
    var bytes = try record([.ip: [127, 0, 0, 1]]).encoded
    bytes[bytes.count - 1] ^= 1
    let changed = try NodeRecord(decoding: bytes)
    #expect(!changed.isSignatureValid)
  }

  @Test func `ports of QUIC come first, zero and malformed ones count as absent`() throws {
    let six: [UInt8] = Array(repeating: 0, count: 15) + [1]
    func endpoints(_ values: [NodeRecord.Key: [UInt8]]) throws -> [String] {
      try record(values).quicEndpoints.map { Multiaddr(quic: $0).description }
    }
    #expect(
      try endpoints([.ip: [1, 2, 3, 4], .udp: [1, 0], .quic: [2, 0]]) == [
        "/ip4/1.2.3.4/udp/512/quic-v1"
      ])
    #expect(
      try endpoints([.ip: [1, 2, 3, 4], .udp: [1, 0], .quic: [0, 0]]) == [
        "/ip4/1.2.3.4/udp/256/quic-v1"
      ])
    #expect(
      try endpoints([.ip: [1, 2, 3, 4], .ip6: six, .quic: [9]]) == [
        "/ip4/1.2.3.4/udp/9/quic-v1", "/ip6/::1/udp/9/quic-v1",
      ])
    #expect(try endpoints([.ip6: six, .quic: [9], .quic6: [8]]) == ["/ip6/::1/udp/8/quic-v1"])
    #expect(try endpoints([.ip: [1, 2, 3], .quic: [9]]) == [])
    #expect(try endpoints([.ip: [1, 2, 3, 4], .quic: [1, 2, 3]]) == [])
    #expect(try endpoints([.ip: [1, 2, 3, 4]]) == [])
  }

  @Test func `fork, subnets and role are read`() throws {
    let eth2: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8] + Array(repeating: 0xFF, count: 8)
    let record = try record([
      .eth2: eth2, .attestationSubnets: [0x81, 0, 0, 0, 0, 0, 0, 0x80], .isAggregator: [1],
    ])
    #expect(
      record.eth2
        == NodeRecord.Eth2(
          forkDigest: [1, 2, 3, 4], nextForkVersion: [5, 6, 7, 8], nextForkEpoch: .max))
    #expect(record.attestationSubnets == [0, 7, 63])
    #expect(record.isAggregator)
    let other = try self.record([.eth2: [1], .attestationSubnets: [1], .isAggregator: [2]])
    #expect(other.eth2 == nil)
    #expect(other.attestationSubnets == nil)
    #expect(!other.isAggregator)
  }

  private static let signature = [UInt8](repeating: 1, count: 64)

  @Test(
    arguments: [
      ([signature], NodeRecordError.wrongItemCount(1)),
      ([signature, [1], Array("id".utf8)], .wrongItemCount(3)),
      ([[1], [1]], .wrongSignatureSize(bytes: 1)),
      ([signature, [0, 1]], .malformed(.wrongItem)),
      ([signature, [UInt8](repeating: 1, count: 9)], .malformed(.wrongItem)),
      ([signature, [1], [0xFF], [1]], .wrongKey),
      ([signature, [1], Array("ip".utf8), [1], Array("id".utf8), [1]], .unsortedKeys),
      ([signature, [1], Array("id".utf8), [1], Array("id".utf8), [1]], .unsortedKeys),
    ] as [([[UInt8]], NodeRecordError)])
  func `a malformed record is refused with its reason`(items: [[UInt8]], error: NodeRecordError) {
    #expect(throws: error) { try NodeRecord(decoding: RLP.encode(list: items)) }
  }

  @Test func `more than 300 bytes are refused, made or read`() throws {
    #expect(throws: NodeRecordError.tooLarge(bytes: 301)) {
      try NodeRecord(decoding: [UInt8](repeating: 0xFF, count: 301))
    }
    #expect(throws: NodeRecordError.self) {
      try record([.eth2: [UInt8](repeating: 1, count: 200)])
    }
  }

  @Test(arguments: [
    ("", NodeRecordError.wrongPrefix), ("enode://1", .wrongPrefix), ("enr:-", .wrongBase64),
    ("enr:-IS=", .wrongBase64), ("enr:+IS4", .wrongBase64), ("enr: IS4", .wrongBase64),
    ("enr:", .malformed(.truncated)),
    ("enr:" + String(repeating: "a", count: 401), .tooLarge(bytes: 405)),
  ])
  func `other text is refused with its reason`(text: String, error: NodeRecordError) {
    #expect(throws: error) { try NodeRecord(text: text) }
  }

  @Test func `a key that is no point has no names`() throws {
    let items = [
      NodeRecordTests.signature, [1], Array("id".utf8), Array("v4".utf8),
      Array("secp256k1".utf8), [UInt8](repeating: 5, count: 33),
    ]
    let record = try NodeRecord(decoding: RLP.encode(list: items))
    #expect(record.isComplete)
    #expect(record.nodeID == nil)
    #expect(record.peerID == nil)
    #expect(!record.isSignatureValid)
  }
}
