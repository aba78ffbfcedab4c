import Consensus
import SSZ
import Testing

@testable import ForkChoice

struct StoreRestartTests {
  /// A chain on which every slot is finalized two slots later.
  private func finalizingChain(slots: UInt64) throws -> (TestChain, [SignedBlock]) {
    var chain = try TestChain(validatorCount: 3)
    var blocks: [SignedBlock] = []
    var previous = chain.store.head
    for slot in 1...slots {
      let votes: [(data: AttestationData, voters: [UInt64])] =
        slot == 1 ? [] : [(try chain.vote(for: previous, slot: Slot(slot - 1)), [0, 1, 2])]
      let block = try chain.block(on: previous, slot: Slot(slot), votes: votes)
      chain.store.onTick(to: Interval(of: Slot(slot)), hasProposal: false)
      try chain.store.onBlock(VerifiedBlock(trusting: block))
      previous = block.block.hashTreeRoot()
      blocks.append(block)
    }
    return (chain, blocks)
  }

  @Test func `a replay from any kept state ends with the head and the finality of before`() throws {
    let (chain, blocks) = try finalizingChain(slots: 12)
    #expect(chain.store.latestFinalized.slot >= 9)
    for kept in [nil, 0, 3, 8] as [Int?] {
      let anchor = kept.map { blocks[$0].block } ?? chain.genesis
      let state = try #require(chain.store.state(after: anchor.hashTreeRoot()))
      var store = try Store(restartingFrom: anchor, state: state)
      for block in blocks where block.block.slot > anchor.slot {
        let isPlaced = store.restore(block)
        #expect(isPlaced)
      }
      #expect(store.head == chain.store.head)
      #expect(store.latestJustified == chain.store.latestJustified)
      #expect(store.latestFinalized == chain.store.latestFinalized)
      #expect(store.time == chain.store.time)
    }
  }

  @Test func `a replay forgets what finality leaves behind, so its memory has a limit`() throws {
    let (chain, blocks) = try finalizingChain(slots: 120)
    let state = try #require(chain.store.state(after: chain.genesis.hashTreeRoot()))
    var store = try Store(restartingFrom: chain.genesis, state: state)
    var most = 0
    for block in blocks {
      store.restore(block)
      most = max(most, store.tree.nodes.count)
    }
    #expect(most < 70)
    #expect(store.latestFinalized == chain.store.latestFinalized)
  }

  @Test func `a block whose parent the anchor left behind finds no place`() throws {
    let (chain, blocks) = try finalizingChain(slots: 6)
    let anchor = blocks[2].block
    let state = try #require(chain.store.state(after: anchor.hashTreeRoot()))
    var store = try Store(restartingFrom: anchor, state: state)
    let fork = try chain.block(on: blocks[0].block.hashTreeRoot(), slot: 4)
    let isPlaced = [fork, blocks[3], blocks[3]].map { store.restore($0) }
    #expect(isPlaced == [false, true, false])
  }

  @Test func `a bit turned anywhere in the kept block or state is noticed`() throws {
    let (chain, blocks) = try finalizingChain(slots: 4)
    let anchor = blocks[2].block
    let state = try #require(chain.store.state(after: anchor.hashTreeRoot()))
    let (blockBytes, stateBytes) = (anchor.sszBytes(), state.sszBytes())
    for bit in 0..<8 * blockBytes.count {
      var altered = blockBytes
      altered[bit / 8] ^= 1 << UInt8(bit % 8)
      guard let block = try? Block(ssz: altered) else { continue }
      #expect(throws: RestartRefusal.self, "bit \(bit) of the block") {
        try Store(restartingFrom: block, state: state)
      }
    }
    for bit in 0..<8 * stateBytes.count {
      var altered = stateBytes
      altered[bit / 8] ^= 1 << UInt8(bit % 8)
      guard let damaged = try? State(ssz: altered) else { continue }
      #expect(throws: RestartRefusal.self, "bit \(bit) of the state") {
        try Store(restartingFrom: anchor, state: damaged)
      }
    }
  }

  @Test func `a state is kept every 256 slots, and the first one at once`() {
    #expect(Store.keepsState(at: 0, after: nil))
    #expect(!Store.keepsState(at: 255, after: 0))
    #expect(Store.keepsState(at: 256, after: 0))
    #expect(!Store.keepsState(at: 400, after: 256))
  }
}
