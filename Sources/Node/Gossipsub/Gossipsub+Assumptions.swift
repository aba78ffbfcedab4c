package import Wire

// States that take long to reach by inputs, for test vectors that begin in one.

extension Gossipsub {
  /// Assumes that these peers are the mesh of a topic that we take.
  package mutating func assume(mesh: Set<PeerID>, of topic: String) {
    meshes[topic] = mesh
  }

  /// Assumes that a peer must stay out of a topic's mesh for some time.
  package mutating func assume(
    backoff time: Duration, of peer: PeerID, _ topic: String, at now: Duration
  ) {
    backoffs.add(peer, topic, for: time, at: now)
  }

  /// Assumes that a message came by.
  package mutating func assume(seen id: MessageID, at now: Duration) {
    seen.insert(MessageIDs(standard: id, compressed: id), at: now)
  }

  /// Assumes that a message was judged valid lately.
  package mutating func assume(cached data: [UInt8], topic: String, id: MessageID) {
    cache.put(
      CachedMessage(topic: topic, data: data, ids: MessageIDs(standard: id, compressed: id)))
  }

  /// Assumes that a peer has a message.
  package mutating func assume(known id: MessageID, to peer: PeerID) {
    peers[peer]?.known.insert(id)
  }
}
