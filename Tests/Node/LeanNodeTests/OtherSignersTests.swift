import Chain
import ChainEvents
import Consensus
import Hashing
import NodeTestSupport
import Storage
import Synchronization
import Testing
import XMSS

@testable import LeanNode

private func vote(_ slot: UInt64, head: UInt8 = 1) -> Vote {
  let point = VotePoint(root: Bytes32 { $0[0] = head }, slot: slot)
  return Vote(slot: slot, head: point, target: point, source: point)
}

private func single(
  _ validator: UInt64, _ vote: Vote, from peer: String?, _ verdict: ChainEvents.Verdict = .accepted
) -> ChainEvent {
  .forkChoice(
    .attestation(
      ReceivedAttestation(validator: validator, vote: vote, verdict: verdict, from: peer)))
}

private func aggregate(_ validators: [UInt64], _ vote: Vote) -> ChainEvent {
  .forkChoice(
    .aggregate(
      ReceivedAggregate(
        participants: ValidatorSet(validators), vote: vote, verdict: .accepted, from: "p")))
}

private func block(_ slot: UInt64, by proposer: UInt64, isOurs: Bool = false) -> ChainEvent {
  .forkChoice(
    .block(ImportedBlock(slot: slot, block: .zero, proposer: proposer, isOurs: isOurs)))
}

struct OtherSignersTests {
  private var watch = OtherSignerWatch(validators: [3, 5], startSlot: 10)

  @Test mutating func `a valid vote of ours that we did not sign is another signer's, once a key`()
  {
    let found = watch.see(single(3, vote(11), from: "p"))
    #expect(found == [OtherSigner(validator: 3, role: .attestation, slot: 11, peer: "p")])
    #expect(watch.see(single(3, vote(12), from: "p")) == [], "told already")
    #expect(watch.found == [.init(validator: 3, role: .attestation)])
  }

  @Test mutating func `what an earlier life may have signed is nobody else's`() {
    #expect(watch.see(single(3, vote(10), from: "p")) == [])
    #expect(watch.see(block(10, by: 5)) == [])
    #expect(watch.see(aggregate([3, 5], vote(9))) == [])
    #expect(watch.found == [])
  }

  @Test mutating func `our own votes come back in aggregates, and other votes do not`() {
    #expect(watch.see(single(3, vote(12), from: nil)) == [])
    #expect(watch.see(aggregate([1, 3], vote(12))) == [])
    #expect(watch.see(single(3, vote(12), from: "p")) == [], "an echo of ours")
    let found = watch.see(aggregate([1, 3], vote(12, head: 2)))
    #expect(found == [OtherSigner(validator: 3, role: .attestation, slot: 12, peer: "p")])
  }

  @Test mutating func `refused messages, validators of others and our blocks prove nothing`() {
    #expect(watch.see(single(3, vote(11), from: "p", .rejected)) == [])
    #expect(watch.see(single(4, vote(11), from: "p")) == [])
    #expect(watch.see(aggregate([1, 2, 4], vote(11))) == [])
    #expect(watch.see(block(12, by: 3, isOurs: true)) == [])
    #expect(watch.see(block(12, by: 2)) == [])
    #expect(watch.found == [])
  }

  @Test mutating func `a block of ours that we did not make is another signer's`() {
    #expect(
      watch.see(block(13, by: 5)) == [
        OtherSigner(validator: 5, role: .proposal, slot: 13, peer: nil)
      ])
    #expect(watch.found == [.init(validator: 5, role: .proposal)], "the other key is not stopped")
  }

  @Test mutating func `votes that are too old to be remembered are not judged`() {
    for slot in UInt64(11)...200 { _ = watch.see(single(3, vote(slot), from: nil)) }
    #expect(watch.see(aggregate([3], vote(20))) == [])
    #expect(watch.see(aggregate([3], vote(190))) == [])
    #expect(watch.see(aggregate([3], vote(190, head: 9))).count == 1)
  }

  @Test func `before genesis there was no earlier life`() {
    var watch = OtherSignerWatch(validators: [3], startSlot: nil)
    #expect(watch.see(single(3, vote(0), from: "p")).count == 1)
  }

  @Test func `a key with another signer signs nothing from then on, the others do`() async throws {
    let scratch = try Scratch()
    let keys = try testKeys(2)
    let journal = try SigningJournal(
      path: scratch.path("journal.sqlite"), genesis: .zero, policy: .strict)
    _ = try journal.start(
      publicKeys: keys.flatMap { [$0.attestation.publicKey, $0.proposal.publicKey] },
      currentSlot: nil)
    let bus = EventBus(stamp: EventStamp(node: "n", genesisMilliseconds: 0))
    let told = Mutex<[String]>([])
    let others = OtherSigners(OtherSignerWatch(validators: [0, 1], startSlot: nil), bus) { signer in
      told.withLock { $0.append(signer.description) }
    }
    let signer = JournaledSigner(
      keys: keys, journal: journal, name: "n", others: others, report: { _ in })
    func signed(_ slot: Slot) async -> [Bool] {
      let data = AttestationData(
        slot: slot, head: Checkpoint(root: .zero, slot: 0),
        target: Checkpoint(root: .zero, slot: 0),
        source: Checkpoint(root: .zero, slot: 0))
      let answer = await withCheckedContinuation { continuation in
        signer.sign(
          .attestations(data: data, root: Bytes32 { $0[0] = 1 }, validators: [0, 1])
        ) { continuation.resume(returning: $0) }
      }
      guard case .attestations(_, let answers) = answer else { return [] }
      return answers.map { answer in
        if case .success = answer.1 { true } else { false }
      }
    }
    #expect(await signed(2) == [true, true])
    bus.emit(single(1, vote(3), from: "p"), at: 0)
    #expect(await signed(4) == [true, false])
    #expect(await signed(5) == [true, false])
    #expect(told.withLock { $0.count } == 1)
    #expect(
      told.withLock {
        $0.first?.hasPrefix(
          "another machine signs with the attestation key of validator 1: slot 3 from p.")
      } == true)
  }
}
