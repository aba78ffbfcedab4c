private import Hashing
private import PeerIdentity
private import Wire

/// The kinds of ``NetworkingCodecRunner`` that say who a peer is.
enum IdentityCodec {
  private struct Key: Decodable {
    let keyType: String
    let publicKey: HexadecimalBytes

    func message() throws -> PublicKeyMessage {
      let type: PublicKeyMessage.KeyType =
        switch keyType {
        case "rsa": .rsa
        case "ed25519": .ed25519
        case "secp256k1": .secp256k1
        case "ecdsa": .ecdsa
        default: throw Unsupported("key type \(keyType)")
        }
      return PublicKeyMessage(type: type, key: publicKey.bytes)
    }
  }

  private struct Name: Decodable {
    let protobufEncoded: HexadecimalBytes
    let peerId: String
  }

  /// A public key and its peer id.
  static func checkPeerID(_ vector: Vector) throws {
    let content = try vector.decode(CodecCase<Key, Name>.self)
    let key = try content.codec.message()
    let encoded = content.output.protobufEncoded.bytes
    try expect(key.encoded, equals: encoded, "protobuf")
    try expect(try PublicKeyMessage(decoding: encoded[...]), equals: key, "key read back")
    let peer = PeerID(of: key)
    try expect(peer.description, equals: content.output.peerId, "peer id")
    try expect(try PeerID(text: peer.description), equals: peer, "peer id read back")
  }

  private struct Text: Decodable {
    let enrString: String
  }

  private struct Record: Decodable, Equatable {
    struct Eth2: Decodable, Equatable {
      let forkDigest: String
      let nextForkVersion: String
      let nextForkEpoch: UInt64
    }
    let rlp: String
    let seq: UInt64
    let identityScheme: String
    let nodeId: Bytes32?
    let publicKey: String?
    let ip4: String?
    let udpPort: UInt16?
    let quicPort: UInt16?
    let multiaddr: String?
    let eth2Data: Eth2?
    let attestationSubnets: [Int]?
    let isAggregator: Bool
    let signatureValid: Bool
    let isValid: Bool

    init(_ record: NodeRecord) {
      rlp = Hexadecimal.encode(record.encoded)
      seq = record.sequenceNumber
      identityScheme = record.identityScheme ?? ""
      nodeId = record.nodeID
      publicKey = record.publicKey.map { Hexadecimal.encode($0) }
      ip4 = record.ip4?.description
      udpPort = record.port(.udp)
      quicPort = record.port(.quic)
      // leanSpec knows no address of version 6.
      multiaddr =
        record.quicEndpoints.first { !$0.address.isVersion6 }
        .map { Multiaddr(quic: $0).description }
      eth2Data = record.eth2.map {
        Eth2(
          forkDigest: Hexadecimal.encode($0.forkDigest),
          nextForkVersion: Hexadecimal.encode($0.nextForkVersion),
          nextForkEpoch: $0.nextForkEpoch)
      }
      attestationSubnets = record.attestationSubnets
      isAggregator = record.isAggregator
      signatureValid = record.isSignatureValid
      isValid = record.isComplete
    }
  }

  /// A node record and what it says.
  static func checkRecord(_ vector: Vector) throws {
    let content = try vector.decode(CodecCase<Text, Record>.self)
    let record = try NodeRecord(text: content.codec.enrString)
    try expect(record.description, equals: content.codec.enrString, "text")
    try expect(try NodeRecord(decoding: record.encoded), equals: record, "record read back")
    try expect(Record(record), equals: content.output, "record")
  }
}
