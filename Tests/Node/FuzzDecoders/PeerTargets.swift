import CQUIC
import Wire

@testable import Libp2p

extension FuzzTarget {
  /// What a peer sends before anything is agreed on.
  static let peers = [
    FuzzTarget(name: "multistream_dialer") { input in
      var dialer = MultistreamDialer(proposals: ["/a/1", "/b/1"])
      for piece in pieces(of: input) {
        guard let step = try? dialer.receive(Array(piece)) else { return }
        if let agreed = step.agreed { return demand("/a/1 /b/1".contains(agreed), "as proposed") }
      }
    },
    FuzzTarget(name: "multistream_listener") { input in
      var listener = MultistreamListener { $0 == "/a/1" }
      var answered = 0
      for piece in pieces(of: input) {
        guard let step = try? listener.receive(Array(piece)) else { return }
        answered += step.answer.count
        demand(answered < 1024, "ten proposals are answered at most")
        if let agreed = step.agreed { return demand(agreed == "/a/1", "as known") }
      }
    },
    FuzzTarget(name: "identify") { input in
      guard let agent = IdentifyMessage.agentVersion(in: input) else { return }
      demand(agent.utf8.count <= IdentifyMessage.agentLimit, "a name fits the screen")
    },
    FuzzTarget(name: "quic_header") { input in
      // An empty datagram does not get this far.
      guard !input.isEmpty else { return }
      var header = cquic_header()
      guard cquic_decode(input, input.count, &header) == CQUIC_PACKET else { return }
      demand(header.destination.length <= CQUIC_CID_LIMIT, "a name fits its place")
    },
  ]
}
