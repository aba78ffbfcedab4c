import ChainEvents
import ChainTestSupport
import ChainWork
import Consensus
import ForkChoice
import Proposing
import SSZ
import Testing

@testable import Chain

/// Votes become proofs.
struct AggregationDeskTests {
  private func starts(_ run: EngineRun) -> [String] {
    run.events.compactMap { event in
      guard
        case .duty(.aggregationStarted(let slot, let votes, let expected, let lead)) =
          event.event
      else { return nil }
      return "\(slot): \(votes)/\(expected) lead \(lead)"
    }
  }

  @Test
  func `an aggregation starts early at two thirds of the votes and publishes on the boundary`()
    throws
  {
    var run = try EngineRun(validators: 3, ours: [0])
    run.followers = [1]
    run.run(to: 4000)
    // Votes arrive at 802 and 853; two of three are enough, but not before 1,000.
    #expect(starts(run) == ["0: 2/3 lead 600"])
    #expect(run.aggregates.map(\.time) == [1600])
    #expect(run.ends(of: .aggregation) == ["0:done"])
  }

  @Test func `an aggregation with fewer votes starts on the boundary`() throws {
    var run = try EngineRun(validators: 3, ours: [0])
    run.run(to: 4000)
    #expect(starts(run) == ["0: 1/3 lead 0"])
    #expect(run.aggregates.map(\.time) == [1601])
  }

  @Test func `votes that come after the boundary are still aggregated`() throws {
    var run = try EngineRun(validators: 3, ours: [0])
    run.signingMilliseconds = 1100
    run.run(to: 4000)
    #expect(starts(run) == ["0: 1/3 lead -300"])
    #expect(run.ends(of: .attestation) == ["0:late"])
  }

  @Test func `a proof that is late is used and told`() throws {
    var run = try EngineRun(ours: [1])
    run.durations = [.aggregate: 1900]
    run.run(to: 3900)
    #expect(run.aggregates.map(\.time) == [3500])
    #expect(run.ends(of: .aggregation) == ["0:late"])
    #expect(run.engine.store.newPayloads.count == 1)
  }

  @Test func `an aggregation without votes is told as missed`() throws {
    var run = try EngineRun(ours: [0])
    run.refusal = .keyMissing
    run.run(to: 4000)
    #expect(run.ends(of: .attestation) == ["0:failed"])
    #expect(run.ends(of: .aggregation) == ["0:missed"])
    #expect(run.names().contains("aggregator_skipped"))
  }

  @Test func `a failing aggregation is told and stops nothing`() throws {
    var run = try EngineRun()
    run.failures = [.aggregate: 1]
    run.run(toSlot: 2)
    #expect(run.ends(of: .aggregation) == ["0:failed", "1:done"])
    #expect(run.outcomes.count == 2)
  }

  /// Aggregates that leave in slot 1, which has votes for three attestation data.
  private func aggregates(
    ours: ValidatorIndex, _ change: (inout ChainConfiguration) -> Void = { _ in }
  ) throws -> Int {
    var run = try EngineRun(ours: [ours]) {
      $0.policy.start = .interval4
      change(&$0)
    }
    run.run(toSlot: 1, plus: 900)
    let head = run.engine.store.headNode.checkpoint
    for validator in [0, 1, 3] as [ValidatorIndex] {
      // Three data of two slots: more than one job.
      let slot = Slot(validator == 0 ? 0 : 1)
      let data = AttestationData(slot: slot, head: head, target: head, source: head)
      let vote = SignedAttestation(
        validatorIndex: validator, data: data, signature: Fixture.signature(9))
      run.post(.attestation(vote, MessageOrigin(peer: "a")), after: 0)
    }
    run.run(toSlot: 2)
    return run.aggregates.count { $0.time >= 4000 }
  }

  @Test func `scenario 38: the slot before our proposal has one aggregation job`() throws {
    #expect(try aggregates(ours: 2) == 1)
    #expect(try aggregates(ours: 3) == 2)
  }

  @Test func `with a prover that makes the blocks of others too every slot has one job`() throws {
    #expect(try aggregates(ours: 3) { $0.sharesProver = true } == 1)
  }

  @Test func `scenario 39: a proposal waits for one running proof at most`() throws {
    var run = try EngineRun { $0.policy.start = .interval4 }
    run.durations = [.aggregate: 1800]
    run.run(toSlot: 2)
    // The proof of slot 1 runs from 5.6 to 7.4; the merge follows it at once.
    let merges = run.events.filter { $0.event == .duty(.stageStarted(.wrap, slot: 2)) }
    #expect(merges.map(\.time).allSatisfy { $0 >= 7200 })
    #expect(run.outcomes == ["1:hit+0", "2:hit+0"])
  }

  @Test func `the aggregator role can be taken and given up at run time`() throws {
    var run = try EngineRun { $0.isAggregator = false }
    run.run(toSlot: 1, plus: 100, then: .command(.becomeAggregator))
    run.run(toSlot: 3, plus: 100, then: .command(.stopAggregating))
    run.run(toSlot: 6)
    #expect(
      run.ends(of: .aggregation) == ["1:done", "2:done", "3:missed", "4:missed"])
  }

  @Test func `a proof that takes longer than its slot and the next is missed and not sent`() throws
  {
    var run = try EngineRun(ours: [1])
    run.durations = [.aggregate: 7500]
    run.run(toSlot: 3)
    #expect(run.ends(of: .aggregation).contains("0:missed"))
    #expect(!run.aggregates.contains { $0.aggregate.data.slot == 0 })
  }

  /// How many votes the proofs of slots 0 and 1 have, when the proposal of slot 2 needs the prover at
  /// 3.9 s of slot 1.
  private func voters(milliseconds: (Int) -> UInt64) throws -> [Int] {
    var run = try EngineRun(validators: 8, ours: [2]) { configuration in
      configuration.policy.start = .interval4
      configuration.costSamples = (1...8).map {
        CostSample(
          stage: .aggregate, size: WorkSize(signatures: $0), milliseconds: milliseconds($0))
      }
    }
    run.followers = [0, 1, 3, 4, 5, 6, 7]
    run.run(toSlot: 3)
    let first = run.aggregates.filter { $0.time < 8000 }.map(\.aggregate)
    #expect(first.map(\.data.slot) == [0, 1])
    return first.map { $0.proof.participants.bits.setCount }
  }

  @Test func `before a proposal an aggregation is no larger than its prover has time for`() throws {
    #expect(try voters { UInt64($0) * 600 } == [8, 3])
  }

  @Test func `votes are not left out of a proof whose length they hardly change`() throws {
    #expect(try voters { 3_000 + UInt64($0) * 20 } == [8, 8])
  }

  @Test func `two thirds are waited for a moment with a prover that others use too`() throws {
    for (sharesProver, voters) in [(false, 1), (true, 2)] {
      var run = try EngineRun(validators: 3, ours: [0]) { $0.sharesProver = sharesProver }
      run.run(to: 1_650)
      let head = run.engine.store.headNode.checkpoint
      let data = AttestationData(slot: Slot(0), head: head, target: head, source: head)
      let vote = SignedAttestation(
        validatorIndex: 1, data: data, signature: Fixture.signature(9))
      run.post(.attestation(vote, MessageOrigin(peer: "a")), after: 0)
      run.run(to: 4_000)
      #expect(run.aggregates.first?.aggregate.proof.participants.bits.setCount == voters)
    }
  }

  @Test func `fewer votes are proved when nobody else's come`() throws {
    var run = try EngineRun(validators: 3, ours: [0]) { $0.sharesProver = true }
    run.run(to: 4_000)
    #expect(starts(run) == ["0: 1/3 lead -150"])
  }

  @Test func `votes that only a block brought are split off its proof and count`() throws {
    var run = try EngineRun(ours: [])
    let block = try informedBlock(&run)
    let attestation = try #require(block.block.body.attestations.first)
    run.run(toSlot: 3)
    run.step(.block(block, MessageOrigin(peer: "a")))
    run.run(toSlot: 3, plus: 500)
    let data = attestation.data
    #expect(
      run.engine.store.newPayloads[data]?.map(\.participants) == [attestation.aggregationBits])
    // An aggregator passes it on.
    #expect(run.aggregates.map(\.aggregate.data) == [data])
  }

  @Test func `a prover that cannot split is never asked to`() throws {
    var run = try EngineRun(ours: []) { $0.canSplit = false }
    let block = try informedBlock(&run)
    run.run(toSlot: 3)
    run.step(.block(block, MessageOrigin(peer: "a")))
    run.run(toSlot: 3, plus: 500)
    #expect(run.engine.store.tree.contains(block.block.hashTreeRoot()))
    #expect(!run.events.contains { $0.event.isReaggregation })
    #expect(run.aggregates.isEmpty)
  }

  /// A chain of three slots with a block whose votes only it brought, at the start of slot 3.
  private func informedBlock(_ run: inout EngineRun) throws -> SignedBlock {
    let genesis = run.engine.store.headNode.checkpoint
    run.run(toSlot: 1)
    run.step(.block(try run.foreignBlock(1), MessageOrigin(peer: "a")))
    run.run(toSlot: 2)
    let head = run.engine.store.headNode.checkpoint
    let data = AttestationData(slot: 2, head: head, target: head, source: genesis)
    var informed = run.engine.store
    let proof = SingleMessageAggregate(
      participants: try AggregationBits(indices: [0, 1] as [ValidatorIndex]),
      proof: try ByteList512KiB([0] + Array("MOCKED-AGGREGATION-PROOF".utf8) + [0, 1]))
    try informed.onAggregatedAttestation(
      VerifiedAggregate(trusting: SignedAggregatedAttestation(data: data, proof: proof)))
    informed.onTick(to: Interval(.endOfSlot, of: 2), hasProposal: false)
    return try run.foreignBlock(3, on: informed)
  }

  @Test func `nothing is split off a block in the slot before a proposal of ours`() throws {
    var run = try EngineRun(validators: 4, ours: [0])
    let block = try informedBlock(&run)
    run.run(toSlot: 3)
    run.step(.block(block, MessageOrigin(peer: "a")))
    run.run(toSlot: 3, plus: 500)
    #expect(run.engine.store.tree.contains(block.block.hashTreeRoot()))
    #expect(!run.events.contains { $0.event.isReaggregation })
  }

  @Test func `what a slow prover has not split off within a slot is dropped`() throws {
    var run = try EngineRun(validators: 4, ours: [])
    let block = try informedBlock(&run)
    run.run(toSlot: 3)
    // The prover is busy for three slots with something else.
    run.durations = [.aggregate: 12_000]
    let head = run.engine.store.headNode.checkpoint
    let busy = AttestationData(slot: 3, head: head, target: head, source: head)
    let vote = SignedAttestation(
      validatorIndex: 3, data: busy, signature: Fixture.signature(9))
    run.step(.attestation(vote, MessageOrigin(peer: "a")))
    run.run(toSlot: 3, plus: 1700)
    run.step(.block(block, MessageOrigin(peer: "a")))
    run.run(toSlot: 3, plus: 1800)
    #expect(run.engine.waitingProverWork == [.reaggregation])
    run.run(toSlot: 4, plus: 100)
    #expect(run.engine.waitingProverWork == [.reaggregation])
    run.run(toSlot: 5, plus: 100)
    #expect(run.engine.waitingProverWork == [])
  }

  @Test func `an aggregate that our own store has no use for is not sent`() throws {
    var run = try EngineRun(ours: [1])
    run.durations = [.aggregate: 500]
    run.run(to: 1700)
    let data = try #require(run.votes.first?.votes.first?.data)
    // A peer's proof of more voters comes while ours is made.
    run.step(.aggregate(try run.aggregate(data, by: [0, 1, 2]), MessageOrigin(peer: "a")))
    run.run(to: 4000)
    #expect(run.aggregates.isEmpty)
    #expect(run.ends(of: .aggregation) == ["0:failed"])
  }
}

extension ChainEvent {
  /// Whether the prover has begun to split a vote off a block.
  fileprivate var isReaggregation: Bool {
    if case .duty(.prover(.reaggregation, _, _)) = self { true } else { false }
  }
}
