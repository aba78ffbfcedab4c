import ChainEvents
import Consensus
import ForkChoice
import SSZ
import Testing

@testable import Chain

/// Blocks of others.
struct ChainStateBlockTests {
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
    #expect(run.engine.pendingBlocks.count == 0)
    #expect(
      run.requests == [blocks[3], blocks[2], blocks[1]].map { [$0.block.parentRoot] })
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
    let missing = [blocks[2].block.parentRoot]
    #expect(run.requests == [missing])
    run.run(toSlot: 6, plus: 100)
    #expect(run.requests == [missing, missing])
  }

  @Test func `a block that fails takes down what waits for it`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 5)
    let blocks = try chain(3, run)
    run.step(.block(blocks[2], MessageOrigin(peer: "a")))
    run.step(.block(blocks[1], MessageOrigin(peer: "a")))
    run.acceptsSignatures = false
    run.step(.block(blocks[0], MessageOrigin(peer: "a", gossip: 1)))
    run.run(toSlot: 5, plus: 100)
    #expect(run.verdicts == [1: .rejected])
    #expect(run.engine.pendingBlocks.count == 0)
    #expect(run.engine.store.headNode.slot == 0)
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

  @Test func `pending blocks have a limit, and the farthest goes first`() throws {
    var pending = PendingBlocks()
    let run = try EngineRun(ours: [])
    let block = try chain(1, run)[0]
    for number in 0...UInt64(PendingBlocks.limit) {
      var far = block
      far.block.slot = Slot(number)
      far.block.parentRoot = root(UInt8(number % 200))
      pending.insert(far, root: far.block.hashTreeRoot())
    }
    #expect(pending.count == PendingBlocks.limit)
    #expect(!pending.entries.values.contains { $0.block.block.slot == 1024 })
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
}
