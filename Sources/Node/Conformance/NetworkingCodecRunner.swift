private import Gossipsub
private import PeerIdentity
private import RequestResponse
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
    case "varint": try WireCodec.checkVarint(vector)
    case "snappy_block": try WireCodec.checkSnappyBlock(vector)
    case "snappy_frame": try WireCodec.checkSnappyFrame(vector)
    case "reqresp_request": try WireCodec.checkRequest(vector)
    case "reqresp_response": try WireCodec.checkResponse(vector)
    case "reqresp_response_stream": try WireCodec.checkResponseStream(vector)
    case "enr": try IdentityCodec.checkRecord(vector)
    case "peer_id": try IdentityCodec.checkPeerID(vector)
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
      case "varint":
        var cursor = ByteCursor(bytes)
        _ = try cursor.varint()
      case "snappy_block": _ = try Snappy.decompress(bytes)
      case "snappy_frame": _ = try SnappyFrames.decompress(Array(bytes))
      case "reqresp_request": _ = try FramedPayload.decode(bytes)
      case "reqresp_response": _ = try ResponseChunk(decoding: bytes)
      case "gossipsub_rpc": _ = try RPC(decoding: bytes)
      case "enr": _ = try NodeRecord(decoding: Array(bytes))
      default: throw Unsupported("decoder \(input.decoder)")
      }
    }
  }
}

/// A case of one kind: what it takes and what must come out.
struct CodecCase<Input: Decodable, Output: Decodable>: Decodable {
  let codec: Input
  let output: Output
}
