package import QUIC

/// What takes and gives datagrams, and tells what happened.
package protocol DatagramNode: AnyObject {
  associatedtype Event

  func receive(_ datagram: UnsafeRawBufferPointer, from remote: NetworkAddress, at now: UInt64)
  var nextExpiry: UInt64 { get }
  func expire(at now: UInt64)
  func flush(at now: UInt64, to sink: DatagramSink) -> Bool
  func takeEvents() -> [Event]
}

extension QUICEndpoint: DatagramNode {}

/// Nodes joined in memory, in virtual time, with loss and delay from a seed.
package final class VirtualNetwork<Node: DatagramNode> {
  package struct Packet {
    package let at: UInt64
    package let from: NetworkAddress
    package let to: NetworkAddress
    package let bytes: [UInt8]
  }

  package private(set) var now: UInt64 = 1_000_000_000
  package var delay: UInt64 = 1_000_000
  /// Datagrams in a thousand that vanish.
  package var lossPerMille: UInt64 = 0
  /// Sees every datagram as it is sent, and may take it away.
  package var tap: (Packet) -> Bool = { _ in true }
  package private(set) var sent = 0
  private var seed: UInt64
  private var nodes: [(address: NetworkAddress, node: Node)] = []
  private var inFlight: [Packet] = []
  /// What happened, by the endpoint's port.
  package var events: [UInt16: [Node.Event]] = [:]
  /// Called for every event as it happens.
  package var onEvent: (UInt16, Node.Event) -> Void = { _, _ in }

  package init(seed: UInt64 = 1) { self.seed = seed }

  package func random() -> UInt64 {
    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return seed >> 33
  }

  /// Puts a node on the wire, in place of the one on that port; on this machine if `host` is `nil`.
  package func add(_ node: Node, port: UInt16, host: NetworkAddress.Host? = nil) {
    nodes.removeAll { $0.address.port == port }
    let machine = host ?? NetworkAddress.loopback(port: port).host
    nodes.append((NetworkAddress(host: machine, port: port), node))
  }

  /// Puts a datagram on the wire as if it came from `from`.
  package func inject(_ bytes: [UInt8], from: NetworkAddress, to port: UInt16) {
    inFlight.append(Packet(at: now, from: from, to: .loopback(port: port), bytes: bytes))
  }

  private func send(_ packet: Packet) {
    sent += 1
    guard tap(packet), random() % 1_000 >= lossPerMille else { return }
    inFlight.append(packet)
  }

  private func flushAll() {
    for (address, node) in nodes {
      var rounds = 0
      while rounds < 100 {
        rounds += 1
        let hasMore = node.flush(at: now) { datagrams, segment, remote in
          var start = 0
          while start < datagrams.count {
            let end = min(start + segment, datagrams.count)
            send(
              Packet(
                at: now + delay, from: address, to: remote, bytes: Array(datagrams[start..<end])))
            start = end
          }
        }
        for event in node.takeEvents() {
          events[address.port, default: []].append(event)
          onEvent(address.port, event)
        }
        if !hasMore { break }
      }
    }
  }

  /// Lets time pass until `isDone` or `milliseconds` have gone; returns whether `isDone`.
  @discardableResult
  package func run(milliseconds: UInt64, until isDone: () -> Bool = { false }) -> Bool {
    let end = now + milliseconds * 1_000_000
    flushAll()
    while !isDone() {
      let expiry = nodes.map(\.node.nextExpiry).min() ?? .max
      let arrival = inFlight.map(\.at).min() ?? .max
      let next = min(expiry, arrival)
      guard next <= end else {
        now = end
        return isDone()
      }
      now = max(now, next)
      let due = inFlight.filter { $0.at <= now }
      inFlight.removeAll { $0.at <= now }
      for packet in due {
        guard let target = nodes.first(where: { $0.address == packet.to }) else { continue }
        packet.bytes.withUnsafeBytes { target.node.receive($0, from: packet.from, at: now) }
      }
      for (_, node) in nodes { node.expire(at: now) }
      flushAll()
    }
    return true
  }
}
