import ChainEvents
import ChainTestSupport
import ChainWork
import Consensus
import ForkChoice
import Proposing
import SSZ
import Testing

@testable import Chain

/// Votes of others.
struct VoteIntakeTests {
  @Test func `a vote for a block that is not here waits for it`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 1, plus: 900)
    let block = try run.foreignBlock(1)
    let head = Checkpoint(root: block.block.hashTreeRoot(), slot: 1)
    let genesis = run.engine.store.headNode.checkpoint
    let data = AttestationData(slot: 1, head: head, target: head, source: genesis)
    let vote = SignedAttestation(
      validatorIndex: 0, data: data, signature: Fixture.signature(1))
    run.step(.attestation(vote, MessageOrigin(peer: "a", gossip: 1)))
    run.run(toSlot: 1, plus: 1000)
    #expect(run.verdicts.isEmpty)
    run.step(.block(block, MessageOrigin(peer: "a")))
    run.run(toSlot: 1, plus: 1100)
    #expect(run.verdicts == [1: .accepted])
  }

  @Test func `a vote whose block never comes gets a verdict when it is dropped`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 1, plus: 900)
    let nowhere = Checkpoint(root: root(9), slot: 1)
    let data = AttestationData(slot: 1, head: nowhere, target: nowhere, source: nowhere)
    let vote = SignedAttestation(
      validatorIndex: 0, data: data, signature: Fixture.signature(1))
    run.step(.attestation(vote, MessageOrigin(peer: "a", gossip: 1)))
    run.run(toSlot: 2, plus: 3999)
    #expect(run.verdicts.isEmpty)
    run.run(toSlot: 3)
    #expect(run.verdicts == [1: .ignored])
    #expect(run.engine.votes.waiting.count == 0)
  }

  @Test func `a block that several votes name is asked for, one that a single vote names is not`()
    throws
  {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 1, plus: 900)
    let nowhere = Checkpoint(root: root(9), slot: 1)
    let data = AttestationData(slot: 1, head: nowhere, target: nowhere, source: nowhere)
    for validator in 0...2 as ClosedRange<UInt64> {
      #expect(run.requests.count == (validator < 2 ? 0 : 1))
      let vote = SignedAttestation(
        validatorIndex: ValidatorIndex(validator), data: data, signature: Fixture.signature(1))
      run.step(.attestation(vote, MessageOrigin(peer: "peer \(validator)")))
    }
    #expect(run.requests == [[BlockRequest(root: root(9), namedBy: "peer 1")]])
  }

  @Test func `votes are verified in batches, one at a time`() throws {
    var run = try EngineRun(ours: [])
    run.verifyingMilliseconds = 100
    run.run(to: 900)
    let head = run.engine.store.headNode.checkpoint
    let data = AttestationData(slot: 0, head: head, target: head, source: head)
    for number in 0...3 as ClosedRange<UInt64> {
      let vote = SignedAttestation(
        validatorIndex: ValidatorIndex(number), data: data, signature: Fixture.signature(1))
      run.step(.attestation(vote, MessageOrigin(peer: "a", gossip: number)))
    }
    run.run(to: 1050)
    #expect(run.verdicts == [0: .accepted])
    run.run(to: 1150)
    #expect(run.verdicts.count == 4)
  }

  @Test func `a verifier that fails blames no peer`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 1, plus: 900)
    run.isVerifierBroken = true
    let data = run.engine.store.produceAttestationData(slot: 1)
    let vote = SignedAttestation(
      validatorIndex: 0, data: data, signature: Fixture.signature(1))
    run.step(.attestation(vote, MessageOrigin(peer: "a", gossip: 1)))
    run.step(.block(try run.foreignBlock(1), MessageOrigin(peer: "a", gossip: 2)))
    run.run(toSlot: 1, plus: 1000)
    #expect(run.verdicts == [1: .ignored, 2: .ignored])
  }

  @Test func `votes of slots to come cannot fill the waiting room`() throws {
    var run = try EngineRun(ours: [])
    run.run(to: 900)
    let nowhere = Checkpoint(root: root(9), slot: 99)
    let data = AttestationData(slot: 99, head: nowhere, target: nowhere, source: nowhere)
    let vote = SignedAttestation(
      validatorIndex: 0, data: data, signature: Fixture.signature(1))
    run.step(.attestation(vote, MessageOrigin(peer: "a", gossip: 1)))
    #expect(run.engine.votes.waiting.count == 0)
    #expect(run.verdicts == [1: .ignored])
  }

  @Test func `a copy of a vote costs no second check`() throws {
    var run = try EngineRun(ours: [])
    run.run(to: 900)
    let head = run.engine.store.headNode.checkpoint
    let data = AttestationData(slot: 0, head: head, target: head, source: head)
    let vote = SignedAttestation(
      validatorIndex: 0, data: data, signature: Fixture.signature(1))
    run.step(.attestation(vote, MessageOrigin(peer: "a", gossip: 1)))
    run.run(to: 950)
    run.step(.attestation(vote, MessageOrigin(peer: "b", gossip: 2)))
    run.run(to: 1000)
    #expect(run.verdicts == [1: .accepted, 2: .ignored])
  }

  @Test func `at the limit of unverified votes the longest line loses its oldest`() throws {
    var run = try EngineRun(ours: [])
    run.run(to: 900)
    let head = run.engine.store.headNode.checkpoint
    let vote = SignedAttestation(
      validatorIndex: 0, data: AttestationData(slot: 0, head: head, target: head, source: head),
      signature: Fixture.signature(1))
    // The first one is being verified, so the queue is full with the last.
    for number in 0...UInt64(VoteIntake.waitingLimit) {
      run.step(.attestation(vote, MessageOrigin(peer: "flood", gossip: number)))
    }
    #expect(run.verdicts.isEmpty)
    run.step(.attestation(vote, MessageOrigin(peer: "honest", gossip: 99_999)))
    #expect(run.verdicts == [1: .ignored])
  }

  @Test func `forged aggregates of many peers delay an honest one and do not hide it`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 1, plus: 900)
    let genesis = run.engine.store.headNode.checkpoint
    let data = AttestationData(slot: 1, head: genesis, target: genesis, source: genesis)
    let aggregate = try run.aggregate(data, by: [0, 1])
    for number in 1...40 as ClosedRange<UInt64> {
      run.liars.insert("forger \(number)")
      run.step(.aggregate(aggregate, MessageOrigin(peer: "forger \(number)", gossip: number)))
    }
    run.step(.aggregate(aggregate, MessageOrigin(peer: "honest", gossip: 99)))
    run.run(toSlot: 1, plus: 1000)
    #expect(run.verdicts[99] == .accepted)
    #expect(run.verdicts.count { $0.value == .rejected } == 40)
  }

  @Test func `at the limit of waiting aggregates a peer whose last was good goes first`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 1, plus: 900)
    let genesis = run.engine.store.headNode.checkpoint
    let data = AttestationData(slot: 1, head: genesis, target: genesis, source: genesis)
    run.step(
      .aggregate(try run.aggregate(data, by: [0]), MessageOrigin(peer: "honest", gossip: 998)))
    run.run(toSlot: 1, plus: 910)
    let aggregate = try run.aggregate(data, by: [0, 1])
    for number in 1...UInt64(VoteIntake.waitingAggregateLimit + 20) {
      run.liars.insert("forger \(number)")
      run.step(.aggregate(aggregate, MessageOrigin(peer: "forger \(number)", gossip: number)))
    }
    run.step(.aggregate(aggregate, MessageOrigin(peer: "honest", gossip: 999)))
    run.run(toSlot: 1, plus: 915)
    #expect(run.verdicts[999] == .accepted)
    #expect(run.verdicts.count { $0.value == .ignored } == 20)
  }
}
