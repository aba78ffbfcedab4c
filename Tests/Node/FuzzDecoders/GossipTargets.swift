@testable import Gossipsub

extension FuzzTarget {
  /// What a peer sends on its gossip stream.
  static let gossip = [
    FuzzTarget(name: "gossipsub_rpc") { input in
      guard let rpc = try? RPC(decoding: input[...]) else { return }
      demand((try? RPC(decoding: rpc.encoded[...])) == rpc, "there and back")
    },
    FuzzTarget(name: "gossip_frames") { input in
      var reader = FrameReader()
      for piece in pieces(of: input) {
        var piece = piece
        while !piece.isEmpty {
          do {
            guard let frame = try reader.next(from: &piece) else { break }
            demand(frame.count <= FrameReader.maximumFrameBytes, "a frame is within its limit")
          } catch {
            return
          }
        }
        demand(piece.isEmpty && reader.heldBytes <= input.count, "what is kept has arrived")
      }
    },
    FuzzTarget(name: "gossip_topic") { input in
      let text = String(decoding: input, as: UTF8.self)
      guard let topic = try? GossipTopic(text) else { return }
      demand((try? GossipTopic(topic.description)) == topic, "there and back")
    },
  ]
}
