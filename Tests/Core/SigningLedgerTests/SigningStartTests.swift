import Hashing
import Testing

@testable import SigningLedger

struct SigningStartTests {
  private func history(floor: UInt64? = nil, claimed: UInt64?...) -> KeyHistory {
    var history = KeyHistory()
    if let floor { history.raiseFloor(to: floor) }
    for slot in claimed.compactMap(\.self) { history.record(slot: slot, root: root(1)) }
    return history
  }

  @Test func `before genesis a new key may sign every slot`() {
    #expect(SigningStart.floor(of: history(), newestClaim: nil, currentSlot: nil) == nil)
  }

  @Test func `a key without history stays silent for two slots of a running chain`() {
    #expect(SigningStart.floor(of: history(), newestClaim: nil, currentSlot: 0) == 2)
    #expect(SigningStart.floor(of: history(), newestClaim: nil, currentSlot: 100) == 102)
    #expect(SigningStart.floor(of: history(), newestClaim: 99, currentSlot: 100) == 102)
  }

  @Test(arguments: [99, 100, 101] as [UInt64])
  func `with a fresh history the floor is the highest claimed slot`(newest: UInt64) {
    let proposer = history(claimed: 40)
    #expect(SigningStart.floor(of: proposer, newestClaim: newest, currentSlot: 100) == 40)
    let attester = history(claimed: 98, newest)
    #expect(SigningStart.floor(of: attester, newestClaim: newest, currentSlot: 100) == newest)
  }

  @Test func `a history that lags behind the clock may be an old copy, so silence is added`() {
    let key = history(floor: 3, claimed: 50)
    #expect(SigningStart.floor(of: key, newestClaim: 98, currentSlot: 100) == 102)
  }

  @Test func `a floor ahead of the clock is kept`() {
    let key = history(claimed: 1_000)
    #expect(SigningStart.floor(of: key, newestClaim: 1_000, currentSlot: 100) == 1_000)
    #expect(SigningStart.floor(of: key, newestClaim: 1_000, currentSlot: nil) == 1_000)
  }

  @Test func `the last slots of time do not overflow`() {
    let last = KeyHistory.lastSlot
    #expect(SigningStart.floor(of: history(), newestClaim: nil, currentSlot: .max) == last + 2)
    #expect(
      SigningStart.floor(of: history(claimed: last), newestClaim: last, currentSlot: last) == last)
  }

  @Test func `a floor 32 slots ahead means that a clock was wrong`() {
    let key = SigningKeyID(publicKey(1))
    func verdict(floor: UInt64, _ currentSlot: UInt64?) -> KeyStanding.Verdict {
      SigningStart.standing(of: key, history(floor: floor), currentSlot: currentSlot).verdict
    }
    #expect(verdict(floor: 131, 100) == .signs)
    #expect(verdict(floor: 132, 100) == .floorFarAhead)
    #expect(verdict(floor: 31, nil) == .signs)
    #expect(verdict(floor: 32, nil) == .floorFarAhead)
    #expect(verdict(floor: KeyHistory.lastSlot + 2, .max) == .signs)
  }

  @Test func `a retired key is called retired wherever its floor lies`() {
    var retired = history(floor: 1_000)
    retired.isRetired = true
    let standing = SigningStart.standing(
      of: SigningKeyID(publicKey(1)), retired, currentSlot: 1)
    #expect(standing.verdict == .retired)
  }
}
