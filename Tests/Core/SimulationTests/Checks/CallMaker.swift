import Chain
import ChainEvents
import ChainWork
import Consensus
import ForkChoice
import Hashing
import SSZ

@testable import Simulation

/// Makes calls of an engine by hand, true or false.
struct CallMaker {
  let chain: ChainEngine

  /// The engine of validator 0 of four, at the start of slot 0.
  init() throws {
    let state = State(genesisTime: 0, validators: SimulatedKeys.validators(count: 4))
    let genesis = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    chain = ChainEngine(
      configuration: ChainConfiguration(clock: SlotClock(genesisTime: 0), validators: [0]),
      store: try Store(anchor: genesis, state: state))
  }

  /// The engine's store in an interval.
  func store(_ name: SlotInterval, of slot: Slot) -> Store {
    var store = chain.store
    store.onTick(to: Interval(name, of: slot), hasProposal: false)
    return store
  }

  func facts(_ store: Store, _ change: (inout EngineFacts) -> Void = { _ in }) -> EngineFacts {
    var facts = EngineFacts(chain, keepsStore: true)
    facts.mark = StoreMark(store)
    facts.store = store
    facts.life = .running
    change(&facts)
    return facts
  }

  /// A call inside an interval, by default interval 1 of slot 3.
  func call(
    _ effects: [ChainEngine.Effect] = [], input: ChainEngine.Input = .wake, job: ChainJob? = nil,
    in name: SlotInterval = .attestationProduction, slot: Slot = 3, after offset: UInt64 = 100,
    before: EngineFacts? = nil, _ change: (inout EngineFacts) -> Void = { _ in }
  ) -> EngineCall {
    let store = store(name, of: slot)
    let clock = chain.configuration.clock
    return EngineCall(
      input: input, job: job, configuration: chain.configuration, before: before ?? facts(store),
      after: facts(store, change), effects: effects,
      wall: clock.start(of: name, in: slot) + offset)
  }

  /// A call that begins interval 1 of slot 3.
  func tick(
    late: UInt64, told: Int64? = nil, from name: SlotInterval = .blockPublication
  ) -> EngineCall {
    call(
      [.emit(.clock(.tick(latenessMilliseconds: told ?? Int64(late))))], after: late,
      before: facts(store(name, of: 3)))
  }

  /// An empty block of validator 0 on the genesis block.
  func block(slot: UInt64) -> SignedBlock {
    SignedBlock(
      block: Block(
        slot: Slot(slot), proposerIndex: 0, parentRoot: .zero, stateRoot: .zero, body: BlockBody()),
      proof: MultiMessageAggregate(proof: ByteList512KiB(unchecked: [])))
  }

  func outcome(
    _ outcome: ProposalOutcome, root: Bytes32? = nil, slot: UInt64 = 3
  )
    -> ChainEngine.Effect
  {
    .emit(
      .proposal(.outcome(ProposalResult(slot: slot, validator: 0, outcome: outcome, root: root))))
  }

  func sign(_ root: Bytes32, slot: Slot = 3) -> ChainEngine.Effect {
    .sign(.block(slot: slot, proposer: 0, root: root))
  }

  func candidate(_ root: Bytes32, slot: UInt64 = 3) -> ChainEngine.Effect {
    .emit(
      .proposal(
        .candidate(
          ProposalCandidate(
            slot: slot, root: root, parent: .zero, votes: 0, validators: 4, aggregates: 0)))
    )
  }
}
