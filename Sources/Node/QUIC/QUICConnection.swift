internal import CQUIC

/// One QUIC connection without socket, clock or thread: datagrams and times go in, datagrams and
/// events come out.
///
/// It belongs to one ``QUICEndpoint`` and to that endpoint's thread.
package final class QUICConnection {
  /// What happened, in order.
  package enum Event {
    /// The peer has been recognised and has accepted us.
    case established

    /// The peer opened a stream.
    case streamOpened(QUICStream)

    /// Bytes, the end or a reset came; told once until the stream is read.
    case readable(QUICStream)

    /// The peer acknowledged bytes, or asked us to stop.
    case writable(QUICStream)

    /// A stream is over in both directions. Told when all was read, or when the connection ends:
    /// what is buffered can still be read then.
    case streamClosed(QUICStream)

    /// Streams can be opened again after ``QUICConnection/openStream()`` had none.
    case streamsAvailable

    /// The connection is over, and all its streams with it.
    case closed(QUICEnding)
  }

  /// Where the connection began.
  package let initialRemote: NetworkAddress

  /// Where its datagrams go now.
  package internal(set) var remote: NetworkAddress

  /// Whether the peer opened it.
  package let isInbound: Bool

  /// Who the peer is by its certificate, once that was found good.
  package internal(set) var peerName: [UInt8]?

  /// Why the connection ended, if it did.
  package private(set) var ending: QUICEnding?

  /// Bytes of datagrams that came and went.
  package private(set) var receivedBytes: UInt64 = 0
  package internal(set) var sentBytes: UInt64 = 0

  /// Whether the connection is over.
  package var isClosed: Bool { ending != nil }

  /// What the owner above keeps with the connection.
  package var context: AnyObject?

  var streams: [Int64: QUICStream] = [:]
  var events: [Event] = []
  var identifierChanges: [IdentifierChange] = []
  var identifiers: Set<ConnectionIdentifier> = []
  var expiry = UInt64.max
  var isScheduled = false
  /// Whether its handshake counts as under way, and if so whether the address was proved.
  var admission: Admission?
  var isEstablished = false

  /// Streams that want to send, in turn.
  var ready: [QUICStream] = []

  /// The packet that tells the peer of the end, and how often it was wanted since.
  private(set) var closePacket: [UInt8] = []
  private(set) var isClosePacketDue = false
  private var lateDatagrams = 0

  private(set) var raw: OpaquePointer?
  let agenda: Agenda
  private let nameOfPeer: CertificateCheck

  enum IdentifierChange {
    case added(ConnectionIdentifier)
    case removed(ConnectionIdentifier)
  }

  enum Admission {
    case unproved
    case proved
  }

  init?(
    credentials: OpaquePointer, settings: QUICSettings, secret: [UInt8], remote: NetworkAddress,
    initial: cquic_initial?, agenda: Agenda, nameOfPeer: @escaping CertificateCheck,
    at now: UInt64
  ) {
    initialRemote = remote
    self.remote = remote
    isInbound = initial != nil
    self.agenda = agenda
    self.nameOfPeer = nameOfPeer
    var own = cquic_cid()
    cquic_random_cid(&own)
    var rawSettings = settings.raw
    var handlers = Self.handlers
    var local = remote.unspecified.raw
    var there = remote.raw
    let owner = Unmanaged.passUnretained(self).toOpaque()
    if var initial {
      raw = cquic_connection_new(
        credentials, &rawSettings, &handlers, owner, secret, &local, &there, &initial, &own, now)
      identifierChanges.append(.added(ConnectionIdentifier(initial.destination)))
    } else {
      raw = cquic_connection_new(
        credentials, &rawSettings, &handlers, owner, secret, &local, &there, nil, &own, now)
    }
    guard raw != nil else { return nil }
    identifierChanges.append(.added(ConnectionIdentifier(own)))
  }

  deinit {
    if let raw { cquic_connection_free(raw) }
  }

  /// The smoothed round trip in nanoseconds, once one was measured.
  package var roundTripNanoseconds: UInt64? {
    guard let raw else { return nil }
    let roundTrip = cquic_round_trip(raw)
    return roundTrip == 0 ? nil : roundTrip
  }

  // MARK: Input

  func receive(_ datagram: UnsafeRawBufferPointer, from remote: NetworkAddress, at now: UInt64) {
    guard let raw else {
      // Answers to a closed connection thin out: to the 1st, 2nd, 4th, 8th late datagram.
      lateDatagrams += 1
      isClosePacketDue = !closePacket.isEmpty && lateDatagrams & (lateDatagrams - 1) == 0
      return
    }
    receivedBytes += UInt64(datagram.count)
    var there = remote.raw
    let bytes = datagram.assumingMemoryBound(to: UInt8.self)
    let error = cquic_receive(raw, &there, bytes.baseAddress, bytes.count, now)
    if error != 0 { fail(error, at: now) }
  }

  func expire(at now: UInt64) {
    guard let raw else { return }
    let error = cquic_expire(raw, now)
    if error != 0 { fail(error, at: now) }
  }

  // MARK: The end

  /// Closes the connection with an application's code; it has no effect on a closed one.
  package func close(code: UInt64, at now: UInt64) {
    guard let raw else { return }
    let packet = closing { cquic_close(raw, code, now, $0, $1) }
    end(.closedByUs(code: code), packet: packet)
  }

  func fail(_ error: Int32, at now: UInt64) {
    guard let raw else { return }
    var ending = cquic_ending()
    let packet = closing { cquic_fail(raw, error, now, $0, $1, &ending) }
    end(QUICEnding(ending), packet: packet)
  }

  private func closing(
    _ write: (UnsafeMutablePointer<UInt8>?, Int) -> Int
  ) -> [UInt8] {
    // A client's first packets are padded to 1,200 bytes.
    [UInt8](unsafeUninitializedCapacity: 1_280) { $1 = write($0.baseAddress, $0.count) }
  }

  private func end(_ ending: QUICEnding, packet: [UInt8]) {
    if let raw { cquic_connection_free(raw) }
    raw = nil
    self.ending = ending
    closePacket = packet
    isClosePacketDue = !packet.isEmpty
    expiry = .max
    ready = []
    for (_, stream) in streams.sorted(by: { $0.key < $1.key }) {
      stream.end()
      if stream.inbound == .open { stream.inbound = .lost }
      tellClosed(stream)
    }
    streams = [:]
    events.append(.closed(ending))
    agenda.add(self)
  }

  /// Lets go of everything without a word, when the endpoint itself goes.
  func forget() {
    if let raw { cquic_connection_free(raw) }
    raw = nil
    ready = []
    // What the owner keeps with a stream or a connection mostly knows that one too.
    for stream in streams.values { stream.context = nil }
    context = nil
    streams = [:]
    events = []
  }

  /// The packet that tells the peer of the end, if it is due.
  func takeClosePacket() -> [UInt8]? {
    guard isClosePacketDue else { return nil }
    isClosePacketDue = false
    return closePacket
  }

  // MARK: Streams

  /// Opens a stream, or returns `nil` when the peer allows no more now or the connection is over.
  package func openStream() -> QUICStream? {
    guard let raw else { return nil }
    let id = cquic_open_stream(raw)
    guard id >= 0 else { return nil }
    let stream = QUICStream(id: id, isInbound: false, connection: self)
    streams[id] = stream
    return stream
  }

  func schedule(_ stream: QUICStream) {
    if stream.wantsToSend, !stream.isScheduled {
      stream.isScheduled = true
      ready.append(stream)
    }
    agenda.add(self)
  }

  func credit(_ stream: QUICStream, _ count: Int) {
    guard let raw else { return }
    if !stream.isClosed { cquic_credit_stream(raw, stream.id, UInt64(count)) }
    cquic_credit_connection(raw, UInt64(count))
    agenda.add(self)
  }

  func abandon(_ stream: QUICStream, unread: Int, code: UInt64) {
    guard let raw else { return }
    // What was never read would otherwise be missing in the connection's window for ever.
    cquic_credit_connection(raw, UInt64(unread))
    if !stream.isClosed {
      cquic_reset_stream(raw, stream.id, code)
      cquic_stop_reading(raw, stream.id, code)
    }
    agenda.add(self)
  }

  func checkCertificate(_ der: [UInt8]) -> Bool {
    peerName = nameOfPeer(der)
    return peerName != nil
  }

  func establish() {
    guard !isEstablished else { return }
    isEstablished = true
    events.append(.established)
  }
}

/// Says who a peer is by its certificate (DER), or `nil` if it is not good; called inside the
/// handshake.
package typealias CertificateCheck = (_ certificate: [UInt8]) -> [UInt8]?

/// The connections that have something to send or to tell.
final class Agenda {
  private var connections: [QUICConnection] = []

  func add(_ connection: QUICConnection) {
    guard !connection.isScheduled else { return }
    connection.isScheduled = true
    connections.append(connection)
  }

  func takeAll() -> [QUICConnection] {
    let taken = connections
    connections.removeAll(keepingCapacity: true)
    for connection in taken { connection.isScheduled = false }
    return taken
  }

  var isEmpty: Bool { connections.isEmpty }
}
