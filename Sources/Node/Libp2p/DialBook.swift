package import QUIC
package import Wire

/// The peers that we always want to be connected to, and when each is dialled next.
///
/// A peer that cannot be reached is tried for ever, ever more rarely: nothing here ends the node.
package struct DialBook {
  /// A peer and where it may be.
  package struct StaticPeer: Hashable, Sendable {
    /// Who it must turn out to be.
    package let peer: PeerID

    /// Where to try, in turn; not empty.
    package let addresses: [NetworkAddress]

    /// Creates a peer.
    package init(peer: PeerID, addresses: [NetworkAddress]) {
      precondition(!addresses.isEmpty, "a peer without an address cannot be dialled")
      self.peer = peer
      self.addresses = addresses
    }
  }

  /// A dial that is due.
  package struct Dial: Hashable, Sendable {
    /// Who is expected.
    package let peer: PeerID

    /// Where.
    package let address: NetworkAddress
  }

  /// The first wait after a failure; each further one doubles it, up to the last.
  ///
  /// A node that restarts is back in seconds, and a slot is four of them.
  static let firstWaitMilliseconds: UInt64 = 1_000
  static let lastWaitMilliseconds: UInt64 = 30_000

  /// A quarter of a wait more or less, so that two nodes do not dial each other in step.
  static let jitterPercent: UInt64 = 25

  /// A connection that lasted this long was good: the next wait is the first one again.
  static let goodConnectionMilliseconds: UInt64 = 30_000

  /// Dials under way; each may take five seconds.
  static let concurrentDials = 16

  private enum State {
    case waiting(until: UInt64)
    case dialing
    case connected(since: UInt64)
  }

  private struct Entry {
    let addresses: [NetworkAddress]
    var failures: UInt64 = 0
    var tries = 0
    var state: State
  }

  private var entries: [PeerID: Entry] = [:]

  /// Wants to be connected to `peers`, all due at once; entries for one peer are joined, and
  /// entries for ourselves left out.
  package init(_ peers: [StaticPeer], own: PeerID, at now: UInt64) {
    for wanted in peers where wanted.peer != own {
      var addresses = entries[wanted.peer]?.addresses ?? []
      addresses += wanted.addresses.filter { !addresses.contains($0) }
      entries[wanted.peer] = Entry(addresses: addresses, state: .waiting(until: now))
    }
  }

  /// Whether we always want to be connected to a peer.
  package func contains(_ peer: PeerID) -> Bool { entries[peer] != nil }

  /// The peers that are not connected.
  package var missing: [PeerID] {
    entries.compactMap { peer, entry in
      switch entry.state {
      case .connected: nil
      case .waiting, .dialing: peer
      }
    }.sorted()
  }

  /// When ``takeDue(at:)`` has something; never is `UInt64.max`.
  package var nextDeadline: UInt64 {
    guard dialingCount < Self.concurrentDials else { return .max }
    return entries.values.reduce(.max) { next, entry in
      if case .waiting(let until) = entry.state { min(next, until) } else { next }
    }
  }

  private var dialingCount: Int {
    entries.values.count { entry in
      if case .dialing = entry.state { true } else { false }
    }
  }

  /// The dials that are due, which then count as under way.
  package mutating func takeDue(at now: UInt64) -> [Dial] {
    var free = Self.concurrentDials - dialingCount
    var dials: [Dial] = []
    for peer in entries.keys.sorted() {
      guard free > 0, var entry = entries[peer], case .waiting(let until) = entry.state,
        until <= now
      else { continue }
      dials.append(
        Dial(peer: peer, address: entry.addresses[entry.tries % entry.addresses.count]))
      entry.tries += 1
      entry.state = .dialing
      entries[peer] = entry
      free -= 1
    }
    return dials
  }

  /// Makes every dial that waits due now.
  package mutating func hurry(at now: UInt64) {
    for peer in missing {
      if case .waiting? = entries[peer]?.state { entries[peer]?.state = .waiting(until: now) }
    }
  }

  /// A connection to the peer is there, whoever dialled.
  package mutating func connected(_ peer: PeerID, at now: UInt64) {
    entries[peer]?.state = .connected(since: now)
  }

  /// A dial failed, or the only connection is gone.
  package mutating func disconnected(
    _ peer: PeerID, at now: UInt64, using random: inout some RandomNumberGenerator
  ) {
    guard var entry = entries[peer] else { return }
    if case .connected(let since) = entry.state,
      now - since >= Self.goodConnectionMilliseconds * 1_000_000
    {
      entry.failures = 0
    }
    let doubled = Self.firstWaitMilliseconds << min(entry.failures, 10)
    let wait = min(doubled, Self.lastWaitMilliseconds)
    let spread = wait * Self.jitterPercent / 100
    let jittered = wait - spread + UInt64.random(in: 0...(2 * spread), using: &random)
    entry.failures += 1
    entry.state = .waiting(until: now + jittered * 1_000_000)
    entries[peer] = entry
  }
}
