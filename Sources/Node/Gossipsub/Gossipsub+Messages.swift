internal import ChainEvents
internal import Wire

// Messages: received, judged, relayed, published.

extension Gossipsub {
  /// Takes a message that a peer sent; the messages of its frame may decode to `room` bytes yet.
  mutating func take(
    _ message: RPC.Message, from peer: PeerID, decoding room: inout Int, at now: Duration
  ) {
    guard allows(of: .messages, from: peer, at: now) else { return skip(\.refused, of: peer) }
    guard subscriptions.contains(message.topic), let limit = topics[message.topic] else {
      return skip(\.unsubscribed, of: peer)
    }
    guard message.isAnonymous else { return skip(\.signed, of: peer) }

    // The cheap id first: what came before is known by it without being decoded.
    let compressed = MessageID(topic: message.topic.utf8, compressed: message.data)
    promises.fulfil(compressed)
    peers[peer]?.known.insert(compressed)
    let stated = (try? Snappy.decodedBytes(of: message.data[...])) ?? 0
    guard stated <= limit else {
      seen.insert(MessageIDs(standard: nil, compressed: compressed), at: now)
      return skip(\.oversized, of: peer)
    }
    guard !seen.contains(compressed) else {
      counts.duplicates += 1
      return
    }
    guard stated <= room, allows(stated, of: .decodedBytes, from: peer, at: now),
      !pending.isFull(for: peer, adding: message.data.count, decoded: stated)
    else { return skip(\.refused, of: peer) }
    room -= stated
    let payload = try? Snappy.decompress(message.data[...], limit: limit)
    let standard = MessageID(
      topic: message.topic.utf8, data: payload ?? message.data,
      domain: payload == nil ? .undecodable : .decoded)
    let ids = MessageIDs(standard: standard, compressed: compressed)
    promises.fulfil(standard)
    peers[peer]?.known.insert(standard)
    let isNew = !seen.contains(standard)
    seen.insert(ids, at: now)
    guard isNew else {
      counts.duplicates += 1
      return
    }

    let cached = CachedMessage(topic: message.topic, data: message.data, ids: ids)
    decline(cached, from: peer, at: now)
    let number = pending.add(
      cached, decodedBytes: payload?.count ?? 0, from: peer, at: now)
    counts.delivered += 1
    effects.append(
      .deliver(Delivery(number: number, peer: peer, topic: message.topic, payload: payload)))
  }

  /// Counts a message that is not decoded.
  ///
  /// Its id stays unknown, so it may be any that the peer has offered: a relay owes us nothing for
  /// what others put into its messages, or how many they make.
  private mutating func skip(
    _ count: WritableKeyPath<GossipCounts, UInt64>, of peer: PeerID
  ) {
    promises.forgive(peer)
    counts[keyPath: count] += 1
  }

  /// Tells the mesh that a large message is here, before it is decided what becomes of it.
  private mutating func decline(_ message: CachedMessage, from sender: PeerID, at now: Duration) {
    guard message.data.count >= parameters.idontwantBytes else { return }
    let ids =
      parameters.declinesCompressedIDs ? message.ids.all : [message.ids.standard].compactMap(\.self)
    for peer in mesh(of: message.topic).sorted() where peer != sender {
      guard peers[peer]?.version?.hasIDontWant == true else { continue }
      for id in ids { peers[peer]?.queue.decline(id) }
      wake(peer, at: now)
    }
  }

  /// Passes a valid message on, and forgets others.
  mutating func judge(
    _ number: UInt64, _ verdict: Verdict, at now: Duration,
    using random: inout some RandomNumberGenerator
  ) {
    guard let message = pending.take(number)?.message else { return }
    switch verdict {
    case .accepted:
      cache.put(message)
      counts.relayed += 1
      relay(message, at: now, using: &random)
    case .rejected: counts.rejected += 1
    case .ignored: break
    }
  }

  /// Sends a message to a part of the mesh at once and to the others after a while.
  private mutating func relay(
    _ message: CachedMessage, at now: Duration, using random: inout some RandomNumberGenerator
  ) {
    let receivers = mesh(of: message.topic).sorted().shuffled(using: &random).filter { peer in
      peers[peer]?.known.contains(message.ids) == false
    }
    for peer in receivers.prefix(parameters.eagerRelays) {
      send(message, to: peer, .relayed, at: now)
    }
    let others = Array(receivers.dropFirst(parameters.eagerRelays))
    guard !others.isEmpty else { return }
    held.add(message, for: others, due: now + parameters.relayPatience)
    while held.count > HeldRelays.limit { releaseOldestRelay(at: now) }
  }

  /// Sends what was held back long enough.
  mutating func releaseRelays(at now: Duration) {
    while let due = held.due, due <= now { releaseOldestRelay(at: now) }
  }

  private mutating func releaseOldestRelay(at now: Duration) {
    guard let relay = held.takeOldest() else { return }
    for peer in relay.peers { send(relay.message, to: peer, .relayed, at: now) }
  }

  /// Sends a message that we have made.
  mutating func publish(
    _ payload: [UInt8], _ topic: String, _ token: UInt64, at now: Duration,
    using random: inout some RandomNumberGenerator
  ) {
    let data = Snappy.compress(payload)
    let ids = MessageIDs(
      standard: MessageID(topic: topic.utf8, data: payload, domain: .decoded),
      compressed: MessageID(topic: topic.utf8, compressed: data))
    let message = CachedMessage(topic: topic, data: data, ids: ids)
    seen.insert(ids, at: now)
    cache.put(message)
    let receivers = receivers(of: message, at: now, using: &random)
    for peer in receivers { send(message, to: peer, .own, at: now) }
    effects.append(.published(token, peerCount: receivers.count))
  }

  private mutating func receivers(
    of message: CachedMessage, at now: Duration, using random: inout some RandomNumberGenerator
  ) -> [PeerID] {
    let members = reachable(in: message.topic)
    if message.data.count <= parameters.floodPublishBytes { return members }
    if subscriptions.contains(message.topic) {
      // A mesh that is still small is helped out.
      let mesh = mesh(of: message.topic)
      let others = members.filter { !mesh.contains($0) }.shuffled(using: &random)
      return mesh.sorted() + others.prefix(max(parameters.d - mesh.count, 0))
    }
    fanouts[message.topic, default: Fanout(lastPublished: now)].lastPublished = now
    fillFanout(message.topic, using: &random)
    return fanouts[message.topic]?.peers.sorted() ?? []
  }

  /// Queues a message for a peer that does not have it.
  mutating func send(
    _ message: CachedMessage, to peer: PeerID, _ lane: SendQueue.Lane, at now: Duration
  ) {
    guard let state = peers[peer], state.version != nil,
      lane == .requested || !state.known.contains(message.ids)
    else { return }
    peers[peer]?.queue.add(message, lane, at: now)
    wake(peer, at: now)
  }
}
