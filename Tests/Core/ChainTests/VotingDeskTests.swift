import ChainEvents
import ChainTestSupport
import ChainWork
import Consensus
import ForkChoice
import Proposing
import SSZ
import Testing

@testable import Chain

/// Our votes.
struct VotingDeskTests {
  @Test func `all our validators vote in one journal commit and count themselves`() throws {
    var run = try EngineRun()
    run.run(to: 900)
    guard case .attestations(let data, _, let validators)? = run.signed.first else {
      Issue.record("nothing was signed")
      return
    }
    #expect(run.signed.count == 1)
    #expect(validators == [0, 1, 2, 3])
    #expect(data.slot == 0)
    #expect(run.votes.map(\.time) == [802])
    #expect(run.votes[0].votes.map(\.validatorIndex) == [0, 1, 2, 3])
    #expect(run.engine.store.attestationSignatures[data]?.signatures.count == 4)
  }

  @Test func `a closed gate holds our votes back and says so`() throws {
    var run = try EngineRun(validators: 8, ours: [2])
    run.run(toSlot: 4, plus: 3900)
    run.step(.peer("a", head: 4))
    run.run(toSlot: 9)
    #expect(run.ends(of: .attestation).suffix(2) == ["7:gated", "8:gated"])
  }

  @Test func `signatures that come after their slot are not sent: they were told as missed`()
    throws
  {
    var run = try EngineRun(ours: [1])
    run.signingMilliseconds = 3500
    run.run(toSlot: 1, plus: 3000)
    #expect(run.ends(of: .attestation) == ["0:missed"])
    #expect(run.votes.isEmpty)
  }

  @Test
  func `votes that a closed gate held back are told as gated, though it opens before the end`()
    throws
  {
    var run = try EngineRun(validators: 8, ours: [2])
    run.run(toSlot: 4, plus: 3900)
    run.step(.peer("a", head: 4))
    run.run(toSlot: 7, plus: 3900)
    run.step(.peer("a", head: nil))
    run.run(toSlot: 9)
    #expect(run.ends(of: .attestation).suffix(2) == ["7:gated", "8:done"])
  }

  @Test func `votes leave as they are signed, and the duty ends with the last of them`() throws {
    var run = try EngineRun()
    run.votesInAnswer = 1
    run.signingMilliseconds = 10
    run.run(to: 900)
    #expect(run.signed.count == 1)
    #expect(run.votes.map(\.time) == [810, 820, 830, 840])
    #expect(run.votes.map { $0.votes.map(\.validatorIndex) } == [[0], [1], [2], [3]])
    #expect(run.ends(of: Duty.attestation) == ["0:done"])
    #expect(run.ends(of: Stage.attest) == ["0: 40 ms at 840"])
    #expect(run.engine.store.attestationSignatures.signatureCount == 4)
  }

  @Test func `votes whose signatures come after the slot are told and not sent`() throws {
    var run = try EngineRun(ours: [0, 1])
    run.votesInAnswer = 1
    run.signingMilliseconds = 2000
    run.run(toSlot: 1, plus: 700)
    #expect(run.votes.map(\.time) == [2800])
    let ends = run.events.compactMap { event -> String? in
      guard case .duty(.ended(.attestation, _, _, let outcome, let reason)) = event.event else {
        return nil
      }
      return "\(outcome.rawValue), \(reason ?? "")"
    }
    #expect(ends == ["late, signing took too long: 1 of 2 votes were not sent"])
  }
}
