internal import CQUIC

/// All QUIC connections of one node without socket, clock or thread.
///
/// Datagrams and times go in; ``flush(at:to:)`` gives datagrams and ``takeEvents()`` what
/// happened. It keeps nothing for a stranger before its handshake was admitted.
package final class QUICEndpoint {
  /// What happened to a connection.
  package struct Event {
    /// The connection.
    package let connection: QUICConnection

    /// What happened.
    package let event: QUICConnection.Event
  }

  /// Why an endpoint cannot be made.
  package enum SetUpError: Error, Equatable {
    /// GnuTLS refuses the certificate or its key.
    case credentials
  }

  /// Counts of what was not answered with a connection.
  package struct Counts: Hashable, Sendable {
    package var retries = 0
    package var refused = 0
    package var ignored = 0
    package var resets = 0
    package var nonsense = 0
  }

  /// How long a Retry token is good: a client answers at once.
  private static let retryLifetime: UInt64 = 10_000_000_000

  /// How long a closed connection still answers late datagrams: three round trips of a slow path.
  private static let closingTime: UInt64 = 1_000_000_000

  /// Closed connections remembered; the oldest goes first, and its late datagrams get a reset.
  private static let closingLimit = 512

  /// Bytes written for one connection before the next has its turn.
  private static let turn = 65_000

  /// A stateless reset must be shorter than what it answers, and at least 43 bytes to look real.
  private static let resetSize = 43

  /// What was not answered with a connection.
  package private(set) var counts = Counts()

  private let settings: QUICSettings
  private let credentials: OpaquePointer
  private let secret: [UInt8]
  private let nameOfPeer: CertificateCheck
  private let agenda = Agenda()
  private var table: [ConnectionIdentifier: QUICConnection] = [:]
  private var connections: [QUICConnection] = []
  private var closing: [(connection: QUICConnection, until: UInt64)] = []
  private var admission: HandshakeAdmission
  private var inboundCount = 0
  private var events: [Event] = []
  private var answers: [(bytes: [UInt8], remote: NetworkAddress)] = []
  private let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: turn)

  /// Creates an endpoint without connections.
  ///
  /// - Parameters:
  ///   - certificate: Our certificate, DER.
  ///   - privateKey: Its key, DER (PKCS#8 or SEC 1).
  ///   - secret: 32 secret bytes, the same after a restart, so that peers learn with a stateless
  ///     reset that we forgot them.
  ///   - protocolName: The ALPN name, `libp2p`.
  ///   - settings: What connections offer.
  ///   - nameOfPeer: Judges the peers' certificates.
  /// - Throws: ``SetUpError``.
  package init(
    certificate: [UInt8], privateKey: [UInt8], secret: [UInt8], protocolName: String,
    settings: QUICSettings = QUICSettings(), nameOfPeer: @escaping CertificateCheck
  ) throws(SetUpError) {
    precondition(secret.count == Int(CQUIC_SECRET), "a secret has 32 bytes, not \(secret.count)")
    guard
      let made = cquic_credentials_new(
        certificate, certificate.count, privateKey, privateKey.count, protocolName)
    else { throw .credentials }
    credentials = made
    self.secret = secret
    self.settings = settings
    self.nameOfPeer = nameOfPeer
    admission = HandshakeAdmission(settings.admission)
  }

  deinit {
    buffer.deallocate()
    // Connections know the agenda, and the agenda those that want to send.
    _ = agenda.takeAll()
    for connection in connections { connection.forget() }
    cquic_credentials_free(credentials)
  }

  /// Connections that are not over, and those among them that peers opened.
  package var connectionCount: Int { connections.count }
  package var inboundConnectionCount: Int { inboundCount }

  /// Handshakes under way that peers began.
  package var handshakesUnderWay: Int { admission.underWay }

  // MARK: Input

  /// Takes one datagram.
  package func receive(
    _ datagram: UnsafeRawBufferPointer, from remote: NetworkAddress, at now: UInt64
  ) {
    guard datagram.count > 0 else { return }
    let bytes = datagram.assumingMemoryBound(to: UInt8.self)
    var header = cquic_header()
    switch cquic_decode(bytes.baseAddress, bytes.count, &header) {
    case CQUIC_PACKET: break
    case CQUIC_UNKNOWN_VERSION:
      // Only a datagram as large as a client's first is answered, so nothing is amplified.
      guard bytes.count >= 1_200 else { return }
      answer(remote, at: now) { cquic_write_versions($0, $1, &header) }
      return
    default:
      counts.nonsense += 1
      return
    }
    if let connection = table[ConnectionIdentifier(header.destination)] {
      connection.receive(datagram, from: remote, at: now)
      agenda.add(connection)
      return
    }
    var initial = cquic_initial()
    if header.is_long {
      guard cquic_is_initial(bytes.baseAddress, bytes.count, &initial) else {
        counts.nonsense += 1
        return
      }
      meet(&initial, datagram, from: remote, at: now)
    } else {
      takeStray(datagram, for: header.destination, from: remote, at: now)
    }
  }

  /// Takes a datagram for a connection that we do not know.
  ///
  /// It may be a stateless reset, whose identifier is random: only the connections with that
  /// address can tell by its last bytes. If there is none, the sender is told with a reset that
  /// the connection is no more; a reset is too short to be answered itself.
  private func takeStray(
    _ datagram: UnsafeRawBufferPointer, for destination: cquic_cid, from remote: NetworkAddress,
    at now: UInt64
  ) {
    var isKnownPeer = false
    for connection in connections where connection.remote == remote {
      connection.receive(datagram, from: remote, at: now)
      agenda.add(connection)
      isKnownPeer = true
    }
    guard !isKnownPeer, datagram.count > Self.resetSize else { return }
    counts.resets += 1
    var stray = destination
    answer(remote, size: Self.resetSize, at: now) {
      cquic_write_reset($0, $1, &stray, secret)
    }
  }

  /// Decides on a client's first datagram.
  private func meet(
    _ initial: inout cquic_initial, _ datagram: UnsafeRawBufferPointer,
    from remote: NetworkAddress, at now: UInt64
  ) {
    var there = remote.raw
    let isProved = cquic_verify_retry(&initial, &there, secret, Self.retryLifetime, now)
    guard inboundCount < settings.inboundLimit else {
      counts.refused += 1
      var refused = initial
      answer(remote, at: now) { cquic_write_refusal($0, $1, &refused) }
      return
    }
    switch admission.decide(from: remote, isProved: isProved, at: now) {
    case .ignore: counts.ignored += 1
    case .askForProof:
      counts.retries += 1
      var asked = initial
      answer(remote, at: now) { cquic_write_retry($0, $1, &asked, &there, secret, now) }
    case .begin:
      guard let connection = make(remote, initial: initial, at: now) else {
        admission.end(from: remote, wasProved: isProved, isCompleted: false, at: now)
        return
      }
      connection.admission = isProved ? .proved : .unproved
      inboundCount += 1
      updateTable(of: connection)
      connection.receive(datagram, from: remote, at: now)
    }
  }

  private func answer(
    _ remote: NetworkAddress, size: Int = 1_200, at now: UInt64,
    _ write: (UnsafeMutablePointer<UInt8>?, Int) -> Int
  ) {
    guard admission.mayAnswer(at: now) else { return }
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { $1 = write($0.baseAddress, size) }
    if !bytes.isEmpty { answers.append((bytes, remote)) }
  }

  /// Begins a connection to a peer's address.
  package func connect(to remote: NetworkAddress, at now: UInt64) -> QUICConnection? {
    guard let connection = make(remote, initial: nil, at: now) else { return nil }
    updateTable(of: connection)
    return connection
  }

  private func make(
    _ remote: NetworkAddress, initial: cquic_initial?, at now: UInt64
  ) -> QUICConnection? {
    guard
      let connection = QUICConnection(
        credentials: credentials, settings: settings, secret: secret, remote: remote,
        initial: initial, agenda: agenda, nameOfPeer: nameOfPeer, at: now)
    else { return nil }
    connections.append(connection)
    agenda.add(connection)
    return connection
  }

  // MARK: Time

  /// When ``expire(at:)`` has something to do: never is `UInt64.max`.
  package var nextExpiry: UInt64 {
    var next = closing.first?.until ?? .max
    for connection in connections { next = min(next, connection.expiry) }
    return next
  }

  /// Does what is due.
  package func expire(at now: UInt64) {
    for connection in connections where connection.expiry <= now {
      connection.expire(at: now)
      agenda.add(connection)
    }
    while let first = closing.first, first.until <= now { forgetOldestClosing() }
  }

  private func forgetOldestClosing() {
    let connection = closing.removeFirst().connection
    for identifier in connection.identifiers { table[identifier] = nil }
  }

  // MARK: Output

  /// Sends what can be sent now, a turn for each connection.
  ///
  /// - Returns: Whether there is more to send at once.
  package func flush(at now: UInt64, to sink: DatagramSink) -> Bool {
    for answer in answers {
      answer.bytes.withUnsafeBytes { sink($0, $0.count, answer.remote) }
    }
    answers.removeAll(keepingCapacity: true)
    for connection in agenda.takeAll() {
      if connection.produce(into: buffer, at: now, to: sink) { agenda.add(connection) }
      settle(connection, at: now)
    }
    return !agenda.isEmpty
  }

  /// Takes over what a connection told, and whether it is over.
  private func settle(_ connection: QUICConnection, at now: UInt64) {
    updateTable(of: connection)
    let told = connection.events
    connection.events.removeAll(keepingCapacity: true)
    for event in told { events.append(Event(connection: connection, event: event)) }
    if let admitted = connection.admission, connection.isEstablished || connection.isClosed {
      connection.admission = nil
      admission.end(
        from: connection.initialRemote, wasProved: admitted == .proved,
        isCompleted: connection.isEstablished, at: now)
    }
    guard connection.isClosed else {
      connection.expiry = connection.raw.map { cquic_expiry($0) } ?? .max
      return
    }
    guard let index = connections.firstIndex(where: { $0 === connection }) else { return }
    connections.remove(at: index)
    if connection.isInbound { inboundCount -= 1 }
    if closing.count >= Self.closingLimit { forgetOldestClosing() }
    closing.append((connection, now + Self.closingTime))
  }

  private func updateTable(of connection: QUICConnection) {
    for change in connection.identifierChanges {
      switch change {
      case .added(let identifier):
        table[identifier] = connection
        connection.identifiers.insert(identifier)
      case .removed(let identifier):
        table[identifier] = nil
        connection.identifiers.remove(identifier)
      }
    }
    connection.identifierChanges.removeAll(keepingCapacity: true)
  }

  /// Takes what happened since the last time; ``flush(at:to:)`` gathers it.
  package func takeEvents() -> [Event] {
    let taken = events
    events.removeAll(keepingCapacity: true)
    return taken
  }

  /// Closes every connection; the next ``flush(at:to:)`` tells the peers.
  package func closeAll(code: UInt64, at now: UInt64) {
    for connection in connections { connection.close(code: code, at: now) }
  }
}
