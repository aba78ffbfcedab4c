/// Decides which handshakes are begun, so that strangers cannot spend our processor or memory.
///
/// A handshake costs about a millisecond. While few are under way they begin at once. When many
/// are, a stranger first has to show with a Retry token that it owns its address, which costs us
/// nothing to keep. What an address did is charged to it only when it is known to be its own, so
/// nobody can spend the allowance of another.
package struct HandshakeAdmission {
  /// The limits, with what each protects.
  package struct Limits: Sendable {
    /// Handshakes under way whose address is not known to be real; beyond it: Retry.
    package var unproved = 16

    /// Handshakes under way with proved addresses; beyond it: silence, and the client tries again.
    package var proved = 64

    /// Handshakes one address (or /64 of IPv6) may begin at once: 32 nodes start together.
    package var burstPerAddress = 32

    /// Handshakes that each address regains in a second.
    package var perSecondPerAddress = 8

    /// Handshakes of all addresses at once, and regained in a second: 6 % of a core.
    package var burst = 128
    package var perSecond = 64

    /// Answers without a connection (Retry, refusal, reset, versions) in a second.
    package var statelessPerSecond = 1_000

    /// Addresses remembered; at the limit the one that was quiet longest goes.
    ///
    /// It regains its burst by that, which `burst` still bounds.
    package var addresses = 1_024

    /// Creates the limits of a node.
    package init() {}
  }

  /// What to do with a client's first datagram.
  package enum Decision: Hashable, Sendable {
    /// Begin the handshake.
    case begin

    /// Ask for proof of the address.
    case askForProof

    /// Do not answer.
    case ignore
  }

  private let limits: Limits
  private var unproved = 0
  private var proved = 0
  private var allowances: [NetworkAddress.Host: Allowance] = [:]
  private var total: Allowance
  private var stateless: Allowance

  /// Creates the decider.
  package init(_ limits: Limits) {
    self.limits = limits
    total = Allowance(limit: limits.burst, perSecond: limits.perSecond)
    stateless = Allowance(limit: limits.statelessPerSecond, perSecond: limits.statelessPerSecond)
  }

  /// Handshakes under way.
  package var underWay: Int { unproved + proved }

  /// Addresses remembered.
  package var rememberedAddresses: Int { allowances.count }

  /// Decides, and counts a handshake as under way if it may begin.
  package mutating func decide(
    from address: NetworkAddress, isProved: Bool, at now: UInt64
  ) -> Decision {
    let owner = address.owned
    let isWithinAllowance = allowances[owner]?.has(at: now) ?? true
    guard isProved else {
      guard unproved < limits.unproved, isWithinAllowance, total.has(at: now) else {
        return .askForProof
      }
      unproved += 1
      return .begin
    }
    guard isWithinAllowance, proved < limits.proved, total.take(at: now) else { return .ignore }
    charge(owner, at: now)
    proved += 1
    return .begin
  }

  /// Counts a handshake as no longer under way.
  ///
  /// An unproved address is charged when its handshake ended well, because that proves it.
  package mutating func end(
    from address: NetworkAddress, wasProved: Bool, isCompleted: Bool, at now: UInt64
  ) {
    if wasProved {
      proved -= 1
      return
    }
    unproved -= 1
    guard isCompleted else { return }
    charge(address.owned, at: now)
    _ = total.take(at: now)
  }

  /// Whether one more answer without a connection may be sent.
  package mutating func mayAnswer(at now: UInt64) -> Bool { stateless.take(at: now) }

  private mutating func charge(_ owner: NetworkAddress.Host, at now: UInt64) {
    if allowances[owner] == nil {
      if allowances.count >= limits.addresses {
        let quietest = allowances.min { $0.value.touched < $1.value.touched }
        if let quietest { allowances[quietest.key] = nil }
      }
      allowances[owner] = Allowance(
        limit: limits.burstPerAddress, perSecond: limits.perSecondPerAddress)
    }
    _ = allowances[owner]?.take(at: now)
  }
}

/// A number of things that may be done at once, which grows back with time.
package struct Allowance {
  private let limit: UInt64
  private let nanosecondsEach: UInt64
  /// Spent, in nanoseconds that it takes to grow back.
  private var debt: UInt64 = 0
  private(set) var touched: UInt64 = 0

  /// Creates a full allowance.
  package init(limit: Int, perSecond: Int) {
    precondition(limit > 0, "an allowance of \(limit) allows nothing")
    precondition(perSecond > 0, "an allowance that grows by \(perSecond) a second ends")
    nanosecondsEach = 1_000_000_000 / UInt64(perSecond)
    self.limit = UInt64(limit) * nanosecondsEach
  }

  private mutating func settle(at now: UInt64) {
    let passed = now > touched ? now - touched : 0
    debt -= min(debt, passed)
    touched = max(touched, now)
  }

  /// Whether one more may be done now.
  package func has(at now: UInt64) -> Bool {
    var copy = self
    copy.settle(at: now)
    return copy.debt + nanosecondsEach <= limit
  }

  /// Spends one, if there is one.
  package mutating func take(at now: UInt64) -> Bool {
    settle(at: now)
    guard debt + nanosecondsEach <= limit else { return false }
    debt += nanosecondsEach
    return true
  }
}
