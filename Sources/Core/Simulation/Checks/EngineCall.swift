internal import Chain
internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice
internal import Hashing

/// What the checkers look at in an engine, before a call or after it.
struct EngineFacts: Sendable {
  var life: ChainEngine.Life
  var isGateOpen: Bool
  var isAggregator: Bool
  var mark: StoreMark
  /// The whole store; before a call it is kept only where it is compared, because a second holder
  /// makes every change a copy.
  var store: Store?
  var openProposals: [Slot]
  var preparedSlots: [Slot]
  var waitingProverWork: [WorkPriority]

  var time: Interval { mark.time }

  init(_ chain: ChainEngine, keepsStore: Bool) {
    life = chain.life
    isGateOpen = chain.isGateOpen
    isAggregator = chain.isAggregator
    mark = StoreMark(chain.store)
    store = keepsStore ? chain.store : nil
    openProposals = chain.openProposals
    preparedSlots = chain.preparedSlots
    waitingProverWork = chain.waitingProverWork
  }
}

/// Clock, head, pools and checkpoints of a store in a few words: what building must not move.
struct StoreMark: Sendable, Equatable {
  var time: Interval
  var head: Bytes32
  var safeTarget: Bytes32
  var justified: Checkpoint
  var finalized: Checkpoint
  var counts: [Int]

  init(_ store: Store) {
    time = store.time
    head = store.head
    safeTarget = store.safeTarget
    justified = store.latestJustified
    finalized = store.latestFinalized
    counts = [
      store.tree.nodes.count, store.attestationSignatures.signatureCount,
      store.newPayloads.count, store.newPayloads.proofByteCount,
      store.knownPayloads.count, store.knownPayloads.proofByteCount,
    ]
  }
}

/// One call of an engine with its circumstances.
struct EngineCall {
  let input: ChainEngine.Input
  /// The job whose end the input is, if it is one.
  let job: ChainJob?
  let configuration: ChainConfiguration
  let before: EngineFacts
  let after: EngineFacts
  let effects: [ChainEngine.Effect]
  let wall: UnixMilliseconds

  var clock: SlotClock { configuration.clock }

  var events: some Sequence<ChainEvent> {
    effects.lazy.compactMap { if case .emit(let event) = $0 { event } else { nil } }
  }

  var slot: Slot { clock.slot(at: wall) }

  /// The proposer of a slot, if it is one of the node's validators.
  func ownProposer(of slot: Slot) -> ValidatorIndex? {
    guard let count = after.store?.validators.count, slot > Slot(0) else { return nil }
    let proposer = ValidatorIndex(slot.rawValue % UInt64(count))
    return configuration.validators.contains(proposer) ? proposer : nil
  }

  var hasClockStep: Bool {
    events.contains { if case .clock(.clockStep) = $0 { true } else { false } }
  }

  /// How late the engine says that it began an interval in this call, if it did.
  var toldLateness: Int64? {
    events.lazy.compactMap {
      if case .clock(.tick(let lateness)) = $0 { lateness } else { nil }
    }.first
  }

  /// Whether what came in may change the store; time passing is another matter.
  var mayImport: Bool {
    if let job, !job.isStageOfBuild { return true }
    if case .signed(.attestations) = input { return true }
    return hasImport(ofOurs: true)
  }

  /// Whether a block entered the store in this call.
  func hasImport(ofOurs isOurs: Bool) -> Bool {
    events.contains {
      if case .forkChoice(.block(let block)) = $0 { block.isOurs == isOurs } else { false }
    }
  }

  /// Our blocks that entered the store in this call.
  var ownImports: [SignedBlock] {
    guard hasImport(ofOurs: true) else { return [] }
    return effects.compactMap { if case .publishBlock(let block) = $0 { block } else { nil } }
  }
}

extension ChainEngine.Input {
  /// Whether the whole store is compared around this input: at the stages of a build, and at every
  /// tick, by which builds are started and handed over.
  func comparesStore(_ job: ChainJob?, _ chain: ChainEngine, at wall: UnixMilliseconds) -> Bool {
    if let job, job.isStageOfBuild { return true }
    if case .signed(.block) = self { return true }
    let clock = chain.configuration.clock
    return wall >= clock.genesis && clock.interval(at: wall) > chain.store.time
  }
}

extension ChainJob {
  /// Whether it is a stage of a proposal.
  var isStageOfBuild: Bool {
    switch self {
    case .select, .compact, .seal, .wrap, .merge: true
    case .aggregate, .reaggregate, .verifyBlock, .verifyVotes, .verifyAggregate: false
    }
  }
}
