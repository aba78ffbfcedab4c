internal import DequeModule
private import Hashing
package import PeerIdentity
package import QUIC
package import Wire

/// A libp2p host without socket, clock or thread: peers by their identity, one connection each, and
/// streams for named protocols.
///
/// It answers identify and ping itself, dials its static peers for ever, and tells its owner only
/// of peers and of streams that are agreed on.
package final class PeerHost {
  /// What happened, in order.
  package enum Event {
    /// A peer is there.
    case connected(PeerID, isDialed: Bool)

    /// A peer is gone, and all its streams with it.
    case disconnected(PeerID, QUICEnding)

    /// A peer said which program it is: at most 64 printable characters.
    case identified(PeerID, agent: String)

    /// A stream of ours is agreed on.
    case opened(PeerStream)

    /// A stream of a peer's is agreed on.
    case accepted(PeerStream)

    /// Bytes, the end or a reset came; told once until it is read.
    case readable(PeerStream)

    /// The peer acknowledged bytes, or asked us to stop.
    case writable(PeerStream)

    /// A stream is over; if it was ours and never opened, its `failure` says why.
    case closed(PeerStream)
  }

  /// Our identity.
  package let identity: PeerIdentity

  let settings: HostSettings
  let endpoint: QUICEndpoint
  var random: any RandomNumberGenerator
  var dialBook: DialBook
  var links: [PeerID: Link] = [:]
  var negotiating: Deque<PeerStream> = []
  var events: [Event] = []
  var isShutDown = false
  var isCut = false
  /// Peers that are asked who they are when the owner has opened its own streams.
  var unasked: [PeerID] = []

  /// Creates a host without connections.
  ///
  /// - Parameters:
  ///   - identity: Who we are.
  ///   - settings: What we speak and how many we take.
  ///   - staticPeers: Whom we dial.
  ///   - random: Decides waits.
  ///   - unixSeconds: The time by which certificates are judged.
  ///   - now: The time by which everything else is.
  /// - Throws: `CryptographyFailure` or ``QUICEndpoint/SetUpError`` when there is no certificate.
  package init(
    identity: PeerIdentity, settings: HostSettings, staticPeers: [DialBook.StaticPeer],
    random: any RandomNumberGenerator, unixSeconds: @escaping () -> Int, at now: UInt64
  ) throws {
    self.identity = identity
    self.settings = settings
    self.random = random
    dialBook = DialBook(staticPeers, own: identity.peerID, at: now)
    let certificate = try TransportCertificate(for: identity, at: unixSeconds())
    // Signatures of equal texts are equal, and nobody else can make this one: a secret that is
    // the same after a restart, without a file of its own.
    let secret = SHA256.hash(identity.sign(Array("swiftlet stateless reset".utf8)))
    endpoint = try QUICEndpoint(
      certificate: certificate.der, privateKey: certificate.privateKey, secret: secret.bytes,
      protocolName: "libp2p", settings: settings.quic,
      nameOfPeer: { (try? verifyLibp2pCertificate($0, at: unixSeconds()))?.multihash })
  }

  /// The peers that are connected.
  package var peers: [PeerID] { links.keys.sorted() }

  /// The static peers that are not connected.
  package var missingPeers: [PeerID] { dialBook.missing }

  /// The connection to a peer as a person sees it.
  package func path(to peer: PeerID) -> PeerPath? {
    links[peer].map { link in
      PeerPath(
        remote: link.connection.remote, isDialed: !link.connection.isInbound,
        roundTripNanoseconds: link.connection.roundTripNanoseconds,
        receivedBytes: link.connection.receivedBytes, sentBytes: link.connection.sentBytes)
    }
  }

  /// Handshakes and answers without a connection, for people to see.
  package var transportCounts: QUICEndpoint.Counts { endpoint.counts }

  // MARK: The world

  /// Takes one datagram.
  package func receive(
    _ datagram: UnsafeRawBufferPointer, from remote: NetworkAddress, at now: UInt64
  ) {
    guard !isCut else { return }
    endpoint.receive(datagram, from: remote, at: now)
  }

  /// When ``expire(at:)`` has something to do.
  package var nextExpiry: UInt64 {
    guard unasked.isEmpty else { return 0 }
    return min(
      endpoint.nextExpiry, isShutDown || isCut ? .max : dialBook.nextDeadline,
      negotiating.first?.deadline ?? .max)
  }

  /// Does what is due.
  package func expire(at now: UInt64) {
    for peer in unasked { askWho(peer, at: now) }
    unasked = []
    endpoint.expire(at: now)
    while let stream = negotiating.first, stream.deadline <= now || stream.isSettled {
      negotiating.removeFirst()
      guard !stream.isSettled else { continue }
      giveUp(stream)
      // A connection that the peer's own program has lost is no use, and holds a place.
      if !stream.isInbound, let link = stream.stream.connection.context as? Link,
        !link.hasAnswered
      {
        link.connection.close(code: 0, at: now)
      }
    }
    if !isShutDown, !isCut { dial(at: now) }
  }

  /// Sends what can be sent now, and works on what happened.
  ///
  /// - Returns: Whether there is more to do at once.
  package func flush(at now: UInt64, to sink: DatagramSink) -> Bool {
    var hasMore = endpoint.flush(at: now, to: sink)
    for event in endpoint.takeEvents() {
      handle(event.event, of: event.connection, at: now)
      hasMore = true
    }
    return hasMore
  }

  /// Takes what happened since the last time.
  package func takeEvents() -> [Event] {
    let taken = events
    events.removeAll(keepingCapacity: true)
    return taken
  }

  // MARK: The owner

  /// Opens a stream to a connected peer for the first of `protocols` that it speaks.
  ///
  /// - Returns: The stream, told of with ``Event/opened(_:)`` or ``Event/closed(_:)``; `nil` when
  ///   the peer is not connected or allows no more streams now.
  package func open(_ protocols: [String], to peer: PeerID, at now: UInt64) -> PeerStream? {
    guard let link = links[peer], let stream = link.connection.openStream() else { return nil }
    let dialer = MultistreamDialer(proposals: protocols)
    let opened = PeerStream(
      peer: peer, stream: stream, phase: .dialing(dialer), deadline: now + Self.negotiationTime)
    opened.isTold = true
    stream.context = opened
    negotiating.append(opened)
    stream.write(SendBuffer(dialer.opening))
    return opened
  }

  /// Ends the connection to a peer.
  package func disconnect(_ peer: PeerID, at now: UInt64) {
    links[peer]?.connection.close(code: 0, at: now)
  }

  /// Ends every connection and neither dials nor hears anybody, or takes that back: a fault on
  /// purpose.
  package func setCut(_ isCut: Bool, at now: UInt64) {
    self.isCut = isCut
    if isCut { endpoint.closeAll(code: 0, at: now) } else { dialBook.hurry(at: now) }
  }

  /// Ends every connection; flush once more, and the peers know.
  package func shutDown(at now: UInt64) {
    isShutDown = true
    endpoint.closeAll(code: 0, at: now)
  }

  /// How long agreeing on a stream may take: rust-libp2p's ten seconds.
  static let negotiationTime: UInt64 = 10_000_000_000
}

/// The connection to a peer as a person sees it.
package struct PeerPath: Hashable, Sendable {
  /// Where the peer is.
  package let remote: NetworkAddress

  /// Whether we opened the connection.
  package let isDialed: Bool

  /// The smoothed round trip, once one was measured.
  package let roundTripNanoseconds: UInt64?

  /// Bytes of datagrams that came from the peer.
  package let receivedBytes: UInt64

  /// Bytes of datagrams that went to the peer.
  package let sentBytes: UInt64
}

/// What a host speaks and how many peers it takes.
package struct HostSettings: Sendable {
  /// The protocols that the owner accepts streams for.
  package var protocols: [String]

  /// The program and its version, as peers see it.
  package var agentVersion: String

  /// Where peers can reach us; at most 8 are told.
  package var listenAddresses: [Multiaddr] = []

  /// Peers that dialled us; static peers are taken beyond it.
  package var inboundPeerLimit = 128

  /// Peers of one address (or /64 of IPv6) that dialled us: three quarters, so that one machine does
  /// not take all.
  package var inboundPeersPerAddress = 96

  /// The transport.
  package var quic = QUICSettings()

  /// Creates settings.
  package init(protocols: [String], agentVersion: String) {
    precondition(
      protocols.count <= IdentifyMessage.protocolLimit - 2,
      "\(protocols.count) protocols and two of our own are more than a peer reads")
    self.protocols = protocols
    self.agentVersion = agentVersion
  }
}

/// What the host knows of a connection: from a dial on, or from its handshake on.
final class Link {
  let connection: QUICConnection
  /// Who a dial must reach.
  let expected: PeerID?
  /// Who it is, once that is known.
  var peer: PeerID?
  /// When that became known.
  var start: UInt64 = 0
  /// Whether the peer has said a word on any stream of ours.
  var hasAnswered = false
  /// Streams that the peer may open: a sync's worth of requests at once, then 64 in a second.
  var inboundStreams = Allowance(limit: 512, perSecond: 64)

  init(_ connection: QUICConnection, expected: PeerID?) {
    self.connection = connection
    self.expected = expected
  }
}

extension PeerStream {
  /// Whether there is nothing left to agree on.
  var isSettled: Bool {
    switch phase {
    case .dialing, .listening: false
    case .agreed, .over: true
    }
  }
}
