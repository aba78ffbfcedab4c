public import XMSS

/// The histories of many keys as one value: who may sign what, decided in one place.
///
/// The node keeps it durable in `SigningJournal`; the simulator and tests use it as it is.
/// Only claims that this value granted become permits.
public struct SigningLedger: Sendable {
  /// What is known of each key.
  public private(set) var histories: [SigningKeyID: KeyHistory]

  /// The keys named at the start; others are refused.
  public private(set) var active: Set<SigningKeyID> = []

  /// Creates a ledger from stored histories, by default none.
  public init(histories: [SigningKeyID: KeyHistory] = [:]) {
    self.histories = histories
  }

  /// The highest slot that any key claimed.
  public var newestClaim: UInt64? {
    histories.values.compactMap(\.highestSlot).max()
  }

  /// Names the keys that will sign and gives each its floor by `SigningStart`.
  ///
  /// - Parameters:
  ///   - keys: The keys of this process.
  ///   - currentSlot: The slot by the clock, or `nil` before genesis.
  /// - Returns: The standing of each key, in the order given.
  public mutating func start(
    keys: [SigningKeyID], currentSlot: UInt64?
  ) -> [KeyStanding] {
    let newestClaim = newestClaim
    active = Set(keys)
    return keys.map { key in
      var history = histories[key] ?? KeyHistory()
      let floor = SigningStart.floor(
        of: history, newestClaim: newestClaim, currentSlot: currentSlot)
      if let floor { history.raiseFloor(to: floor) }
      histories[key] = history
      return SigningStart.standing(of: key, history, currentSlot: currentSlot)
    }
  }

  /// Bars every active key from all slots up to this one, as after a jump of the clock.
  public mutating func raiseFloors(through slot: UInt64) {
    for key in active { histories[key]?.raiseFloor(to: min(slot, KeyHistory.lastSlot)) }
  }

  /// Decides each claim in order and remembers the new ones.
  ///
  /// - Returns: One outcome for each claim, in the order given.
  public mutating func claim(_ claims: [SigningClaim]) -> [ClaimOutcome] {
    claims.map { claim in
      guard active.contains(claim.key) else { return .refused(claim, .unknownKey) }
      do throws(ClaimRefusal) {
        let grant = try histories[claim.key, default: KeyHistory()]
          .claim(slot: claim.slot, root: claim.root)
        return .granted(CommittedClaim(claim: claim, grant: grant))
      } catch {
        return .refused(claim, error)
      }
    }
  }

  /// Decides one claim and remembers it if it is new.
  public mutating func claim(_ claim: SigningClaim) -> ClaimOutcome {
    self.claim([claim])[0]
  }
}

/// A claim that the ledger granted and its store made durable: what a permit is made from.
///
/// It is an ordinary value because signing it twice is harmless: the signature is the same.
public struct CommittedClaim: Hashable, Sendable {
  /// The claim.
  public let claim: SigningClaim

  /// Whether the claim was new or a repetition.
  public let grant: KeyHistory.Grant

  package init(claim: SigningClaim, grant: KeyHistory.Grant) {
    self.claim = claim
    self.grant = grant
  }

  /// The permit that `SecretKey.sign` consumes.
  public func permit() -> SigningPermit {
    SigningPermit(publicKey: claim.publicKey, slot: claim.slot, message: claim.root)
  }
}

/// What became of one claim.
public enum ClaimOutcome: Hashable, Sendable {
  /// The claim is durable; make the permit and sign.
  case granted(CommittedClaim)

  /// The duty is forfeited, with the reason.
  case refused(SigningClaim, ClaimRefusal)

  /// The committed claim.
  ///
  /// - Throws: The reason of a refusal.
  public func committed() throws(ClaimRefusal) -> CommittedClaim {
    switch self {
    case .granted(let committed): return committed
    case .refused(_, let refusal): throw refusal
    }
  }
}
