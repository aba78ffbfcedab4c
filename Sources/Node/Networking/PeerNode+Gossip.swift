internal import Chain
internal import ChainEvents
internal import ChainHost
internal import ChainWork
package import Consensus
internal import Gossipsub
internal import Hashing
internal import Libp2p
internal import QUIC
internal import SSZ
internal import Wire

/// Our gossip stream to a peer.
struct GossipOutlet {
  /// The stream; `nil` when it could not be opened.
  var stream: PeerStream?
  /// When it was last tried to open one.
  var triedAt: UInt64
}

extension PeerNode {
  /// Bytes that a stream may have under way before more is taken from the peer's queue, where
  /// urgent things still overtake others: one block.
  static let outletLimit = 256 * 1024

  /// How long a peer that refused our gossip stream is left alone.
  private static let reopenTime: UInt64 = 5_000_000_000

  // MARK: What we say

  /// Sends our block to the network.
  package func publish(_ block: SignedBlock, at now: UInt64) {
    guard !hold(block, at: now) else { return }
    lastToken += 1
    publishing[lastToken] = block.block.hashTreeRoot()
    publish(block.sszBytes(), .block, token: lastToken, at: now)
  }

  /// Sends a vote of ours.
  package func publish(_ attestation: SignedAttestation, at now: UInt64) {
    let subnet = settings.subnets.subnet(of: attestation.validatorIndex)
    publish(attestation.sszBytes(), .attestation(subnet: subnet), token: 0, at: now)
  }

  /// Sends an aggregate of ours.
  package func publish(_ aggregate: SignedAggregatedAttestation, at now: UInt64) {
    publish(aggregate.sszBytes(), .aggregation, token: 0, at: now)
  }

  func publish(
    _ payload: [UInt8], _ kind: GossipTopic.Kind, token: UInt64, at now: UInt64
  ) {
    handle(.publish(topic: settings.topic(kind), payload: payload, token: token), at: now)
  }

  /// The peers that pass blocks to us and we to them.
  var blockMesh: Set<PeerID> { gossip.mesh(of: settings.topic(.block)) }

  // MARK: What gossip wants

  func handle(_ input: Gossipsub.Input, at now: UInt64) {
    var inputs = [input]
    // Only a stream that cannot be opened is answered with another input, once for each peer.
    while let next = inputs.popLast() {
      for effect in gossip.handle(next, at: .nanoseconds(now), using: &random) {
        switch effect {
        case .open(let peer): openOutlet(to: peer, at: now)
        case .send(let peer): fill(peer, at: now)
        case .deliver(let delivery):
          if let verdict = deliver(delivery) {
            inputs.append(.judge(delivery.number, verdict))
          }
        case .published(let token, let peerCount): published(token, peerCount: peerCount)
        case .disconnect(let peer, let why): end(peer, because: why.rawValue, at: now)
        }
      }
    }
  }

  private func published(_ token: UInt64, peerCount: Int) {
    guard let root = publishing.removeValue(forKey: token) else { return }
    ports.mailbox.post(
      peerCount > 0 ? .published(root: root) : .publicationFailed(root: root))
  }

  // MARK: Streams

  private func openOutlet(to peer: PeerID, at now: UInt64) {
    outlets[peer]?.stream?.abandon()
    let stream = host.open(MeshVersion.offered.map(\.rawValue), to: peer, at: now)
    outlets[peer] = GossipOutlet(stream: stream, triedAt: now)
  }

  /// Tries again with peers that had no stream for us.
  func openMissingOutlets(at now: UInt64) {
    for (peer, outlet) in outlets
    where outlet.stream == nil && now >= outlet.triedAt + Self.reopenTime {
      openOutlet(to: peer, at: now)
    }
  }

  func openedOutlet(_ stream: PeerStream, at now: UInt64) {
    guard outlets[stream.peer]?.stream === stream,
      let version = MeshVersion(rawValue: stream.protocolName)
    else {
      stream.abandon()
      return
    }
    handle(.opened(stream.peer, version), at: now)
  }

  func accepted(inlet stream: PeerStream, at now: UInt64) {
    if let old = inlets[stream.peer] {
      old.abandon()
      handle(.inboundRestarted(stream.peer), at: now)
    }
    inlets[stream.peer] = stream
  }

  /// Works on a part of what a peer has sent: the others have their turn before the rest.
  func read(_ stream: PeerStream, at now: UInt64) {
    // Streams that a peer opens one after the other are one turn together.
    let isTurn = heard.insert(stream.peer).inserted
    let bytes = stream.read(atMost: isTurn ? Self.readTurn : 0)
    if inlets[stream.peer] === stream {
      if !bytes.isEmpty { handle(.received(stream.peer, bytes), at: now) }
    }
    // A peer that ends our stream to it, or its own to us, wants a new one or none.
    if stream.inbound != .open, stream.readable == 0 { closed(stream, at: now) }
  }

  func closed(_ stream: PeerStream, at now: UInt64) {
    if inlets[stream.peer] === stream {
      inlets[stream.peer] = nil
      stream.abandon()
      handle(.inboundRestarted(stream.peer), at: now)
    } else if outlets[stream.peer]?.stream === stream {
      let wasOpen = !stream.protocolName.isEmpty
      outlets[stream.peer]?.stream = nil
      stream.abandon()
      if wasOpen { handle(.closed(stream.peer), at: now) }
    }
  }

  /// Moves frames from the peer's queue to its stream, as long as that has room.
  func fill(_ peer: PeerID, at now: UInt64) {
    guard let stream = outlets[peer]?.stream, !stream.protocolName.isEmpty else { return }
    if stream.isWriteOver { return closed(stream, at: now) }
    while stream.unacknowledged < Self.outletLimit,
      let frame = gossip.nextFrame(for: peer, at: .nanoseconds(now))
    {
      stream.write(SendBuffer(frame))
    }
  }

  // MARK: What peers say

  /// Gives a message to the engine.
  ///
  /// - Returns: The verdict, if the bytes are none of its topic.
  private func deliver(_ delivery: Gossipsub.Delivery) -> Verdict? {
    guard let payload = delivery.payload, let kind = kinds[delivery.topic] else {
      return .rejected
    }
    let origin = MessageOrigin(peer: name(of: delivery.peer), gossip: delivery.number)
    do {
      switch kind {
      case .block: ports.mailbox.post(.block(try SignedBlock(ssz: payload), origin))
      case .aggregation:
        ports.mailbox.post(.aggregate(try SignedAggregatedAttestation(ssz: payload), origin))
      case .attestation:
        ports.mailbox.post(
          .attestation(try SignedAttestation(ssz: payload, scheme: settings.scheme), origin))
      }
      return nil
    } catch {
      return .rejected
    }
  }
}
