import Chain
import Consensus
import Hashing
import NodeTestSupport
import SigningLedger
import Storage
import Testing
import XMSS

@testable import LeanNode

struct JournaledSignerTests {
  private let scratch: Scratch
  private let keys: [ValidatorKeys]
  private let journal: SigningJournal
  private let signer: JournaledSigner

  init() throws {
    scratch = try Scratch()
    keys = try testKeys(2)
    journal = try SigningJournal(
      path: scratch.path("journal.sqlite"), genesis: .zero, policy: .strict)
    _ = try journal.start(
      publicKeys: keys.flatMap { [$0.attestation.publicKey, $0.proposal.publicKey] },
      currentSlot: nil)
    signer = JournaledSigner(keys: keys, journal: journal, name: "test", report: { _ in })
  }

  /// How a block's root is signed, in a word.
  private func sign(
    _ slot: Slot, by proposer: ValidatorIndex = 0, _ byte: UInt8 = 1
  ) async -> String {
    let root = Bytes32 { $0[0] = byte }
    let answer = await withCheckedContinuation { continuation in
      signer.sign(.block(slot: slot, proposer: proposer, root: root)) {
        continuation.resume(returning: $0)
      }
    }
    guard case .block(_, _, let result) = answer else { return "no block" }
    return switch result {
    case .success: "signed"
    case .failure(.alreadySigned): "already signed"
    case .failure(let refusal): "\(refusal)"
    }
  }

  @Test func `scenario 16 and 17: a missing key and a leaf that no key has are told apart`() async {
    #expect(await sign(3) == "signed")
    #expect(await sign(3, by: 7) == "no key is loaded for the validator")
    #expect(await sign(Slot(Scheme.test.lifetime)) == "the key has no leaf for the slot")
  }

  @Test func `scenario 28: another root for a leaf is refused, the same one is signed again`() async
  {
    #expect(await sign(3) == "signed")
    #expect(await sign(3, 2) == "already signed")
    #expect(await sign(3) == "signed")
  }

  @Test func `scenario 18: a slot below the window is refused unclaimed and the key stays usable`()
    async throws
  {
    let key = keys[0].proposal
    let move = try #require(key.preparation(for: 40))
    move.work.run()
    try move.finish()
    #expect(key.preparedSlots == 32..<64)
    #expect(await sign(5) == "the key has no leaf for the slot")
    #expect(key.preparedSlots == 32..<64)
    #expect(await sign(41) == "signed")
    // Nothing was claimed for slot 5: another window could still sign it.
    let claim = SigningClaim(
      publicKey: key.publicKey, slot: 5, root: Bytes32 { $0[0] = 9 })
    guard case .granted = try journal.claim(claim) else {
      Issue.record("the leaf of slot 5 was spent for nothing")
      return
    }
  }
}
