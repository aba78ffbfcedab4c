internal import ChainEvents
public import Consensus
public import ForkChoice
internal import Hashing
public import Proposing
internal import SSZ

/// The engine of a node as a value: inputs and time go in, what should be done comes out.
///
/// It owns the fork-choice store and everything that is due, and does nothing itself: no clock, no
/// thread, no socket. A simulated node is one of these; the real one is owned by ``ChainActor``.
///
/// A slot reads top to bottom in the files `ChainState+BlockPublication`,
/// `+AttestationProduction`, `+Aggregation`, `+SafeTarget` and `+EndOfSlot`.
public struct ChainState: Sendable {
  /// What the engine was told at its start.
  public let configuration: ChainConfiguration

  /// Blocks, votes, and the choice between forks.
  public internal(set) var store: Store

  /// Whether our view is fresh enough to sign.
  public internal(set) var gate = SyncGate()

  /// What the stages of a proposal cost on this machine.
  public internal(set) var costs: CostEstimator

  /// Whether votes are aggregated here.
  public internal(set) var isAggregator: Bool

  /// Where the engine is in its life.
  public internal(set) var life = Life.waitingForNetwork

  /// When the engine has to be called next if nothing else happens; in the future of the last call.
  ///
  /// The shell keeps one timer for it and calls `handle(.wake)`. An earlier call does no harm.
  public private(set) var nextDeadline: UnixMilliseconds?

  /// The phases of the engine's life.
  public enum Life: Hashable, Sendable {
    /// The network cannot send yet: no duties.
    case waitingForNetwork
    /// Duties run.
    case running
    /// No new duties; what cannot be published by then is given up.
    case stopping(by: UnixMilliseconds)
    /// Over.
    case stopped
  }

  /// The wall clock of the current call.
  var now = UnixMilliseconds(0)
  var ticks: TickSchedule
  var clockMonitor = ClockMonitor()
  /// Whether the wall clock jumped forward just before the current call.
  var hasClockJumped = false
  var duties = DutyLedger()
  var proposals: [Slot: Proposal] = [:]
  var queue: WorkQueue<QueuedJob>
  var pendingBlocks = PendingBlocks()
  /// Blocks that were asked for in this slot.
  var requestedBlocks: Set<Bytes32> = []
  /// Blocks whose signatures are being checked.
  var verifying: Set<Bytes32> = []
  /// The first slot whose blocks by our validators can only be ours: an earlier run made older ones.
  var firstOwnSlot = Slot(.max)
  var pendingVotes = PendingVotes()
  var seenVotes = SeenVotes()
  var aggregations: [Slot: AggregationSession] = [:]
  /// Aggregates of ours that were proved before interval 2 and wait for it.
  var heldAggregates: [HeldAggregate] = []
  /// Our newest published block, until its slot ends.
  var publication: Publication?
  /// Whether the operator wants a fallback that no scheduled proposal has taken yet.
  var isForceArmed = false
  var expectedBlock = ExpectedBlock()
  var blockArrivals = BlockArrivals()
  /// Counts the changes of the votes that a block may be built from.
  var votesRevision: UInt64 = 0
  /// Counts the changes of the store.
  var storeRevision: UInt64 = 0
  var viewCache: ViewCache?
  /// When the first aggregate of a slot arrived, for slots that are not over.
  var firstAggregates: [Slot: UnixMilliseconds] = [:]
  /// The voters that were pending before interval 4 of a slot promoted their votes.
  var coverage: [Slot: Int] = [:]
  var proverState = ProverState.idle
  var busy = BusyRecord()
  /// The slot of our block that the previous call imported.
  var importedSlot: Slot?
  /// What was told last of our place against the peers.
  var toldSync: SyncReport?
  /// The voters told last for each target that is not justified yet.
  var toldJustifications: [Bytes32: Int] = [:]
  var effects: [Effect] = []

  /// Creates an engine that stands before its first input.
  public init(configuration: ChainConfiguration, store: Store) {
    precondition(!store.validators.isEmpty, "a chain without validators has no duties")
    self.configuration = configuration
    self.store = store
    costs = CostEstimator(configuration.costSamples)
    isAggregator = configuration.isAggregator
    ticks = TickSchedule(clock: configuration.clock)
    queue = WorkQueue(
      concurrency: configuration.concurrency, waitingLimit: ChainState.waitingWorkLimit)
  }

  /// Jobs that may wait for one lane: two slots of votes of a full registry.
  static let waitingWorkLimit = 8192

  /// Takes an input in and says what is to be done now, in this order.
  ///
  /// Whatever the input is, intervals that have begun are begun first: a tick never waits behind
  /// gossip, and messages are judged by a store whose time is the wall clock's.
  public mutating func handle(_ input: Input, at reading: ClockReading) -> [Effect] {
    guard life != .stopped else { return [] }
    now = reading.wall
    busy.endCall(milliseconds: reading.previousCallMilliseconds)
    tellImportTime(reading.previousCallMilliseconds)
    observeClock(reading)
    if case .wake = input { countGuardSkip() }
    beginIntervals()
    busy.beginCall(input)
    take(input)
    runDuties()
    proceedProposals()
    startWork()
    stopIfDone()
    nextDeadline = earliestDeadline()
    defer { effects.removeAll() }
    return effects
  }

  private mutating func take(_ input: Input) {
    switch input {
    case .wake: break
    case .networkReady: becomeReady()
    case .block(let block, let origin): receive(block, from: origin)
    case .attestation(let attestation, let origin): receive(attestation, from: origin)
    case .aggregate(let aggregate, let origin): receive(aggregate, from: origin)
    case .peer(let name, let head):
      gate.peer(name, hasHead: head)
      tellSync()
    case .workEnded(let ticket, let result): endWork(ticket, result)
    case .signed(let answer): takeSignatures(answer)
    case .published(let root): endPublication(of: root)
    case .publicationFailed(let root): retryPublication(of: root)
    case .command(let command): obey(command)
    case .storageFailed(let reason): die(reason)
    case .shutDown: shutDown()
    }
  }

  private func earliestDeadline() -> UnixMilliseconds? {
    guard life != .stopped else { return nil }
    var deadlines = [ticks.next]
    deadlines += heldAggregates.map(\.publishTime)
    deadlines += aggregations.values.map(\.deadline)
    if let publication { deadlines.append(publication.time) }
    if let due = duties.nextDeadline(after: now) { deadlines.append(due) }
    for proposal in proposals.values {
      let surroundings = surroundings(of: proposal.pipeline)
      if let deadline = proposal.pipeline.nextDeadline(after: now, in: surroundings) {
        deadlines.append(deadline)
      }
    }
    if case .stopping(let time) = life { deadlines.append(time) }
    return deadlines.filter { $0 > now }.min()
  }

  // MARK: Small words used everywhere

  mutating func emit(_ event: ChainEvent) {
    effects.append(.emit(event))
  }

  mutating func log(_ level: LogLevel, _ message: String) {
    emit(.node(.log(level, source: "chain", message: message)))
  }

  var clock: SlotClock { configuration.clock }

  /// The slot by the wall clock.
  var currentSlot: Slot { clock.slot(at: now) }

  var isRunning: Bool { life == .running }

  /// Whether votes and proposals may be signed.
  var isGateOpen: Bool { gate.state.isOpen || !configuration.isGateEnforced }

  func isOurs(_ validator: ValidatorIndex) -> Bool {
    configuration.validators.contains(validator)
  }

  /// The validator that proposes in a slot.
  func proposer(of slot: Slot) -> ValidatorIndex {
    ValidatorIndex(slot.rawValue % UInt64(store.validators.count))
  }

  /// When something happened, counted from the start of a slot.
  func arrival(in slot: Slot) -> Int64 {
    now.signedMilliseconds(since: clock.start(in: slot))
  }
}
