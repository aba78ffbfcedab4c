import Hashing
import Testing

@testable import SigningLedger

struct SigningLedgerTests {
  private let alice = SigningKeyID(publicKey(1))
  private let bob = SigningKeyID(publicKey(2))

  @Test func `only keys named at the start may claim`() {
    var ledger = SigningLedger()
    #expect(
      ledger.start(keys: [alice], currentSlot: nil)
        == [KeyStanding(key: alice, floor: nil, verdict: .signs)])
    let claims = [1, 2].map { SigningClaim(publicKey: publicKey($0), slot: 1, root: root(1)) }
    #expect(
      ledger.claim(claims) == [
        .granted(CommittedClaim(claim: claims[0], grant: .new)),
        .refused(claims[1], .unknownKey),
      ])
  }

  @Test func `two roots in one batch are two claims: the first wins`() {
    var ledger = SigningLedger()
    _ = ledger.start(keys: [alice], currentSlot: nil)
    let claims = [1, 2].map { SigningClaim(publicKey: publicKey(1), slot: 1, root: root($0)) }
    #expect(
      ledger.claim(claims) == [
        .granted(CommittedClaim(claim: claims[0], grant: .new)),
        .refused(claims[1], .alreadySigned(root: root(1))),
      ])
  }

  @Test func `one key in two roles is one key`() {
    var ledger = SigningLedger()
    _ = ledger.start(keys: [alice, alice], currentSlot: nil)
    let attestation = SigningClaim(publicKey: publicKey(1), slot: 4, root: root(1))
    let proposal = SigningClaim(publicKey: publicKey(1), slot: 4, root: root(2))
    #expect(throws: Never.self) { try ledger.claim([attestation])[0].committed() }
    #expect(throws: ClaimRefusal.alreadySigned(root: root(1))) {
      try ledger.claim([proposal])[0].committed()
    }
  }

  @Test func `a second start keeps what was claimed`() {
    var ledger = SigningLedger()
    _ = ledger.start(keys: [alice, bob], currentSlot: nil)
    _ = ledger.claim([SigningClaim(publicKey: publicKey(1), slot: 9, root: root(1))])
    #expect(
      ledger.start(keys: [alice, bob], currentSlot: 10) == [
        KeyStanding(key: alice, floor: 9, verdict: .signs),
        KeyStanding(key: bob, floor: 12, verdict: .signs),
      ])
  }
}

/// A million lives of a signer: crashes, restarts, lost and restored stores, wrong clocks.
///
/// The invariant: no two roots for one key and slot ever get a permit.
struct SigningScheduleTests {
  @Test func `no two roots for one key and slot get a permit in a million random schedules`() {
    var random = SplitMix(state: 0x5EED)
    var permits = 0
    for schedule in 0..<1_000_000 {
      var life = SignerLife(hasHonestClock: schedule.isMultiple(of: 2), random: random)
      for _ in 0..<10 { life.step() }
      random = life.random
      permits += life.permitCount
      guard life.conflict == nil else {
        Issue.record("schedule \(schedule): \(String(describing: life.conflict))")
        return
      }
    }
    // The test would be empty if most claims were refused.
    #expect(permits > 2_000_000)
  }
}

/// One signer with its store and its clock, moved by a random choice at a time.
///
/// With an honest clock the store may be lost or replaced by a copy that lags behind the chain.
/// With a clock that jumps, the store is the only protection and survives.
private struct SignerLife {
  static let publicKeys = [publicKey(1), publicKey(2)]
  static let keys = publicKeys.map(SigningKeyID.init)

  let hasHonestClock: Bool
  var random: SplitMix
  var slot: UInt64 = 1
  var ledger = SigningLedger()
  var stored = SigningLedger()
  var oldCopy: (ledger: SigningLedger, slot: UInt64)?
  var signed: [UInt64: UInt8] = [:]
  var permitCount = 0
  var conflict: String?

  init(hasHonestClock: Bool, random: SplitMix) {
    self.hasHonestClock = hasHonestClock
    self.random = random
    // The first start is before genesis: nothing is known and nothing can have been signed.
    _ = ledger.start(keys: Self.keys, currentSlot: nil)
    stored = ledger
  }

  mutating func step() {
    switch random.below(12) {
    case 0..<7: claim()
    case 7: restart(from: stored)
    case 8: oldCopy = oldCopy ?? (stored, slot)
    case 9: moveClock()
    case 10: replaceStore()
    default: moveKeyAway()
    }
  }

  private mutating func claim() {
    let key = Int(random.below(2))
    let ahead = random.below(2)
    let byte = UInt8(random.below(3))
    let claim = SigningClaim(publicKey: Self.publicKeys[key], slot: slot + ahead, root: root(byte))
    var next = ledger
    let outcome = next.claim([claim])[0]
    // A crash before the commit loses the claim and, with it, the permit.
    if random.below(16) == 0 { return restart(from: stored) }
    ledger = next
    stored = next
    // A crash after the commit loses only the permit.
    if random.below(16) == 0 { return restart(from: stored) }
    defer { slot += random.below(2) }
    guard case .granted = outcome else { return }
    permitCount += 1
    let leaf = UInt64(key) << 32 | claim.slot
    if let other = signed.updateValue(byte, forKey: leaf), other != byte {
      conflict = "key \(key) signed \(other) and \(byte) for slot \(claim.slot)"
    }
  }

  private mutating func restart(from store: SigningLedger) {
    ledger = SigningLedger(histories: store.histories)
    _ = ledger.start(keys: Self.keys, currentSlot: slot)
    stored = ledger
  }

  private mutating func moveClock() {
    guard !hasHonestClock else {
      slot += random.below(6)
      return
    }
    // Back to the start, or ahead so far that old claims are forgotten.
    slot = random.below(2) == 0 ? random.below(4) : slot + random.below(600)
  }

  private mutating func replaceStore() {
    guard hasHonestClock else { return }
    guard let oldCopy, random.below(2) == 0 else { return restart(from: SigningLedger()) }
    // A copy that agrees with the clock to the slot cannot be told from the store itself.
    guard (oldCopy.ledger.newestClaim ?? 0) + 1 < slot else { return }
    restart(from: oldCopy.ledger)
    self.oldCopy = nil
  }

  /// Exports the record to another signer's store, which then lives on here.
  private mutating func moveKeyAway() {
    var other = SigningLedger().histories
    for (key, history) in stored.histories {
      other[key, default: KeyHistory()].merge(history)
    }
    restart(from: SigningLedger(histories: other))
  }
}

/// SplitMix64: small, fast and the same on every machine.
private struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return (mixed ^ mixed >> 31) % bound
  }
}
