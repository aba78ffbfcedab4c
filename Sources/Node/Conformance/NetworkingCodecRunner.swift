private import Gossipsub
private import Wire

/// Formats of bytes between peers, each its own kind of case.
enum NetworkingCodecRunner: FormatRunner {
  static let format = "networking_codec"
  static let keys: Set = ["codec", "output"]

  private struct Content: Decodable {
    let codec: Codec
  }

  private struct Codec: Decodable {
    let kind: String
  }

  static func check(_ vector: Vector) throws {
    switch try vector.decode(Content.self).codec.kind {
    case "gossip_topic": try GossipCodec.checkTopic(vector)
    case "gossip_message_id": try GossipCodec.checkMessageID(vector)
    case "gossipsub_rpc": try GossipCodec.checkRPC(vector)
    case "decode_failure": try checkFailure(vector)
    case let kind: throw Unsupported("kind \(kind)")
    }
  }

  private struct Failure: Decodable {
    let codec: Input

    struct Input: Decodable {
      let decoder: String
      let rawBytes: HexadecimalBytes
    }
  }

  private static func checkFailure(_ vector: Vector) throws {
    let input = try vector.decode(Failure.self).codec
    let bytes = input.rawBytes.bytes[...]
    _ = try vector.accepted {
      switch input.decoder {
      case "gossipsub_rpc": _ = try RPC(decoding: bytes)
      case "varint":
        var cursor = ByteCursor(bytes)
        _ = try cursor.varint()
      case "snappy_block": _ = try Snappy.decompress(bytes)
      default: throw Unsupported("decoder \(input.decoder)")
      }
    }
  }
}
