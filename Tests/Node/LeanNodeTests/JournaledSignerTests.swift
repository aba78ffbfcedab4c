import Chain
import ChainEvents
import Consensus
import Hashing
import NodeTestSupport
import SigningLedger
import Storage
import Synchronization
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
    let key = try keys[0].proposal.ownKey
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

  @Test func `votes are answered as they are ready, after one commit`() async throws {
    let events = Mutex<[KeyEvent]>([])
    let signer = JournaledSigner(
      keys: keys, journal: journal, name: "test", votesAtOnce: 1,
      report: { event in events.withLock { $0.append(event) } })
    let nowhere = Checkpoint(root: .zero, slot: 0)
    let data = AttestationData(slot: 3, head: nowhere, target: nowhere, source: nowhere)
    let answers = AsyncStream<SigningAnswer>.makeStream()
    signer.sign(
      .attestations(data: data, root: Bytes32 { $0[0] = 1 }, validators: [0, 1, 7])
    ) { answers.continuation.yield($0) }
    var words: [ValidatorIndex: String] = [:]
    for await answer in answers.stream.prefix(3) {
      guard case .attestations(data, let results) = answer, results.count == 1 else {
        Issue.record("\(answer)")
        continue
      }
      words[results[0].validator] =
        switch results[0].1 {
        case .success: "signed"
        case .failure(let refusal): "\(refusal)"
        }
    }
    #expect(words == [0: "signed", 1: "signed", 7: "no key is loaded for the validator"])
    let commits = events.withLock { $0 }.filter {
      if case .journal(.claimed, _, 2, _) = $0 { true } else { false }
    }
    #expect(commits.count == 1)
  }

  @Test func `a key whose file is damaged says so`() async throws {
    var bytes = try keys[0].proposal.ownKey.sszBytes()
    // The trees fill the end; a bit here and there, so that some path of the window has one.
    for offset in stride(from: bytes.count * 7 / 8, to: bytes.count, by: 100) { bytes[offset] ^= 1 }
    let damaged = try SecretKey(ssz: bytes.span.bytes, scheme: .test, checkingTrees: false)
    let signer = JournaledSigner(
      keys: [ValidatorKeys(index: 0, attestation: keys[0].attestation, proposal: .own(damaged))],
      journal: journal, name: "test", report: { _ in })
    var refusals: [SigningRefusal] = []
    for slot in damaged.preparedSlots {
      let answer = await withCheckedContinuation { continuation in
        signer.sign(.block(slot: Slot(slot), proposer: 0, root: .zero)) {
          continuation.resume(returning: $0)
        }
      }
      if case .block(_, _, .failure(let refusal)) = answer { refusals.append(refusal) }
    }
    #expect(!refusals.isEmpty)
    #expect(refusals.allSatisfy { $0.missReason == .keyDamaged })
  }
}
