/// Peers and syncing.
package enum NetworkEvent: Equatable, Sendable {
  /// A peer connected; who dialled, its program and its address as far as the network knows them.
  case peerConnected(peer: String, PeerDirection?, client: String?, address: String?)
  /// A peer left.
  case peerDisconnected(peer: String, reason: String)
  /// What we know of a peer, every few seconds.
  case peerStatus(PeerStatus)
  /// Where we stand against the peers.
  case sync(SyncState, headSlot: UInt64, targetSlot: UInt64)
  /// The gate that keeps an unsynced node from voting and proposing opened or closed.
  case syncGate(open: Bool, reason: String)
}

/// What we know of one peer.
package struct PeerStatus: Equatable, Sendable {
  /// The short name or id of the peer.
  package var peer: String
  /// The head that it announced.
  package var headSlot: UInt64
  /// The finalized slot that it announced.
  package var finalizedSlot: UInt64
  /// Round trip time.
  package var roundTripMilliseconds: Int64
  /// Bytes a second from the peer, where the network counts them.
  package var bytesIn: Int?
  /// Bytes a second to the peer, where the network counts them.
  package var bytesOut: Int?
  /// Gossip score in thousandths, where gossip keeps one.
  package var scoreThousandths: Int64?

  /// Creates a status.
  package init(
    peer: String, headSlot: UInt64, finalizedSlot: UInt64, roundTripMilliseconds: Int64,
    bytesIn: Int? = nil, bytesOut: Int? = nil, scoreThousandths: Int64? = nil
  ) {
    self.peer = peer
    self.headSlot = headSlot
    self.finalizedSlot = finalizedSlot
    self.roundTripMilliseconds = roundTripMilliseconds
    self.bytesIn = bytesIn
    self.bytesOut = bytesOut
    self.scoreThousandths = scoreThousandths
  }
}

extension NetworkEvent: EventFamily {
  enum Name: String, CaseIterable {
    case peerConnected = "peer_connected"
    case peerDisconnected = "peer_disconnected"
    case peerStatus = "peer_status"
    case sync
    case syncGate = "sync_gate"
  }

  var name: Name {
    switch self {
    case .peerConnected: .peerConnected
    case .peerDisconnected: .peerDisconnected
    case .peerStatus: .peerStatus
    case .sync: .sync
    case .syncGate: .syncGate
    }
  }

  init(_ name: Name, _ field: FieldReader) throws(EventDecodingError) {
    self =
      switch name {
      case .peerConnected:
        .peerConnected(
          peer: try field("peer"), try field("direction"), client: try field("client"),
          address: try field("address"))
      case .peerDisconnected:
        .peerDisconnected(peer: try field("peer"), reason: try field("reason"))
      case .peerStatus:
        .peerStatus(
          PeerStatus(
            peer: try field("peer"), headSlot: try field("head_slot"),
            finalizedSlot: try field("finalized_slot"),
            roundTripMilliseconds: try field("rtt_ms"), bytesIn: try field("bytes_in"),
            bytesOut: try field("bytes_out"), scoreThousandths: try field("score_milli")))
      case .sync:
        .sync(
          try field("state"), headSlot: try field("head_slot"),
          targetSlot: try field("target_slot"))
      case .syncGate: .syncGate(open: try field("open"), reason: try field("reason"))
      }
  }

  func write(fields write: inout JSONWriter) {
    switch self {
    case .peerConnected(let peer, let direction, let client, let address):
      write("peer", peer)
      write("direction", direction)
      write("client", client)
      write("address", address)
    case .peerDisconnected(let peer, let reason):
      write("peer", peer)
      write("reason", reason)
    case .peerStatus(let status):
      write("peer", status.peer)
      write("head_slot", status.headSlot)
      write("finalized_slot", status.finalizedSlot)
      write("rtt_ms", status.roundTripMilliseconds)
      write("bytes_in", status.bytesIn)
      write("bytes_out", status.bytesOut)
      write("score_milli", status.scoreThousandths)
    case .sync(let state, let headSlot, let targetSlot):
      write("state", state)
      write("head_slot", headSlot)
      write("target_slot", targetSlot)
    case .syncGate(let open, let reason):
      write("open", open)
      write("reason", reason)
    }
  }
}
