internal import Chain
internal import ChainEvents
internal import ChainHost
internal import Consensus
internal import Gossipsub
internal import Hashing
internal import Libp2p
package import QUIC
internal import RequestResponse
internal import Syncing
package import Wire

/// A node among its peers without socket, clock or thread: the host, gossip and requests, joined.
///
/// Each of the three is a machine of its own; here is only who tells whom what.
package final class PeerNode {
  let settings: PeerNodeSettings
  let ports: NodePorts
  let host: PeerHost
  var random: any RandomNumberGenerator
  var gossip: Gossipsub
  var outlets: [PeerID: GossipOutlet] = [:]
  var inlets: [PeerID: PeerStream] = [:]
  /// What people call the peers that are connected.
  var names: [PeerID: String] = [:]
  /// What the messages of each topic are.
  let kinds: [String: GossipTopic.Kind]
  /// The peers whose gossip was worked on in this turn.
  var heard: Set<PeerID> = []
  /// Blocks of ours under way, by the number that gossip knows them by.
  var publishing: [UInt64: Bytes32] = [:]
  var lastToken: UInt64 = 0
  var exchanges: [UInt64: Exchange] = [:]
  var lastExchange: UInt64 = 0
  /// The requests of each peer that are answered.
  var answering: [PeerID: Int] = [:]
  /// No request is late before this: the time that each has only grows.
  var exchangeDue = UInt64.max
  var budgets = RequestBudgets()
  var turns = AnswerTurns()
  /// What peers did whose connection is about to end for it.
  var blamed: [PeerID: String] = [:]
  var fetcher = BlockFetcher<PeerID>()
  /// When each peer is asked again where it stands.
  var statusDue: [PeerID: UInt64] = [:]
  var lookups: [Lookup] = []
  /// When the fetcher has something to do.
  var fetchDue = UInt64.max
  /// How the next block of ours is held back, and the blocks that are, with their times.
  var hold: (nanoseconds: UInt64, whenHeld: @Sendable () -> Void)?
  var heldBlocks: [(block: SignedBlock, until: UInt64)] = []
  /// What had passed between a peer and us when that was told last.
  var told: [PeerID: Traffic] = [:]

  /// Bytes of a stream that are worked on in one turn.
  ///
  /// Of the smallest messages they are some 2 ms of work. A flood that is worked on whole would hold
  /// up what others send for as long as it takes.
  static let readTurn = 8 * 1024

  /// Creates a node without connections.
  ///
  /// - Parameters:
  ///   - settings: Which network, as whom.
  ///   - ports: The engine.
  ///   - random: Decides meshes and waits.
  ///   - unixSeconds: The time by which certificates are judged.
  ///   - now: The time by which everything else is, in nanoseconds.
  /// - Throws: When no certificate can be made.
  package init(
    settings: PeerNodeSettings, ports: NodePorts, random: any RandomNumberGenerator,
    unixSeconds: @escaping () -> Int, at now: UInt64
  ) throws {
    self.settings = settings
    self.ports = ports
    self.random = random
    kinds = settings.kinds
    var hostSettings = HostSettings(
      protocols: MeshVersion.allCases.map(\.rawValue)
        + RequestProtocol.allCases.map(\.rawValue), agentVersion: settings.agentVersion)
    hostSettings.listenAddresses = settings.listenAddresses
    host = try PeerHost(
      identity: settings.identity, settings: hostSettings, staticPeers: settings.staticPeers,
      random: random, unixSeconds: unixSeconds, at: now)
    gossip = Gossipsub(
      topics: settings.topics, parameters: settings.gossip, at: .nanoseconds(now))
    for topic in settings.subscriptions { handle(.subscribe(topic), at: now) }
  }

  /// The peers that are connected.
  package var peers: [PeerID] { host.peers }

  // MARK: The world

  /// Takes one datagram.
  package func receive(
    _ datagram: UnsafeRawBufferPointer, from remote: NetworkAddress, at now: UInt64
  ) {
    host.receive(datagram, from: remote, at: now)
  }

  /// When ``expire(at:)`` has something to do.
  package var nextExpiry: UInt64 {
    let held = heldBlocks.first?.until ?? .max
    return min(host.nextExpiry, gossip.deadline.inNanoseconds, exchangeDue, held, fetchDue)
  }

  /// Does what is due.
  package func expire(at now: UInt64) {
    host.expire(at: now)
    releaseBlocks(at: now)
    if gossip.deadline.inNanoseconds <= now {
      handle(.tick, at: now)
      openMissingOutlets(at: now)
      askForDueStatuses(at: now)
    }
    checkExchangeTimes(at: now)
    if fetchDue <= now { fetch(.time, at: now) }
  }

  /// Sends what can be sent now, and works on what happened.
  ///
  /// - Returns: Whether there is more to do at once.
  package func flush(at now: UInt64, to sink: DatagramSink) -> Bool {
    let hasMore = host.flush(at: now, to: sink)
    heard.removeAll(keepingCapacity: true)
    for event in host.takeEvents() { take(event, at: now) }
    return hasMore
  }

  /// Takes what has to be looked up for requests of peers; the answers go to ``found(_:for:at:)``.
  func takeLookups() -> [Lookup] {
    let taken = lookups
    lookups.removeAll(keepingCapacity: true)
    return taken
  }

  /// Says goodbye to every peer; flush once more.
  package func shutDown(at now: UInt64) { host.shutDown(at: now) }

  private func take(_ event: PeerHost.Event, at now: UInt64) {
    switch event {
    case .connected(let peer, let isDialed):
      names[peer] = name(of: peer)
      report(peer, isDialed: isDialed, client: "")
      fetch(.connected(peer), at: now)
      // leanSpec's listeners gossip with a peer only when its status has come first.
      if isDialed {
        askForStatus(peer, at: now)
      } else {
        statusDue[peer] = now
      }
      handle(.connected(peer, isDialed: isDialed), at: now)
    case .disconnected(let peer, let ending):
      outlets[peer] = nil
      inlets[peer] = nil
      statusDue[peer] = nil
      handle(.disconnected(peer), at: now)
      told[peer] = nil
      let misconduct = blamed.removeValue(forKey: peer)
      ports.report(
        .peerDisconnected(
          peer: name(of: peer), reason: misconduct.map { "we ended it: \($0)" } ?? ending.reason))
      ports.mailbox.post(.peer(name(of: peer), head: nil))
      names[peer] = nil
      fetch(.disconnected(peer), at: now)
    case .identified(let peer, let agent):
      guard let path = host.path(to: peer) else { break }
      report(peer, isDialed: path.isDialed, client: agent)
    case .opened(let stream):
      if let exchange = stream.context as? Exchange {
        opened(exchange)
      } else {
        openedOutlet(stream, at: now)
      }
    case .accepted(let stream):
      if MeshVersion(rawValue: stream.protocolName) != nil {
        accepted(inlet: stream, at: now)
      } else {
        accepted(request: stream, at: now)
      }
    case .readable(let stream):
      if let exchange = stream.context as? Exchange {
        read(exchange, at: now)
      } else {
        read(stream, at: now)
      }
    case .writable(let stream):
      if let exchange = stream.context as? Exchange {
        goOn(exchange, at: now)
      } else {
        fill(stream.peer, at: now)
      }
    case .closed(let stream):
      if let exchange = stream.context as? Exchange {
        closed(exchange, at: now)
      } else {
        closed(stream, at: now)
      }
    }
  }
}

extension Duration {
  /// Whole nanoseconds; a time of ours fits.
  var inNanoseconds: UInt64 {
    UInt64(components.seconds) * 1_000_000_000
      + UInt64(components.attoseconds / 1_000_000_000)
  }
}
