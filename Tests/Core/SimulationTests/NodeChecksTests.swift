import Chain
import ChainEvents
import Consensus
import ForkChoice
import Hashing
import SSZ
import Testing

@testable import Simulation

/// Each checker must find what it is there for.
struct NodeChecksTests {
  private let chain: ChainState

  init() throws {
    let state = State(genesisTime: 0, validators: SimulatedKeys.validators(count: 4))
    let genesis = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    chain = ChainState(
      configuration: ChainConfiguration(clock: SlotClock(genesisTime: 0), validators: [0]),
      store: try Store(anchor: genesis, state: state))
  }

  private func call(
    _ effects: [ChainState.Effect], slot: UInt64 = 3, store: Store? = nil
  ) -> EngineCall {
    let before = EngineSnapshot(
      time: chain.store.time, pendingVotes: 0, store: store, openProposals: [])
    return EngineCall(
      before: before, after: chain, effects: effects, wall: UnixMilliseconds(slot * 4000 + 100))
  }

  /// What the checks of a fresh node find in one call after the other.
  private func findings(_ calls: EngineCall...) -> [Invariant?] {
    var checks = NodeChecks()
    return calls.map { checks.check($0, LeafCheck())?.invariant }
  }

  @Test func `a tick that is late twice in a row, with nobody touching the clock`() {
    let tick = call([.emit(.clock(.tick(latenessMilliseconds: 60)))])
    #expect(findings(tick, tick) == [nil, .ticksAreOnTime])
  }

  @Test func `a missed interval`() {
    let tick = call([.emit(.clock(.tick(latenessMilliseconds: 0)))])
    let missed = call([
      .emit(
        .clock(.missedInterval(slot: 3, interval: 1, latenessMilliseconds: 900, busyWith: nil)))
    ])
    #expect(findings(tick, missed) == [nil, .ticksAreOnTime])
  }

  @Test func `a duty that ends without having been scheduled, or twice, or never`() {
    let scheduled = ChainState.Effect.emit(
      .duty(.scheduled(.attestation, slot: 3, validators: [0])))
    let ended = ChainState.Effect.emit(
      .duty(.ended(.attestation, slot: 3, validators: [0], .done, reason: nil)))
    #expect(findings(call([ended])) == [.oneOutcomePerDuty])
    #expect(findings(call([scheduled, ended]), call([ended])) == [nil, .oneOutcomePerDuty])
    #expect(
      findings(call([scheduled]), call([], slot: 4), call([], slot: 5))
        == [nil, nil, .oneOutcomePerDuty])
  }

  @Test(arguments: [(UInt64(2), true), (3, false), (4, true)])
  func `a block outside its slot`(slot: UInt64, isFound: Bool) {
    let block = SignedBlock(
      block: Block(
        slot: Slot(slot), proposerIndex: 0, parentRoot: .zero, stateRoot: .zero,
        body: BlockBody()),
      proof: MultiMessageAggregate(proof: ByteList512KiB(unchecked: [])))
    #expect(findings(call([.publishBlock(block)])) == [isFound ? .publishedInItsSlot : nil])
  }

  @Test func `coverage before the import`() {
    let coverage = ChainState.Effect.emit(
      .proposal(.coverage(slot: 3, block: .zero, included: 1, known: 1, validators: 4)))
    #expect(findings(call([coverage])) == [.coverageToldOnce])
  }

  @Test func `a hit without coverage`() {
    let scheduled = ChainState.Effect.emit(.proposal(.scheduled(slot: 3, validator: 0)))
    let hit = ChainState.Effect.emit(
      .proposal(
        .outcome(
          ProposalResult(
            slot: 3, validator: 0, outcome: .hit(publishOffsetMilliseconds: 0), root: .zero))))
    #expect(findings(call([scheduled, hit])) == [.coverageToldOnce])
  }

  @Test func `a store that a build has moved`() {
    var moved = chain.store
    moved.onTick(to: Interval(.safeTargetUpdate, of: 1), hasProposal: false)
    let before = EngineSnapshot(
      time: chain.store.time, pendingVotes: 0, store: moved, openProposals: [])
    let call = EngineCall(before: before, after: chain, effects: [], wall: 100)
    #expect(findings(call) == [.buildingMovesNothing])
  }

  @Test func `two roots on one leaf, and one root twice`() {
    func leaf(_ root: Bytes32) -> WantedLeaf {
      WantedLeaf(validator: 1, role: .proposal, slot: 5, root: root)
    }
    var check = LeafCheck()
    let texts = [leaf(.zero), leaf(.zero), leaf(SHA256.hash([1]))].map { check.sign($0) }
    #expect(texts.map { $0 == nil } == [true, true, false])
  }
}
