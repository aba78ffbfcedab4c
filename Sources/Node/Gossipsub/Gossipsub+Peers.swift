internal import Wire

// Connections and streams.

extension Gossipsub {
  /// Go's nodes forget what came before they had learnt of the peer; it is told again.
  private static let reannounceTime = Duration.seconds(5)

  /// Streams to a peer that ends them are opened no faster than this.
  private static let reopenTime = Duration.seconds(5)

  /// A peer that has taken nothing for this long is given a new stream; zeam gives up after 20 s.
  private static let stallTime = Duration.seconds(10)

  /// A peer that needs a new stream again within this time is disconnected.
  private static let stallPardonTime = Duration.seconds(60)

  /// A peer that tells no subscription for this long is given a new stream, then half as often each time.
  ///
  /// leanSpec's node ignores the stream of a peer that came back within its idle time, and forgets
  /// the peer when the former connection's time is over; it listens to a stream that is opened later.
  static let muteTime = Duration.seconds(15)

  /// The longest pause between two such streams.
  static let longestMuteTime = Duration.seconds(120)

  mutating func connect(_ peer: PeerID, isDialed: Bool, at now: Duration) {
    guard peers[peer] == nil else { return }
    guard peers.count < Self.peerLimit else { return }
    peers[peer] = PeerState(
      isDialed: isDialed, queue: SendQueue(at: now), budget: InboundBudget(at: now))
    effects.append(.open(peer))
  }

  mutating func open(_ peer: PeerID, _ version: MeshVersion, at now: Duration) {
    guard peers[peer] != nil else { return }
    peers[peer]?.version = version
    peers[peer]?.openedAt = now
    peers[peer]?.reopenAt = nil
    peers[peer]?.queue = SendQueue(at: now)
    peers[peer]?.reannounceAt = now + Self.reannounceTime
    announceSubscriptions(to: peer)
    let grafts = peers[peer]?.earlyGrafts ?? []
    peers[peer]?.earlyGrafts = []
    for topic in grafts.sorted() { enter(topic, peer, at: now) }
    wake(peer, at: now)
  }

  mutating func close(_ peer: PeerID, at now: Duration) {
    guard let state = peers[peer], state.version != nil else { return }
    peers[peer]?.version = nil
    leaveMeshes(peer)
    if let openedAt = state.openedAt, now - openedAt < Self.reopenTime {
      peers[peer]?.reopenAt = openedAt + Self.reopenTime
    } else {
      effects.append(.open(peer))
    }
  }

  mutating func remove(_ peer: PeerID) {
    guard peers.removeValue(forKey: peer) != nil else { return }
    leaveMeshes(peer)
    promises.forgive(peer)
  }

  private mutating func leaveMeshes(_ peer: PeerID) {
    for topic in meshes.keys { meshes[topic]?.remove(peer) }
    for topic in fanouts.keys { fanouts[topic]?.peers.remove(peer) }
  }

  private mutating func announceSubscriptions(to peer: PeerID) {
    for topic in subscriptions { peers[peer]?.queue.announce(topic, isSubscribed: true) }
  }

  /// Tells the transport if something has begun to wait for a peer.
  mutating func wake(_ peer: PeerID, at now: Duration) {
    if peers[peer]?.queue.wakesTransport(at: now) == true { effects.append(.send(peer)) }
  }

  /// Holds something against a peer.
  mutating func charge(_ misconduct: Misconduct, to peer: PeerID) {
    counts.misconduct[misconduct, default: 0] += 1
    guard peers[peer]?.score.add(misconduct) == true else { return }
    remove(peer)
    effects.append(.disconnect(peer, misconduct))
  }

  /// Whether a peer may send more of something; what is above is not looked at.
  mutating func allows(
    _ amount: Int = 1, of item: InboundBudget.Item, from peer: PeerID, at now: Duration
  ) -> Bool {
    guard let isWithin = peers[peer]?.budget.spend(amount, on: item, at: now) else { return false }
    if !isWithin, item.isOwnDoing { charge(.flood, to: peer) }
    return isWithin
  }

  // MARK: What a peer sends

  mutating func receive(_ bytes: [UInt8], from peer: PeerID, at now: Duration) {
    guard var reader = peers[peer]?.reader else { return }
    peers[peer]?.reader = FrameReader()
    var rest = bytes[...]
    do {
      while peers[peer] != nil, let frame = try reader.next(from: &rest) {
        if allows(of: .frames, from: peer, at: now),
          allows(frame.count, of: .bytes, from: peer, at: now),
          allows(0, of: .fields, from: peer, at: now)
        {
          take(frame, from: peer, at: now)
        } else {
          // The rest has its ends looked for and no more: a stall of seconds would be the price of
          // megabytes of small frames. What the peer owes us may be in it.
          promises.forgive(peer)
          counts.skippedFrames += 1
          while try reader.next(from: &rest) != nil { counts.skippedFrames += 1 }
        }
      }
      peers[peer]?.reader = reader
    } catch {
      charge(.oversizedFrame, to: peer)
    }
    limitHeldBytes(of: peer)
  }

  private mutating func take(_ frame: ArraySlice<UInt8>, from peer: PeerID, at now: Duration) {
    var fields = 0
    do {
      defer { _ = allows(fields, of: .fields, from: peer, at: now) }
      let rpc = try RPC(decoding: frame, countingInto: &fields)
      guard !rpc.isEmpty || allows(of: .emptyFrames, from: peer, at: now) else { return }
      take(rpc, from: peer, at: now)
    } catch {
      charge(.malformedFrame, to: peer)
    }
  }

  private mutating func take(_ rpc: RPC, from peer: PeerID, at now: Duration) {
    for change in rpc.subscriptions { take(change, from: peer, at: now) }
    // One of the largest size may be in a frame: with more the others would wait too long.
    var room = Snappy.maximumDecodedBytes
    for message in rpc.publish { take(message, from: peer, decoding: &room, at: now) }
    for topic in rpc.control.graft { takeGraft(topic, from: peer, at: now) }
    for entry in rpc.control.prune { take(entry, from: peer, at: now) }
    for entry in rpc.control.ihave { take(entry, from: peer, at: now) }
    for ids in rpc.control.iwant { takeIWant(ids, from: peer, at: now) }
    for ids in rpc.control.idontwant { takeIDontWant(ids, from: peer, at: now) }
    wake(peer, at: now)
  }

  private mutating func take(_ change: RPC.SubOpts, from peer: PeerID, at now: Duration) {
    guard allows(of: .subscriptions, from: peer, at: now), topics[change.topicID] != nil else {
      return
    }
    if change.subscribe {
      peers[peer]?.subscriptions.insert(change.topicID)
      fillMesh(change.topicID, with: peer, at: now)
    } else {
      peers[peer]?.subscriptions.remove(change.topicID)
      peers[peer]?.earlyGrafts.remove(change.topicID)
      meshes[change.topicID]?.remove(peer)
      fanouts[change.topicID]?.peers.remove(peer)
    }
  }

  private mutating func limitHeldBytes(of peer: PeerID) {
    // While everybody holds less than an even share, all together hold less than the limit.
    guard peers[peer]?.reader.heldBytes ?? 0 > Self.heldByteLimit / Self.peerLimit else { return }
    var held = peers.values.reduce(0) { $0 + $1.reader.heldBytes }
    while held > Self.heldByteLimit {
      let longest = peers.max {
        ($0.value.reader.heldBytes, $0.key) < ($1.value.reader.heldBytes, $1.key)
      }
      guard let longest else { return }
      held -= longest.value.reader.heldBytes
      charge(.heldMemory, to: longest.key)
    }
  }

  // MARK: The heartbeat

  mutating func keepPeers(at now: Duration) {
    for peer in promises.expire(at: now) { charge(.brokenPromise, to: peer) }
    for peer in peers.keys.sorted() {
      peers[peer]?.score.fade()
      peers[peer]?.known.age()
      peers[peer]?.served = [:]
      if let time = peers[peer]?.reannounceAt, now >= time, peers[peer]?.version != nil {
        peers[peer]?.reannounceAt = nil
        announceSubscriptions(to: peer)
      }
      if let time = peers[peer]?.reopenAt, now >= time {
        peers[peer]?.reopenAt = nil
        effects.append(.open(peer))
      }
      wake(peer, at: now)
      reopenIfStalled(peer, at: now)
      reopenIfMute(peer, at: now)
    }
  }

  private mutating func reopenIfMute(_ peer: PeerID, at now: Duration) {
    guard let state = peers[peer], state.version != nil, state.subscriptions.isEmpty,
      let openedAt = state.openedAt, now - openedAt >= state.mutePause
    else { return }
    peers[peer]?.mutePause = min(state.mutePause * 2, Self.longestMuteTime)
    close(peer, at: now)
  }

  private mutating func reopenIfStalled(_ peer: PeerID, at now: Duration) {
    guard let state = peers[peer], state.version != nil, !state.queue.isEmpty,
      now - state.queue.lastProgress >= Self.stallTime
    else { return }
    if let reopened = state.reopenedAt, now - reopened < Self.stallPardonTime {
      return charge(.notReading, to: peer)
    }
    peers[peer]?.reopenedAt = now
    close(peer, at: now)
  }
}
