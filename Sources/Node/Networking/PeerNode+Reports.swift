internal import ChainEvents
internal import Consensus
internal import Gossipsub
internal import Libp2p
internal import QUIC
internal import Wire

/// What had passed between a peer and us at some time.
struct Traffic {
  let time: UInt64
  let receivedBytes: UInt64
  let sentBytes: UInt64
}

/// What people are told of peers.
extension PeerNode {
  /// What people call a peer; of one that is connected it is not worked out for each message.
  func name(of peer: PeerID) -> String {
    names[peer] ?? settings.peerNames[peer] ?? peer.short
  }

  /// Ends a connection for what the peer did.
  func end(_ peer: PeerID, because misconduct: String, at now: UInt64) {
    guard host.path(to: peer) != nil else { return }
    blamed[peer] = misconduct
    host.disconnect(peer, at: now)
  }

  /// Tells of a connection; again when the peer has said which program it is.
  func report(_ peer: PeerID, isDialed: Bool, client: String) {
    let address = host.path(to: peer).map { "\($0.remote)" }
    ports.report(
      .peerConnected(
        peer: name(of: peer), isDialed ? .outbound : .inbound,
        client: client.isEmpty ? nil : client, address: address))
  }

  /// Tells where a peer stands, and how fast bytes came and went since that was told last.
  func report(_ status: Status, of peer: PeerID, at now: UInt64) {
    guard let path = host.path(to: peer) else { return }
    let before = told[peer] ?? Traffic(time: now, receivedBytes: 0, sentBytes: 0)
    told[peer] = Traffic(
      time: now, receivedBytes: path.receivedBytes, sentBytes: path.sentBytes)
    func rate(_ newest: UInt64, _ older: UInt64) -> Int {
      let milliseconds = (now - before.time) / 1_000_000
      return milliseconds == 0 || newest < older ? 0 : Int((newest - older) * 1_000 / milliseconds)
    }
    ports.report(
      .peerStatus(
        PeerStatus(
          peer: name(of: peer), headSlot: status.head.slot.rawValue,
          finalizedSlot: status.finalized.slot.rawValue,
          roundTripMilliseconds: Int64((path.roundTripNanoseconds ?? 0) / 1_000_000),
          bytesIn: rate(path.receivedBytes, before.receivedBytes),
          bytesOut: rate(path.sentBytes, before.sentBytes),
          scoreThousandths: -100 * Int64(gossip.misconductPoints(of: peer)))))
  }
}

extension QUICEnding {
  /// Why a connection is over, in words for people.
  var reason: String {
    switch self {
    case .closedByUs: "we ended it"
    case .closedByPeer(let code, let reason): "it ended it\(words(code, reason))"
    case .refusedByPeer(let code, let reason): "it refused us\(words(code, reason))"
    case .statelessReset: "it has forgotten us, as after a restart"
    case .idle: "nothing came any more"
    case .handshakeTimeout: "it did not answer"
    case .handshakeRefused(let alert): "we refused its certificate (alert \(alert))"
    case .versionRefused: "it speaks another version of QUIC"
    case .protocolError(let code, let reason): "it broke QUIC's rules\(words(code, reason))"
    }
  }

  private func words(_ code: UInt64, _ reason: String) -> String {
    switch (code, reason) {
    case (0, ""): ""
    case (_, ""): " (code \(code))"
    case (_, let reason): " (code \(code), \(reason))"
    }
  }
}
