internal import PeerIdentity
internal import QUIC
internal import Wire

extension PeerHost {
  /// The number of the protocol that measures round trips: 32 bytes and back.
  static let ping = "/ipfs/ping/1.0.0"

  /// Bytes that are not echoed before the peer reads what was.
  private static let pingLimit = 4_096

  func accept(_ stream: QUICStream, at now: UInt64) {
    guard let link = stream.connection.context as? Link, let peer = link.peer,
      links[peer] === link
    else {
      stream.abandon(code: 0)
      return
    }
    guard link.inboundStreams.take(at: now) else {
      link.connection.close(code: 0, at: now)
      return
    }
    let known = settings.protocols
    let listener = MultistreamListener { name in
      known.contains(name) || name == Self.ping || name == IdentifyMessage.protocolName
    }
    let accepted = PeerStream(
      peer: peer, stream: stream, phase: .listening(listener),
      deadline: now + Self.negotiationTime)
    stream.context = accepted
    negotiating.append(accepted)
  }

  func read(_ stream: QUICStream) {
    guard let peerStream = stream.context as? PeerStream else { return }
    switch peerStream.phase {
    case .agreed: deliver(peerStream)
    case .over: _ = stream.read()
    case .dialing(var dialer):
      (stream.connection.context as? Link)?.hasAnswered = true
      negotiate(peerStream) { bytes throws(MultistreamError) in
        defer { peerStream.phase = .dialing(dialer) }
        return try dialer.receive(bytes)
      }
    case .listening(var listener):
      negotiate(peerStream) { bytes throws(MultistreamError) in
        defer { peerStream.phase = .listening(listener) }
        return try listener.receive(bytes)
      }
    }
  }

  private func negotiate(
    _ peerStream: PeerStream,
    _ receive: ([UInt8]) throws(MultistreamError) -> MultistreamStep
  ) {
    let stream = peerStream.stream
    let bytes = stream.peek(atMost: Multistream.messageLimit)
    let step: MultistreamStep
    do {
      step = try receive(bytes)
    } catch {
      peerStream.failure = error
      if error == .refused { leave(peerStream) } else { giveUp(peerStream) }
      return
    }
    // What belongs to the agreement stays in the stream, which tells of it again.
    _ = stream.read(atMost: bytes.count - step.rest.count)
    if !step.answer.isEmpty { stream.write(SendBuffer(step.answer)) }
    let isAllRead = stream.readable == 0 && stream.inbound != .open
    guard let agreed = step.agreed else {
      if isAllRead { giveUp(peerStream) }
      return
    }
    peerStream.phase = .agreed
    peerStream.protocolName = agreed
    begin(peerStream)
    if isAllRead { deliver(peerStream) }
  }

  /// What follows an agreement.
  private func begin(_ peerStream: PeerStream) {
    switch (peerStream.isInbound, peerStream.protocolName) {
    case (true, IdentifyMessage.protocolName):
      peerStream.write(SendBuffer(whoWeAre(to: peerStream.stream).framed), isEnd: true)
    case (true, Self.ping), (false, IdentifyMessage.protocolName): break
    case (true, _):
      peerStream.isTold = true
      events.append(.accepted(peerStream))
    case (false, _): events.append(.opened(peerStream))
    }
  }

  private func deliver(_ peerStream: PeerStream) {
    switch (peerStream.isInbound, peerStream.protocolName) {
    case (true, IdentifyMessage.protocolName): _ = peerStream.read()
    case (true, Self.ping): echo(peerStream)
    case (false, IdentifyMessage.protocolName): learnWho(peerStream)
    default: events.append(.readable(peerStream))
    }
  }

  private func echo(_ peerStream: PeerStream) {
    let bytes = peerStream.read()
    guard bytes.count + peerStream.unacknowledged <= Self.pingLimit else {
      peerStream.abandon()
      return
    }
    peerStream.write(SendBuffer(bytes), isEnd: peerStream.inbound == .ended)
  }

  /// Ends our side of a stream that the peer has refused.
  ///
  /// Not with a reset: leanSpec's listener then takes no more streams of the connection.
  private func leave(_ peerStream: PeerStream) {
    peerStream.phase = .over
    _ = peerStream.stream.read()
    peerStream.stream.finish()
    if peerStream.isTold { events.append(.closed(peerStream)) }
    peerStream.isTold = false
  }

  /// Gives up a stream that is not agreed on, and tells the owner if it waits for it.
  func giveUp(_ peerStream: PeerStream) {
    let owner = peerStream.context
    peerStream.abandon()
    peerStream.context = owner
    if peerStream.isTold { events.append(.closed(peerStream)) }
  }

  func close(_ stream: QUICStream) {
    guard let peerStream = stream.context as? PeerStream else { return }
    stream.context = nil
    peerStream.phase = .over
    if peerStream.isTold { events.append(.closed(peerStream)) }
  }

  // MARK: Identify

  private func whoWeAre(to stream: QUICStream) -> IdentifyMessage {
    let remote = stream.connection.remote
    return IdentifyMessage(
      agentVersion: settings.agentVersion, publicKey: identity.publicKeyMessage,
      listenAddresses: settings.listenAddresses,
      observedAddress: IPAddress(bytes: remote.bytes).map {
        Multiaddr(quic: .init(address: $0, port: remote.port))
      },
      protocols: settings.protocols + [IdentifyMessage.protocolName, Self.ping])
  }

  /// Asks a peer which program it is, for people to see.
  func askWho(_ peer: PeerID, at now: UInt64) {
    open([IdentifyMessage.protocolName], to: peer, at: now)?.isTold = false
  }

  private func learnWho(_ peerStream: PeerStream) {
    peerStream.identity += peerStream.read()
    if let agent = IdentifyMessage.agentVersion(in: peerStream.identity) {
      events.append(.identified(peerStream.peer, agent: agent))
    } else if peerStream.inbound == .open, peerStream.identity.count < IdentifyMessage.readLimit {
      return
    }
    peerStream.abandon()
  }
}
