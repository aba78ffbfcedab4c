import ChainEvents
import ChainTestSupport
import ChainWork
import Consensus
import ForkChoice
import SSZ
import Testing

@testable import Chain

/// Blocks of others.
struct BlockIntakeTests {
  /// Blocks of slots 1 to `count`, each on the one before.
  private func chain(_ count: UInt64, _ run: EngineRun) throws -> [SignedBlock] {
    var store = run.engine.store
    return try (1...count).map { slot in
      let block = try run.foreignBlock(Slot(slot), on: store, attestations: 0)
      store.onTick(to: Interval(of: Slot(slot)), hasProposal: false)
      try store.onBlock(VerifiedBlock(trusting: block))
      return block
    }
  }

  @Test func `blocks that come in reverse wait, ask for their ancestor and join in order`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    let blocks = try chain(4, run)
    for block in blocks.reversed() { run.step(.block(block, MessageOrigin(peer: "a"))) }
    run.run(toSlot: 5, plus: 100)
    #expect(run.engine.store.headNode.slot == 4)
    #expect(run.engine.blocks.orphans.count == 0)
    #expect(
      run.requests.map { $0.map(\.root) }
        == [blocks[3], blocks[2], blocks[1]].map { [$0.block.parentRoot] })
    let imported = run.events.compactMap { event -> UInt64? in
      guard case .forkChoice(.block(let block)) = event.event else { return nil }
      return block.slot
    }
    #expect(imported == [1, 2, 3, 4])
  }

  @Test func `a missing block is asked for once, and again when a slot begins`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    let blocks = try chain(4, run)
    run.step(.block(blocks[2], MessageOrigin(peer: "a")))
    run.step(.block(blocks[3], MessageOrigin(peer: "a")))
    let missing = [BlockRequest(root: blocks[2].block.parentRoot, namedBy: "a")]
    #expect(run.requests == [missing])
    run.run(toSlot: 6, plus: 100)
    #expect(run.requests == [missing, missing])
  }

  @Test func `an invalid block takes down what waits for it`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    let blocks = try chain(3, run)
    var invalid = blocks[0]
    invalid.block.stateRoot = root(9)
    var child = blocks[1]
    child.block.parentRoot = invalid.block.hashTreeRoot()
    run.step(.block(child, MessageOrigin(peer: "a", gossip: 1)))
    run.step(.block(invalid, MessageOrigin(peer: "b", gossip: 2)))
    run.run(toSlot: 5, plus: 100)
    #expect(run.verdicts == [1: .ignored, 2: .rejected])
    #expect(run.engine.blocks.orphans.count == 0)
    #expect(run.engine.store.headNode.slot == 0)
  }

  @Test func `a copy with a forged proof that comes first does not hide the block`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    let blocks = try chain(2, run)
    let forged = try forgery(of: blocks[0], &run)
    run.step(.block(blocks[1], MessageOrigin(peer: "honest", gossip: 1)))
    run.step(.block(forged, MessageOrigin(peer: "forger", gossip: 2)))
    run.step(.block(blocks[0], MessageOrigin(peer: "honest", gossip: 3)))
    run.run(toSlot: 5, plus: 100)
    #expect(run.verdicts == [1: .accepted, 2: .rejected, 3: .accepted])
    #expect(run.engine.store.headNode.slot == 2)
  }

  @Test func `a forged copy of an orphan does not hide it`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    let blocks = try chain(2, run)
    let forged = try forgery(of: blocks[1], &run)
    run.step(.block(forged, MessageOrigin(peer: "forger", gossip: 1)))
    run.step(.block(blocks[1], MessageOrigin(peer: "honest", gossip: 2)))
    run.step(.block(blocks[0], MessageOrigin(peer: "honest", gossip: 3)))
    run.run(toSlot: 5, plus: 100)
    #expect(run.verdicts == [1: .rejected, 2: .accepted, 3: .accepted])
    #expect(run.engine.store.headNode.slot == 2)
  }

  @Test func `a block whose only copy was forged is asked for again`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    let blocks = try chain(2, run)
    run.step(.block(blocks[1], MessageOrigin(peer: "honest")))
    run.step(.block(try forgery(of: blocks[0], &run), MessageOrigin(peer: "forger")))
    run.run(toSlot: 5, plus: 100)
    #expect(run.engine.blocks.orphans.count == 1)
    run.run(toSlot: 6, plus: 100)
    let wanted = BlockRequest(root: blocks[1].block.parentRoot, namedBy: "honest")
    #expect(run.requests == [[wanted], [wanted]])
  }

  /// A copy of a block with a proof that does not verify.
  private func forgery(of block: SignedBlock, _ run: inout EngineRun) throws -> SignedBlock {
    let proof = MultiMessageAggregate(proof: try ByteList512KiB([1, 2, 3]))
    run.badProofs.append(proof)
    return SignedBlock(block: block.block, proof: proof)
  }

  @Test func `an orphan of the wrong proposer, or of a slot to come, is not kept`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    var orphan = try chain(2, run)[1]
    orphan.block.proposerIndex = 1
    run.step(.block(orphan, MessageOrigin(peer: "a", gossip: 1)))
    orphan.block.proposerIndex = 3
    orphan.block.slot = 7
    run.step(.block(orphan, MessageOrigin(peer: "a", gossip: 2)))
    #expect(run.verdicts == [1: .rejected, 2: .ignored])
    #expect(run.engine.blocks.orphans.count == 0)
    #expect(run.requests.isEmpty)
  }

  @Test func `an orphan that turns out bad is held against its sender`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    let blocks = try chain(2, run)
    run.step(
      .block(try forgery(of: blocks[1], &run), MessageOrigin(peer: "forger", gossip: 1)))
    run.step(.block(blocks[0], MessageOrigin(peer: "honest", gossip: 2)))
    run.run(toSlot: 5, plus: 100)
    #expect(run.verdicts == [1: .rejected, 2: .accepted])
    let refused = run.events.compactMap { event -> String? in
      guard case .forkChoice(.blockRejected(_, _, _, let peer)) = event.event else { return nil }
      return peer
    }
    #expect(refused == ["forger"])
  }

  @Test func `what waits for a block that nobody has is given up after eight slots`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    run.step(.block(try chain(2, run)[1], MessageOrigin(peer: "a", gossip: 1)))
    run.run(toSlot: 20)
    #expect(run.requests.count == BlockRequests.triesLimit)
    #expect(run.verdicts == [1: .ignored])
    #expect(run.engine.blocks.orphans.count == 0)
  }

  @Test func `a block is checked once, however often it comes`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 2)
    let block = try chain(1, run)[0]
    for gossip in 1...3 as ClosedRange<UInt64> {
      run.step(.block(block, MessageOrigin(peer: "a", gossip: gossip)))
    }
    run.run(toSlot: 2, plus: 100)
    #expect(run.verdicts == [1: .accepted, 2: .ignored, 3: .ignored])
    #expect(run.names().count { $0 == "block" } == 1)
  }

  @Test func `imported blocks and finalized states are kept`() throws {
    var run = try EngineRun()
    run.run(toSlot: 10)
    let blocks = run.records.count { if case .block = $0 { true } else { false } }
    let anchors = run.records.compactMap { record -> UInt64? in
      if case .anchor(let block, _) = record { block.slot.rawValue } else { nil }
    }
    #expect(blocks == 10)
    #expect(anchors == [1, 2, 3, 4, 5, 6, 7])
  }

  /// Copies of a block with proofs that do not verify, each of another peer; they are numbered from 1.
  private func forge(_ count: Int, copiesOf block: SignedBlock, _ run: inout EngineRun) throws {
    for number in 1...count {
      let proof = MultiMessageAggregate(
        proof: try ByteList512KiB([UInt8(number & 255), UInt8(number >> 8)]))
      run.badProofs.append(proof)
      let copy = SignedBlock(block: block.block, proof: proof)
      run.step(.block(copy, MessageOrigin(peer: "forger \(number)", gossip: UInt64(number))))
    }
  }

  @Test func `forged copies of many peers delay a block and do not hide it`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    let block = try chain(1, run)[0]
    try forge(40, copiesOf: block, &run)
    run.step(.block(block, MessageOrigin(peer: "honest", gossip: 99)))
    run.run(toSlot: 5, plus: 100)
    #expect(run.verdicts[99] == .accepted)
    #expect(run.verdicts.count { $0.value == .rejected } == 40)
  }

  @Test func `at the limit a peer whose last block was good goes before all forgers`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    let blocks = try chain(2, run)
    run.step(.block(blocks[0], MessageOrigin(peer: "honest", gossip: 998)))
    run.run(toSlot: 5, plus: 10)
    try forge(BlockIntake.waitingLimit + 20, copiesOf: blocks[1], &run)
    run.step(.block(blocks[1], MessageOrigin(peer: "honest", gossip: 999)))
    run.run(toSlot: 5, plus: 100)
    #expect(run.verdicts[999] == .accepted)
    // Only the copy that was being verified when the honest one came.
    #expect(run.verdicts.count { $0.value == .rejected } == 1)
    #expect(run.verdicts.count { $0.value == .ignored } == BlockIntake.waitingLimit + 19)
  }

  @Test func `blocks without end of one peer do not fill the place of others`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    let block = try chain(1, run)[0]
    for number in 1...UInt64(2 * BlockIntake.waitingLimit) {
      var invented = block
      invented.block.stateRoot = root(UInt8(number & 127))
      invented.block.slot = Slot(number % 2 == 0 ? 1 : 5)
      let forged = try forgery(of: invented, &run)
      run.step(.block(forged, MessageOrigin(peer: "flood", gossip: number)))
    }
    run.step(.block(block, MessageOrigin(peer: "honest", gossip: 999)))
    run.run(toSlot: 5, plus: 10)
    #expect(run.verdicts[999] == .accepted)
  }

  @Test func `a third block of a slot is ignored until another builds on it`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    let genesis = run.engine.store
    var long = genesis
    try long.onBlock(VerifiedBlock(trusting: try chain(1, run)[0]))
    var informed = genesis
    let point = genesis.headNode.checkpoint
    let data = AttestationData(slot: 0, head: point, target: point, source: point)
    try informed.onAggregatedAttestation(
      VerifiedAggregate(trusting: try run.aggregate(data, by: [0, 1])))
    let first = try run.foreignBlock(6, on: genesis)
    let second = try run.foreignBlock(6, on: long)
    let third = try run.foreignBlock(6, on: informed)
    informed.onTick(to: Interval(of: 6), hasProposal: false)
    try informed.onBlock(VerifiedBlock(trusting: third))
    let child = try run.foreignBlock(7, on: informed)
    run.step(.block(try chain(1, run)[0], MessageOrigin(peer: "a")))
    run.run(toSlot: 6)
    for (number, block) in [first, second].enumerated() {
      run.step(.block(block, MessageOrigin(peer: "a", gossip: UInt64(number))))
    }
    run.run(toSlot: 6, plus: 100)
    run.step(.block(third, MessageOrigin(peer: "a", gossip: 2)))
    #expect(run.verdicts == [0: .accepted, 1: .accepted, 2: .ignored])
    run.run(toSlot: 7)
    run.step(.block(child, MessageOrigin(peer: "b", gossip: 3)))
    #expect(run.requests.last == [BlockRequest(root: third.block.hashTreeRoot(), namedBy: "b")])
    run.step(.block(third, MessageOrigin(peer: "b")))
    run.run(toSlot: 7, plus: 100)
    #expect(run.verdicts[3] == .accepted)
    #expect(run.engine.store.tree.contains(child.block.hashTreeRoot()))
  }
}
