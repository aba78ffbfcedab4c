internal import Wire

// IHAVE, IWANT and IDONTWANT: what the mesh missed, and what it need not send.

extension Gossipsub {
  /// How often a peer is sent a message that it asks for in one heartbeat, as in leanSpec.
  private static let retransmissionLimit = 3

  /// Asks for what is offered and new.
  mutating func take(_ entry: RPC.IHave, from peer: PeerID, at now: Duration) {
    guard allows(of: .advertisements, from: peer, at: now),
      allows(entry.messageIDs.count, of: .advertisedIDs, from: peer, at: now),
      subscriptions.contains(entry.topicID)
    else { return }
    var room = promises.room(for: peer)
    for id in entry.messageIDs.lazy.compactMap(MessageID.init) {
      if let form = seen.form(of: id) {
        peers[peer]?.usesCompressedIDs = form == .compressed
        continue
      }
      guard room > 0, cache[id] == nil, !promises.isOwed(id, by: peer) else { continue }
      room -= 1
      promises.add(id, from: peer, at: now)
      peers[peer]?.queue.request(id)
    }
  }

  /// Sends what is asked for.
  mutating func takeIWant(_ ids: [ArraySlice<UInt8>], from peer: PeerID, at now: Duration) {
    guard allows(ids.count, of: .wantedIDs, from: peer, at: now) else { return }
    for id in ids.lazy.compactMap(MessageID.init) {
      guard let message = cache[id],
        peers[peer]?.served[id, default: 0] ?? 0 < Self.retransmissionLimit
      else { continue }
      peers[peer]?.served[id, default: 0] += 1
      send(message, to: peer, .requested, at: now)
    }
  }

  /// Remembers what need not be sent.
  mutating func takeIDontWant(_ ids: [ArraySlice<UInt8>], from peer: PeerID, at now: Duration) {
    guard allows(ids.count, of: .unwantedIDs, from: peer, at: now) else { return }
    for id in ids.lazy.compactMap(MessageID.init) { peers[peer]?.known.insert(id) }
  }

  /// Offers the recent messages of a topic to some peers outside its mesh.
  mutating func advertise(
    _ topic: String, using random: inout some RandomNumberGenerator
  ) {
    let recent = cache.recent(topic)
    guard !recent.isEmpty else { return }
    let inside = mesh(of: topic).union(fanouts[topic]?.peers ?? [])
    let outside = reachable(in: topic).filter { !inside.contains($0) }
    for peer in outside.shuffled(using: &random).prefix(parameters.dLazy) {
      guard let state = peers[peer] else { continue }
      let ids = recent.filter { !state.known.contains($0) }.compactMap {
        state.usesCompressedIDs ? $0.compressed : $0.standard
      }
      if !ids.isEmpty { peers[peer]?.queue.advertise(ids, of: topic) }
    }
  }
}
