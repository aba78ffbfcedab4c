private import Dispatch
private import Foundation
private import Gossipsub
internal import Libp2p
private import PeerIdentity
internal import QUIC
private import RequestResponse
private import Synchronization
private import Wire

/// A hostile peer on a thread of its own.
final class Attacker: Sendable {
  /// Where it waits for those who dial it.
  static let port: UInt16 = 42_917

  private final class State: Sendable {
    let isStopped = Atomic(false)
    let acts = Atomic(0)
    let ended = DispatchSemaphore(value: 0)
  }

  private let state = State()

  /// What it has done so far: streams, frames, datagrams or dials.
  var acts: Int { state.acts.load(ordering: .relaxed) }

  /// Begins an attack.
  init(_ attack: Attack, against victim: DialBook.StaticPeer) throws {
    let state = state
    let identity = try BenchIdentity.make(90)
    let thread = Thread {
      defer { state.ended.signal() }
      if attack.isOfPeer {
        HostilePeer(attack, identity, victim)?.run(until: state.isStopped, counting: state.acts)
      } else {
        HostileStranger(attack, identity, victim)?.run(until: state.isStopped, counting: state.acts)
      }
    }
    thread.name = "attacker"
    thread.start()
  }

  /// Ends it.
  func stop() {
    state.isStopped.store(true, ordering: .relaxed)
    state.ended.wait()
  }
}

/// An attacker with an identity: a host that misuses its streams.
private final class HostilePeer {
  private let attack: Attack
  private let victim: PeerID
  private let host: PeerHost
  private let sockets: QUICSockets
  private var gossip: PeerStream?
  private var streams: [PeerStream] = []
  private var number: UInt64 = 0
  private var lastDrip: UInt64 = 0
  private var acts = 0

  init?(_ attack: Attack, _ identity: PeerIdentity, _ victim: DialBook.StaticPeer) {
    let settings = HostSettings(
      protocols: MeshVersion.allCases.map(\.rawValue) + RequestProtocol.allCases.map(\.rawValue),
      agentVersion: "attacker")
    guard let sockets = try? QUICSockets([.loopback(port: 0)]),
      let host = try? PeerHost(
        identity: identity, settings: settings, staticPeers: [victim],
        random: SystemRandomNumberGenerator(),
        unixSeconds: { Int(Date().timeIntervalSince1970) }, at: QUICSockets.now)
    else { return nil }
    (self.attack, self.victim, self.host, self.sockets) = (attack, victim.peer, host, sockets)
  }

  func run(until isStopped: borrowing Atomic<Bool>, counting total: borrowing Atomic<Int>) {
    while !isStopped.load(ordering: .relaxed) {
      sockets.receive { host.receive($0, from: $1, at: QUICSockets.now) }
      host.expire(at: QUICSockets.now)
      _ = host.flush(at: QUICSockets.now) { sockets.send($0, $1, to: $2) }
      for event in host.takeEvents() { take(event) }
      if host.peers.contains(victim) { act() }
      total.store(acts, ordering: .relaxed)
      sockets.wait(until: min(host.nextExpiry, QUICSockets.now + 200_000))
    }
    host.shutDown(at: QUICSockets.now)
    _ = host.flush(at: QUICSockets.now) { sockets.send($0, $1, to: $2) }
  }

  private func take(_ event: PeerHost.Event) {
    switch event {
    case .disconnected: (gossip, streams) = (nil, [])
    case .accepted(let stream):
      guard attack == .endlessAnswers, RequestProtocol(rawValue: stream.protocolName) != nil else {
        return
      }
      stream.write(SendBuffer([0] + Attack.payloadFront))
      streams.append(stream)
    case .readable(let stream): if attack != .neverReads { _ = stream.read() }
    case .closed(let stream): if stream === gossip { gossip = nil }
    case .connected, .identified, .opened, .writable: break
    }
  }

  private func act() {
    let now = QUICSockets.now
    streams.removeAll(where: \.isWriteOver)
    switch attack {
    case .streams:
      while acts % 256 != 255, let stream = host.open(["/ipfs/ping/1.0.0"], to: victim, at: now) {
        stream.abandon()
        acts += 1
      }
      acts += 1
    case .slowLoris: drip(now)
    case .endlessRequests:
      if streams.count < 32,
        let stream = host.open([RequestProtocol.status.rawValue], to: victim, at: now)
      {
        stream.write(SendBuffer(Attack.payloadFront))
        streams.append(stream)
      }
      fill()
    case .endlessAnswers: fill()
    default: gossiping(now)
    }
  }

  /// Opens a stream for each protocol many times, and sends a byte of each now and then.
  private func drip(_ now: UInt64) {
    if streams.count < 120,
      let stream = host.open(
        [Attack.protocols[streams.count % Attack.protocols.count]], to: victim, at: now)
    {
      streams.append(stream)
    }
    guard now > lastDrip + 100_000_000 else { return }
    lastDrip = now
    for stream in streams { stream.write(SendBuffer([0x80])) }
    acts += streams.count
  }

  private func fill() {
    for stream in streams where stream.unacknowledged < 1 << 18 {
      stream.write(SendBuffer(Attack.filler))
      acts += 1
    }
  }

  private func gossiping(_ now: UInt64) {
    if gossip == nil || gossip?.isWriteOver == true {
      gossip = host.open([MeshVersion.v12.rawValue], to: victim, at: now)
    }
    guard let gossip, gossip.unacknowledged < 1 << 20,
      attack != .neverReads || acts == 0, let frames = attack.frames(&number)
    else { return }
    gossip.write(SendBuffer(frames))
    acts += 1
  }
}

/// An attacker without an identity that the victim would take.
private final class HostileStranger {
  private let attack: Attack
  private let victim: NetworkAddress
  private let sockets: QUICSockets
  private let endpoint: QUICEndpoint
  private var recorded: [[UInt8]] = []
  private var acts = 0

  init?(_ attack: Attack, _ identity: PeerIdentity, _ victim: DialBook.StaticPeer) {
    let now = Int(Date().timeIntervalSince1970)
    guard
      let sockets = try? QUICSockets([.loopback(port: attack == .wrongPeers ? Attacker.port : 0)]),
      let certificate = try? TransportCertificate(for: identity, at: now)
    else { return nil }
    var der = certificate.der
    // The last byte is one of the signature that the certificate makes under itself.
    if attack == .wrongCertificates { der[der.count - 1] ^= 1 }
    var settings = QUICSettings()
    (settings.admission.burst, settings.admission.burstPerAddress) = (100_000, 100_000)
    guard
      let endpoint = try? QUICEndpoint(
        certificate: der, privateKey: certificate.privateKey,
        secret: [UInt8](repeating: 90, count: 32), protocolName: "libp2p", settings: settings,
        nameOfPeer: { $0 })
    else { return nil }
    (self.attack, self.victim, self.sockets) = (attack, victim.addresses[0], sockets)
    self.endpoint = endpoint
  }

  func run(until isStopped: borrowing Atomic<Bool>, counting total: borrowing Atomic<Int>) {
    while !isStopped.load(ordering: .relaxed) {
      act()
      sockets.receive { endpoint.receive($0, from: $1, at: QUICSockets.now) }
      endpoint.expire(at: QUICSockets.now)
      _ = endpoint.flush(at: QUICSockets.now) { datagrams, segment, remote in
        if attack == .replays, recorded.count < 8 {
          recorded.append(Array(datagrams.prefix(segment)))
        }
        sockets.send(datagrams, segment, to: remote)
      }
      for event in endpoint.takeEvents() {
        if case .established = event.event {
          acts += attack == .wrongPeers ? 1 : 0
          if attack == .wrongCertificates { event.connection.close(code: 0, at: QUICSockets.now) }
        }
      }
      total.store(acts, ordering: .relaxed)
      sockets.wait(until: QUICSockets.now + 100_000)
    }
    endpoint.closeAll(code: 0, at: QUICSockets.now)
    _ = endpoint.flush(at: QUICSockets.now) { sockets.send($0, $1, to: $2) }
  }

  private func act() {
    switch attack {
    case .replays where recorded.count >= 4:
      for _ in 0..<16 {
        for datagram in recorded {
          datagram.withUnsafeBytes { sockets.send($0, $0.count, to: victim) }
          acts += 1
        }
      }
    case .replays: if endpoint.connectionCount == 0 { dial() }
    case .storms, .wrongCertificates: if endpoint.connectionCount < 200 { dial() }
    default: break
    }
  }

  private func dial() {
    _ = endpoint.connect(to: victim, at: QUICSockets.now)
    acts += 1
  }
}
