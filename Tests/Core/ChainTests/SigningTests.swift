import ChainEvents
import Hashing
import SigningLedger
import Testing

@testable import Chain

/// Why something was not signed.
struct SigningTests {
  @Test func `a duty is already signed only when another root holds the leaf`() {
    let refusals: [(SigningRefusal, MissReason)] = [
      (SigningRefusal(.alreadySigned(root: .zero)), .alreadySigned),
      (SigningRefusal(.notAboveFloor(6)), .restartFloor),
      (SigningRefusal(.beyondLastLeaf), .keyExhausted),
      (SigningRefusal(.retired), .journalUnavailable),
      (SigningRefusal(.unknownKey), .journalUnavailable),
      (.otherSigner, .duplicateKeySeen),
      (.keyMissing, .keyMissing),
      (.keyExhausted, .keyExhausted),
      (.keyNotReady, .keyNotReady),
      (.keyDamaged("a block is torn"), .keyDamaged),
      (.journalUnavailable("the disk is full"), .journalUnavailable),
      (.signerFailed("no signature in 4.0 s"), .signerFailed),
    ]
    for (refusal, reason) in refusals { #expect(refusal.missReason == reason, "\(refusal)") }
  }
}
