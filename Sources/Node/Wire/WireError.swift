/// Why bytes from a peer are no value of the format they should be.
///
/// Every case is the sender's fault, except ``truncated`` while a stream may still bring more.
package enum WireError: Error, Equatable, Sendable {
  /// The input ends inside a value.
  case truncated
  /// Bytes follow where the value ends.
  case surplus(bytes: Int)
  /// A varint has more than ten bytes or does not fit 64 bits.
  case varintTooLong
  /// A size is above what the receiver takes.
  case tooLarge(bytes: UInt64, limit: Int)
  /// The snappy block is corrupt, or says it is longer than its bytes can make it.
  case corruptBlock
  /// The frames do not begin with the stream identifier, or repeat it wrongly.
  case wrongStreamIdentifier
  /// A chunk type that a reader must not skip.
  case unknownChunk(type: UInt8)
  /// A chunk of an impossible size.
  case wrongChunkSize(bytes: Int)
  /// The checksum of a chunk is another than its content's.
  case wrongChecksum
  /// The content is not as long as its prefix says.
  case wrongLength(stated: Int, actual: Int)
  /// A protobuf field with number 0 or a wire type that does not exist.
  case wrongField(tag: UInt64)
  /// Text is not UTF-8, or has a character outside the alphabet.
  case wrongText
  /// A multihash is neither an identity of at most 42 bytes nor a SHA-256.
  case wrongMultihash
  /// A protocol of a multiaddr that is not known, so that its length is not known either.
  case unknownProtocol(code: UInt64)
  /// A part of a textual multiaddr.
  case wrongAddress(String)
  /// An RLP item that is not in its shortest form, or is a list where bytes must be.
  case wrongItem
}

extension WireError: CustomStringConvertible {
  /// What is wrong, in a few words.
  package var description: String {
    switch self {
    case .truncated: "ends inside a value"
    case .surplus(let bytes): "\(bytes) bytes too many"
    case .varintTooLong: "a varint above 64 bits"
    case .tooLarge(let bytes, let limit): "\(bytes) bytes where at most \(limit) are taken"
    case .corruptBlock: "a corrupt snappy block"
    case .wrongStreamIdentifier: "no snappy stream identifier"
    case .unknownChunk(let type): "snappy chunk type \(type)"
    case .wrongChunkSize(let bytes): "a snappy chunk of \(bytes) bytes"
    case .wrongChecksum: "a snappy chunk with a wrong checksum"
    case .wrongLength(let stated, let actual): "\(actual) bytes after a prefix of \(stated)"
    case .wrongField(let tag): "a protobuf field with the tag \(tag)"
    case .wrongText: "malformed text"
    case .wrongMultihash: "no multihash of a public key"
    case .unknownProtocol(let code): "multiaddr protocol \(code)"
    case .wrongAddress(let part): "'\(part)' in a multiaddr"
    case .wrongItem: "a malformed RLP item"
    }
  }
}
