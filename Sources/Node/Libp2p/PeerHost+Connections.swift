internal import PeerIdentity
internal import QUIC
internal import Wire

extension PeerHost {
  func dial(at now: UInt64) {
    for dial in dialBook.takeDue(at: now) {
      guard links[dial.peer] == nil else {
        dialBook.connected(dial.peer, at: now)
        continue
      }
      guard let connection = endpoint.connect(to: dial.address, at: now) else {
        dialBook.disconnected(dial.peer, at: now, using: &random)
        continue
      }
      connection.context = Link(connection, expected: dial.peer)
    }
  }

  func handle(_ event: QUICConnection.Event, of connection: QUICConnection, at now: UInt64) {
    switch event {
    case .established: establish(connection, at: now)
    case .closed(let ending): end(connection, ending, at: now)
    case .streamOpened(let stream): accept(stream, at: now)
    case .readable(let stream): read(stream)
    case .writable(let stream):
      guard let peerStream = stream.context as? PeerStream, case .agreed = peerStream.phase else {
        return
      }
      events.append(.writable(peerStream))
    case .streamClosed(let stream): close(stream)
    case .streamsAvailable: break
    }
  }

  private func establish(_ connection: QUICConnection, at now: UInt64) {
    // It may be over already: then its end is the next event, and nobody need hear of it.
    guard !connection.isClosed else { return }
    let link = connection.context as? Link ?? Link(connection, expected: nil)
    connection.context = link
    guard let name = connection.peerName, let peer = try? PeerID(multihash: name[...]),
      peer != identity.peerID, link.expected == nil || link.expected == peer, !isShutDown,
      hasRoom(for: peer, connection)
    else {
      connection.close(code: 0, at: now)
      return
    }
    if let other = links[peer] {
      guard isBetter(connection, than: other, to: peer, at: now) else {
        connection.close(code: 0, at: now)
        return
      }
      links[peer] = nil
      other.peer = nil
      other.connection.close(code: 0, at: now)
      events.append(.disconnected(peer, .closedByUs(code: 0)))
    }
    link.peer = peer
    link.start = now
    links[peer] = link
    dialBook.connected(peer, at: now)
    events.append(.connected(peer, isDialed: !connection.isInbound))
    unasked.append(peer)
  }

  /// How far apart two dials may end that were on their way to each other: a handshake's time limit.
  private static let crossingNanoseconds: UInt64 = 5_000_000_000

  /// Whether a second connection to a peer replaces the first: both sides decide alike.
  ///
  /// Of two that were dialled at once from both sides, the one dialled by the smaller id stays. Else
  /// the newer one: whoever dials has lost the older, as after a restart.
  private func isBetter(
    _ new: QUICConnection, than old: Link, to peer: PeerID, at now: UInt64
  ) -> Bool {
    guard new.isInbound != old.connection.isInbound,
      now - old.start < Self.crossingNanoseconds
    else { return true }
    let dialer = new.isInbound ? peer : identity.peerID
    return dialer == min(peer, identity.peerID)
  }

  private func hasRoom(for peer: PeerID, _ connection: QUICConnection) -> Bool {
    guard connection.isInbound, !dialBook.contains(peer), links[peer] == nil else { return true }
    let inbound = links.values.filter { $0.connection.isInbound }
    let neighbours = inbound.count { $0.connection.remote.owned == connection.remote.owned }
    return inbound.count < settings.inboundPeerLimit
      && neighbours < settings.inboundPeersPerAddress
  }

  private func end(_ connection: QUICConnection, _ ending: QUICEnding, at now: UInt64) {
    guard let link = connection.context as? Link else { return }
    connection.context = nil
    if let peer = link.peer, links[peer] === link {
      links[peer] = nil
      dialBook.disconnected(peer, at: now, using: &random)
      events.append(.disconnected(peer, ending))
    } else if let expected = link.expected, links[expected] == nil {
      dialBook.disconnected(expected, at: now, using: &random)
    }
  }
}
