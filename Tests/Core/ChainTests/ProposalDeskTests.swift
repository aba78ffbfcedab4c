import ChainEvents
import ChainWork
import Consensus
import ForkChoice
import Hashing
import Proposing
import SSZ
import Testing

@testable import Chain

/// Rows of the scenario table that need a whole node, and the invariants of proposals.
struct ProposalDeskTests {
  /// The validator of four that proposes slot 2 and every fourth after it.
  private func proposerOfTwo(
    _ configure: (inout ChainConfiguration) -> Void = { _ in }
  ) throws -> EngineRun {
    var run = try EngineRun(ours: [2], configure)
    run.followers = [0, 1, 3]
    run.foreignBlockDelay = 100
    return run
  }

  private func merge(_ milliseconds: UInt64) -> [CostSample] {
    (1...3).map {
      CostSample(stage: .merge, size: WorkSize(components: $0), milliseconds: milliseconds)
    }
  }

  @Test func `a node with all validators finalizes three slots behind its head`() throws {
    var run = try EngineRun()
    run.run(toSlot: 40, plus: 3900)
    #expect(run.outcomes == (1...40).map { "\($0):hit+0" })
    #expect(run.engine.store.headNode.slot == 40)
    #expect(run.engine.store.latestFinalized.slot == 37)
    #expect(run.ends(of: .attestation) == (0...40).map { "\($0):done" })
    #expect(run.ends(of: .aggregation) == (0...40).map { "\($0):done" })
  }

  @Test func `a node among others proposes its slots and finalizes with them`() throws {
    var run = try proposerOfTwo()
    run.run(toSlot: 23, plus: 3900)
    #expect(run.outcomes == [2, 6, 10, 14, 18, 22].map { "\($0):hit+0" })
    #expect(run.engine.store.latestFinalized.slot == 20)
  }

  @Test func `scenario 3 and 4: votes are on time during a merge of three seconds`() throws {
    var run = try EngineRun { $0.costSamples = merge(3000) }
    run.durations = [.merge: 3000]
    run.run(toSlot: 8, plus: 3900)
    let lateness = run.events.compactMap { event -> Int64? in
      guard case .duty(.attested(_, _, let late)) = event.event else { return nil }
      return late
    }
    #expect(lateness == Array(repeating: 2, count: 9))
    #expect(!run.names().contains("missed_interval"))
    let ticks = run.events.compactMap { event -> Int64? in
      guard case .clock(.tick(let late)) = event.event else { return nil }
      return late
    }
    #expect(ticks.allSatisfy { $0 == 0 })
    #expect(run.outcomes.count == 8)
  }

  @Test
  func `scenario 6: a block of the slot before that comes late is built upon, not forked off`()
    throws
  {
    var run = try proposerOfTwo { $0.costSamples = merge(300) }
    run.durations = [.merge: 300]
    run.foreignBlockDelay = 3500
    run.run(toSlot: 2, plus: 100)
    #expect(run.outcomes == ["2:hit+0"])
    #expect(run.names().contains("refreshed"))
    #expect(run.engine.store.tree.parent(of: run.engine.store.head)?.slot == 1)
  }

  @Test func `scenario 6: a block that comes after the commit forfeits the slot, one root signed`()
    throws
  {
    var run = try proposerOfTwo { $0.costSamples = merge(300) }
    run.durations = [.merge: 300]
    run.foreignBlockDelay = 3900
    run.run(toSlot: 3)
    #expect(run.outcomes == ["2:forfeited(head_moved)"])
    #expect(run.blocks.isEmpty)
    #expect(run.signed.count { if case .block = $0 { true } else { false } } == 1)
  }

  @Test func `scenario 6: with a late commit the same block is no loss`() throws {
    var run = try proposerOfTwo {
      $0.costSamples = merge(300)
      $0.policy.commit = .late
    }
    run.durations = [.merge: 300]
    run.foreignBlockDelay = 3900
    run.run(toSlot: 3)
    #expect(run.outcomes == ["2:hit+303"])
  }

  @Test func `scenario 7: votes that arrive after the promotion of interval 4 are in the block`()
    throws
  {
    var run = try proposerOfTwo { $0.isAggregator = false }
    run.run(toSlot: 1, plus: 3250)
    let data = run.engine.store.produceAttestationData(slot: 1)
    let late = try run.aggregate(data, by: [0, 1, 3])
    run.post(.aggregate(late, MessageOrigin(peer: "late")), after: 0)
    run.run(toSlot: 2, plus: 100)
    let block = try #require(run.blocks.first?.block)
    #expect(block.block.body.attestations.map(\.data) == [data])
    #expect(run.outcomes == ["2:hit+0"])
  }

  @Test func `scenario 14: a bad proof never enters the pool from which blocks are built`() throws {
    var run = try proposerOfTwo { $0.isAggregator = false }
    run.run(toSlot: 1, plus: 1700)
    run.acceptsSignatures = false
    let data = run.engine.store.produceAttestationData(slot: 1)
    let origin = MessageOrigin(peer: "liar", gossip: 7)
    run.post(.aggregate(try run.aggregate(data, by: [0, 1, 3]), origin), after: 0)
    run.run(toSlot: 2, plus: 100)
    #expect(run.verdicts == [7: .rejected])
    #expect(run.engine.store.newPayloads.isEmpty)
    #expect(run.outcomes == ["2:hit+0"])
    #expect(run.blocks[0].block.block.body.attestations.isEmpty)
  }

  @Test func `scenario 23 and 26: a node that lags does not propose until the network stalls`()
    throws
  {
    var run = try EngineRun(validators: 8, ours: [2])
    for slot in 3...30 as ClosedRange<Int64> {
      run.run(toSlot: slot, then: .peer("a", head: Slot(UInt64(slot))))
    }
    run.run(toSlot: 43)
    #expect(
      run.outcomes
        == ["2:hit+0"] + [10, 18, 26, 34].map { "\($0):missed(syncing)" } + ["42:hit+0"])
  }

  @Test func `a syncing proposer does not promote votes at interval 0`() throws {
    var run = try EngineRun(validators: 8, ours: [2]) { $0.isAggregator = false }
    run.run(toSlot: 9, plus: 3900)
    run.step(.peer("a", head: 10))
    let head = run.engine.store.headNode.checkpoint
    let data = AttestationData(slot: 9, head: head, target: head, source: head)
    run.post(.aggregate(try run.aggregate(data, by: [0, 1]), MessageOrigin(peer: "a")), after: 0)
    run.run(toSlot: 10, plus: 100)
    #expect(run.engine.gate.state == .behind)
    #expect(!run.engine.store.newPayloads.isEmpty)
  }

  @Test func `scenario 27 and 43: a node that starts inside interval 4 builds the next block`()
    throws
  {
    var run = try EngineRun(ours: [2], startingAt: 7300)
    run.run(toSlot: 3)
    #expect(run.outcomes == ["2:hit+0"])
  }

  @Test func `scenario 27: a node that starts inside interval 0 still builds its block`() throws {
    var run = try EngineRun(ours: [2], startingAt: 8200)
    run.run(toSlot: 3)
    #expect(run.outcomes == ["2:fallback(interval_missed)+206"])

    var late = try EngineRun(ours: [2], startingAt: 8900)
    late.run(toSlot: 3)
    #expect(late.outcomes == [])
  }

  @Test func `scenario 28: a leaf that the journal holds is a miss, and nothing is published`()
    throws
  {
    var run = try proposerOfTwo()
    run.refusal = .alreadySigned("this key already signed 0x12345678 for this slot")
    run.run(toSlot: 3)
    #expect(run.outcomes == ["2:missed(already_signed)"])
    #expect(run.blocks.isEmpty)
    #expect(run.names().contains("signing_refused"))
  }

  @Test func `scenario 29: our own block that comes back after a restart is no alarm`() throws {
    var run = try EngineRun(ours: [1], startingAt: 4900)
    let block = try run.foreignBlock(1)
    run.post(.block(block, MessageOrigin(peer: "a")), after: 0)
    run.run(toSlot: 2)
    #expect(run.engine.store.headNode.slot == 1)
    #expect(!run.names().contains("log"))
  }

  @Test func `scenario 29: a restart inside a slot that has its block schedules no second one`()
    throws
  {
    var run = try EngineRun(ours: [1], startingAt: 4300, isNetworkReady: false)
    run.step(.block(try run.foreignBlock(1), MessageOrigin(peer: "disk")))
    run.run(to: 4310)
    #expect(run.engine.store.headNode.slot == 1)
    run.step(.networkReady)
    run.run(toSlot: 3)
    #expect(run.outcomes == [])
  }

  @Test func `scenario 29b: nothing is due before the network is ready`() throws {
    var run = try EngineRun(isNetworkReady: false)
    run.run(toSlot: 2, plus: 3300)
    #expect(run.signed.isEmpty)
    #expect(run.ends(of: .attestation).isEmpty)
    run.step(.networkReady)
    run.run(toSlot: 3, plus: 3900)
    #expect(run.outcomes == ["3:hit+0"])
    #expect(run.ends(of: .attestation) == ["2:late", "3:done"])
  }

  @Test func `an engine that becomes ready tells where its chain stands`() throws {
    var run = try EngineRun(isNetworkReady: false)
    run.run(toSlot: 40)
    #expect(!run.names().contains("head"))
    let before = run.names().count
    run.step(.networkReady)
    let told = run.names().dropFirst(before)
    for name in [
      "head", "justified_checkpoint", "finalized_checkpoint", "safe_target", "sync_gate",
    ] {
      #expect(told.contains(name))
    }
  }

  @Test func `scenario 36 and 37: a node that proposes every slot keeps up with a long merge`()
    throws
  {
    var run = try EngineRun(validators: 1) { $0.costSamples = merge(2000) }
    run.durations = [.merge: 2000]
    run.run(toSlot: 12, plus: 3900)
    #expect(run.outcomes.count == 12)
    #expect(run.outcomes.allSatisfy { $0.contains("hit") })
    #expect(run.ends(of: .attestation) == (0...12).map { "\($0):done" })
  }

  @Test func `scenario 42 and 45: the first block is built on genesis with an empty body`() throws {
    var run = try EngineRun { $0.isAggregator = false }
    run.run(toSlot: 1, plus: 10)
    #expect(run.outcomes == ["1:hit+0"])
    #expect(run.blocks[0].block.block.body.attestations.isEmpty)
  }

  @Test func `scenario 47: a block of ours that we did not make is an alarm`() throws {
    var run = try proposerOfTwo()
    run.run(toSlot: 5, plus: 3900)
    let twin = try run.foreignBlock(6, attestations: 0)
    run.run(toSlot: 6, plus: -5)
    run.post(.block(twin, MessageOrigin(peer: "twin")), after: 0)
    run.run(toSlot: 7)
    #expect(run.outcomes.last == "6:missed(duplicate_key_seen)")
    #expect(run.names().contains("log"))
  }

  @Test func `a proof that never ends is given up, told, and the prover is free again`() throws {
    var run = try EngineRun(validators: 1)
    run.run(toSlot: 2, plus: 100)
    run.durations = [.merge: 1_000_000]
    run.run(toSlot: 4)
    run.durations = [:]
    run.run(toSlot: 12)
    #expect(run.abandoned.count == 1)
    #expect(
      run.events.contains {
        guard case .node(.log(.error, _, let message)) = $0.event else { return false }
        return message.hasPrefix("a job of the prover lane has not ended in 16000 ms")
      })
    #expect(run.outcomes.suffix(2).allSatisfy { $0.contains("hit") })
  }

  @Test func `building never moves the live store`() throws {
    var run = try proposerOfTwo()
    run.durations = [.select: 300, .seal: 300]
    run.run(toSlot: 1, plus: 3201)
    let before = run.engine.store
    run.run(toSlot: 1, plus: 3990)
    #expect(run.names(since: 7201).contains("candidate"))
    #expect(run.engine.store == before)
  }

  @Test func `a failed or cancelled build leaves nothing behind`() throws {
    var run = try proposerOfTwo()
    run.failures = [.seal: 6]
    run.run(toSlot: 3)
    #expect(run.outcomes == ["2:missed(prover_failed:seal)"])
    #expect(run.engine.proposals.proposals[2] == nil)
    #expect(!run.signed.contains { if case .block = $0 { true } else { false } })
    run.run(toSlot: 7)
    #expect(run.outcomes.last == "6:hit+0")
  }

  @Test func `after two failed merges the next block leaves out what the prover may fail at`()
    throws
  {
    var run = try EngineRun()
    run.run(toSlot: 4)
    #expect(run.blocks.last?.block.block.body.attestations.isEmpty == false)
    let before = run.outcomes.count
    run.failures = [.merge: 2]
    run.run(toSlot: 7)
    #expect(run.outcomes.dropFirst(before).count { $0.contains("prover_failed:merge") } == 2)
    #expect(run.outcomes.last?.contains("hit") == true)
    let limit = try #require(run.engine.proposals.mergeLimit.attestations)
    #expect(run.blocks.last?.block.block.body.attestations.count ?? .max <= limit)
  }

  @Test func `coverage counts the voters before interval 4 promotes them`() throws {
    var run = try proposerOfTwo()
    run.run(toSlot: 1, plus: 3199)
    #expect(run.engine.proposals.coverage[1] == nil)
    run.run(toSlot: 1, plus: 3201)
    #expect(run.engine.proposals.coverage[1] == 4)
    #expect(run.engine.store.newPayloads.isEmpty)
  }

  @Test func `a block that leaves after interval 4 of its slot is judged by the slot before`()
    throws
  {
    var run = try proposerOfTwo { $0.policy.start = .interval4 }
    run.durations = [.merge: 4100]
    run.run(toSlot: 3)
    #expect(run.outcomes == ["2:late+3933"])
    let known = run.events.compactMap { event -> Int? in
      guard case .proposal(.coverage(_, _, _, let known, _)) = event.event else { return nil }
      return known
    }
    #expect(known == [4])
  }

  @Test func `coverage is told once per published block, after its import`() throws {
    var run = try proposerOfTwo()
    run.run(toSlot: 8)
    let names = run.names().filter { ["proposal_coverage", "proposal_outcome"].contains($0) }
    #expect(
      names
        == Array(repeating: ["proposal_coverage", "proposal_outcome"], count: 2).flatMap(\.self))
    let coverage = run.events.compactMap { event -> [Int]? in
      guard case .proposal(.coverage(_, _, let included, let known, let all)) = event.event
      else { return nil }
      return [included, known, all]
    }
    #expect(coverage == [[4, 4, 4], [4, 4, 4]])
  }
}
