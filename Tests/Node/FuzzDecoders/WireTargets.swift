import RequestResponse
import Wire

extension FuzzTarget {
  /// The formats of bytes.
  static let wire = [
    FuzzTarget(name: "varint") { input in
      var cursor = ByteCursor(input[...])
      guard let value = try? cursor.varint() else { return }
      let shortest = UnsignedVarint.encode(value)
      demand(shortest.count <= input.count - cursor.rest.count, "no form is shorter")
    },
    FuzzTarget(name: "snappy_block") { input in
      guard let decoded = try? Snappy.decompress(input, limit: 1 << 20) else { return }
      demand(decoded.count <= 22 * input.count, "a block grows by at most 22")
      demand((try? Snappy.decompress(Snappy.compress(decoded))) == decoded, "there and back")
    },
    FuzzTarget(name: "snappy_frames") { input in
      guard let decoded = try? SnappyFrames.decompress(input, limit: 1 << 20) else { return }
      demand(decoded.count <= 22 * input.count, "frames grow by at most 22")
      let back = try? SnappyFrames.decompress(SnappyFrames.compress(decoded))
      demand(back == decoded, "there and back")
    },
    FuzzTarget(name: "framed_payload", seeds: framedSeeds) { input in
      let whole = try? FramedPayload.decode(input.dropFirst(), limit: 1 << 16)
      var reader = FramedPayloadReader(limit: 1 << 16)
      var found: [UInt8]?
      var rest: Int?
      for piece in pieces(of: input) {
        guard found == nil else {
          rest = 1
          break
        }
        var piece = piece
        do { found = try reader.receive(&piece) } catch { return demand(whole == nil, "\(error)") }
        if found != nil, !piece.isEmpty { rest = piece.count }
      }
      demand(whole == (rest == nil ? found : nil), "pieces give the same as the whole")
    },
    FuzzTarget(name: "protobuf") { input in
      var reader = ProtobufReader(input[...])
      var writer = ProtobufWriter()
      while let field = try? reader.next() {
        switch field.value {
        case .varint(let value): writer.append(Int(field.number), varint: value)
        case .bytes(let bytes): writer.append(Int(field.number), bytes: bytes)
        case .fixed: break
        }
      }
      demand(writer.bytes.count <= input.count, "no form is shorter")
    },
    FuzzTarget(name: "public_key") { input in
      guard let key = try? PublicKeyMessage(decoding: input[...]) else { return }
      demand(key.encoded == input, "one form of each key")
      let peer = PeerID(of: key)
      demand((try? PeerID(text: peer.description)) == peer, "there and back")
    },
    FuzzTarget(name: "peer_id") { input in
      guard let peer = try? PeerID(multihash: input[...]) else { return }
      demand((try? PeerID(text: peer.description)) == peer, "there and back")
    },
    FuzzTarget(name: "peer_id_text") { input in
      let text = String(decoding: input, as: UTF8.self)
      guard let peer = try? PeerID(text: text) else { return }
      demand(peer.description == text, "one text of each id")
    },
    FuzzTarget(name: "multiaddr") { input in
      guard let address = try? Multiaddr(decoding: input[...]) else { return }
      demand((try? Multiaddr(decoding: address.encoded[...])) == address, "there and back")
      guard !address.parts.isEmpty else { return }
      demand((try? Multiaddr(text: address.description)) == address, "through text and back")
    },
    FuzzTarget(name: "multiaddr_text") { input in
      guard let address = try? Multiaddr(text: String(decoding: input, as: UTF8.self)) else {
        return
      }
      demand((try? Multiaddr(text: address.description)) == address, "there and back")
      demand((try? Multiaddr(decoding: address.encoded[...])) == address, "through bytes and back")
    },
    FuzzTarget(name: "rlp") { input in
      guard let items = try? RLP.decode(list: input[...]) else { return }
      demand(RLP.encode(list: items.map { Array($0) }) == input, "one form of each list")
    },
  ]

  @Sendable private static func framedSeeds() -> [[UInt8]] {
    [[], [1, 2, 3, 4], [UInt8](repeating: 0, count: 70_000)].flatMap { payload in
      [0, 6, 255].map { [$0] + FramedPayload.encode(payload) }
    }
  }
}
