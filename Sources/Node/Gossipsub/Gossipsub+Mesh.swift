internal import Wire

// The mesh: who passes messages of a topic to whom. All its members have a stream of ours: what is
// sent to a mesh is sent.

extension Gossipsub {
  /// The peers that take a topic and that we have a stream to, in order.
  func reachable(in topic: String) -> [PeerID] {
    peers.filter { $0.value.version != nil && $0.value.subscriptions.contains(topic) }.keys.sorted()
  }

  /// Takes a topic: its mesh begins with those that we published to, and is filled at once.
  mutating func subscribe(
    _ topic: String, at now: Duration, using random: inout some RandomNumberGenerator
  ) {
    precondition(topics[topic] != nil, "\(topic) is no topic of the network")
    guard subscriptions.insert(topic).inserted else { return }
    meshes[topic] = []
    for peer in peers.keys.sorted() where peers[peer]?.version != nil {
      peers[peer]?.queue.announce(topic, isSubscribed: true)
    }
    for peer in fanouts.removeValue(forKey: topic)?.peers.sorted() ?? [] {
      fillMesh(topic, with: peer, at: now)
    }
    for peer in reachable(in: topic).shuffled(using: &random) {
      fillMesh(topic, with: peer, at: now)
    }
    for peer in peers.keys.sorted() { wake(peer, at: now) }
  }

  /// Leaves a topic, and tells its mesh.
  mutating func unsubscribe(_ topic: String, at now: Duration) {
    guard subscriptions.remove(topic) != nil else { return }
    for peer in meshes.removeValue(forKey: topic)?.sorted() ?? [] {
      prune(peer, topic, for: parameters.unsubscribeBackoff, at: now)
    }
    for peer in peers.keys.sorted() where peers[peer]?.version != nil {
      peers[peer]?.queue.announce(topic, isSubscribed: false)
      wake(peer, at: now)
    }
  }

  /// Takes a peer into the mesh of a topic if it is wanted there.
  mutating func fillMesh(_ topic: String, with peer: PeerID, at now: Duration) {
    guard let mesh = meshes[topic], mesh.count < parameters.d, !mesh.contains(peer),
      let state = peers[peer], state.version != nil, state.subscriptions.contains(topic),
      !backoffs.isActive(peer, topic, at: now)
    else { return }
    meshes[topic]?.insert(peer)
    peers[peer]?.queue.add(.graft, of: topic)
    wake(peer, at: now)
  }

  /// A peer has taken us into its mesh.
  mutating func takeGraft(_ topic: String, from peer: PeerID, at now: Duration) {
    // A topic that we do not take gets no answer: invented topics would cost us one each.
    guard allows(of: .meshChanges, from: peer, at: now), meshes[topic] != nil else { return }
    if peers[peer]?.version != nil {
      enter(topic, peer, at: now)
    } else {
      peers[peer]?.earlyGrafts.insert(topic)
    }
  }

  /// Takes a peer in that has taken us in, or tells it that there is no place for it.
  mutating func enter(_ topic: String, _ peer: PeerID, at now: Duration) {
    guard let mesh = meshes[topic], !mesh.contains(peer), peers[peer]?.version != nil else {
      return
    }
    if backoffs.isActive(peer, topic, at: now) {
      prune(peer, topic, for: parameters.pruneBackoff, at: now)
      charge(.earlyGraft, to: peer)
    } else if mesh.count >= parameters.dHigh {
      prune(peer, topic, for: parameters.pruneBackoff, at: now)
    } else {
      meshes[topic]?.insert(peer)
    }
  }

  /// A peer has turned us out of its mesh.
  mutating func take(_ entry: RPC.Prune, from peer: PeerID, at now: Duration) {
    guard allows(of: .meshChanges, from: peer, at: now), meshes[entry.topicID] != nil else {
      return
    }
    meshes[entry.topicID]?.remove(peer)
    peers[peer]?.earlyGrafts.remove(entry.topicID)
    guard entry.backoffSeconds > 0 else { return }
    // A heartbeat more, so that our clock never runs ahead of the peer's.
    let seconds = Int64(min(entry.backoffSeconds, UInt64(Backoffs.longest.components.seconds)))
    backoffs.add(
      peer, entry.topicID, for: .seconds(seconds) + parameters.heartbeatInterval, at: now)
  }

  /// Turns a peer out, or answers that it is not taken in.
  private mutating func prune(
    _ peer: PeerID, _ topic: String, for time: Duration, at now: Duration
  ) {
    meshes[topic]?.remove(peer)
    backoffs.add(peer, topic, for: time, at: now)
    peers[peer]?.queue.add(
      .prune(backoffSeconds: UInt64(time.components.seconds)), of: topic)
    wake(peer, at: now)
  }

  // MARK: The heartbeat

  mutating func heartbeat(at now: Duration, using random: inout some RandomNumberGenerator) {
    nextHeartbeat = now + parameters.heartbeatInterval
    for topic in subscriptions.sorted() { keepMesh(topic, at: now, using: &random) }
    fanouts = fanouts.filter { now - $0.value.lastPublished <= parameters.fanoutTTL }
    for topic in fanouts.keys.sorted() { fillFanout(topic, using: &random) }
    for topic in subscriptions.union(fanouts.keys).sorted() { advertise(topic, using: &random) }
    cache.shift()
    seen.expire(at: now)
    backoffs.expire(at: now)
    counts.unjudged += UInt64(pending.expire(at: now))
    keepPeers(at: now)
  }

  private mutating func keepMesh(
    _ topic: String, at now: Duration, using random: inout some RandomNumberGenerator
  ) {
    let mesh = mesh(of: topic)
    if mesh.count < parameters.dLow {
      for peer in reachable(in: topic).shuffled(using: &random) {
        fillMesh(topic, with: peer, at: now)
      }
    } else if mesh.count > parameters.dHigh {
      let shuffled = mesh.sorted().shuffled(using: &random)
      let dialed = shuffled.filter { peers[$0]?.isDialed == true }.prefix(parameters.dOut)
      let others = shuffled.filter { !dialed.contains($0) }
      for peer in others.dropFirst(parameters.d - dialed.count) {
        prune(peer, topic, for: parameters.pruneBackoff, at: now)
      }
    }
  }

  mutating func fillFanout(_ topic: String, using random: inout some RandomNumberGenerator) {
    guard let fanout = fanouts[topic] else { return }
    let others = reachable(in: topic).filter { !fanout.peers.contains($0) }
    let missing = max(parameters.d - fanout.peers.count, 0)
    fanouts[topic]?.peers.formUnion(others.shuffled(using: &random).prefix(missing))
  }
}
