internal import ChainEvents
internal import ChainWork
package import Consensus
package import ForkChoice
internal import Hashing
internal import Proposing
internal import SSZ

/// The engine of a node as a value: inputs and time go in, what should be done comes out.
///
/// It routes each input to the machine that it is for, and what one machine wants to the others:
/// ``BlockIntake`` and ``VoteIntake`` for what peers send, ``VotingDesk``, ``AggregationDesk`` and
/// ``ProposalDesk`` for our duties, ``WorkLanes`` for what must not run here. It does nothing itself:
/// no clock, no thread, no socket. A simulated node is one of these; ``ChainActor`` owns the real one.
package struct ChainEngine: Sendable {
  /// What the engine was told at its start.
  package let configuration: ChainConfiguration

  /// Where the engine is in its life.
  package internal(set) var life = Life.waitingForNetwork

  /// When the engine has to be called next if nothing else happens; in the future of the last call.
  ///
  /// The shell keeps one timer for it and calls `handle(.wake)`. An earlier call does no harm.
  package private(set) var nextDeadline: UnixMilliseconds?

  /// The phases of the engine's life.
  package enum Life: Hashable, Sendable {
    /// The network cannot send yet: no duties.
    case waitingForNetwork
    /// Duties run.
    case running
    /// No new duties; what cannot be published by then is given up.
    case stopping(by: UnixMilliseconds)
    /// Over.
    case stopped
  }

  var chain: LiveStore
  var gate = SyncGate()
  var lanes: WorkLanes
  var blocks: BlockIntake
  var votes = VoteIntake()
  var voting: VotingDesk
  var aggregation: AggregationDesk
  var proposals: ProposalDesk
  var publication = BlockPublication()

  var reading = ClockReading(wall: 0, monotonicMilliseconds: 0)
  var clockMonitor = ClockMonitor()
  var ticks: TickSchedule
  /// The newest slot whose duties have been entered.
  var horizon: Slot?
  /// The first slot that may be signed for since the wall clock jumped.
  var firstSignedSlot = Slot(0)
  /// Whether the journal has still to raise its floors to that slot.
  var awaitsFloors = false
  var busy = BusyRecord()
  private var toldProver = ProverState.idle
  private var effects: [Effect] = []

  /// Creates an engine that stands before its first input.
  package init(configuration: ChainConfiguration, store: Store) {
    precondition(!store.validators.isEmpty, "a chain without validators has no duties")
    let count = store.validators.count
    self.configuration = configuration
    chain = LiveStore(store)
    lanes = WorkLanes(
      costs: CostEstimator(
        configuration.costSamples, foldsProposer: configuration.foldsProposer),
      isFair: configuration.mistake != .unfairProver)
    blocks = BlockIntake(validatorCount: count)
    voting = VotingDesk(validators: configuration.validators)
    aggregation = AggregationDesk(configuration, validatorCount: count)
    proposals = ProposalDesk(configuration, validatorCount: count)
    ticks = TickSchedule(clock: configuration.clock)
  }

  /// Takes an input in and says what is to be done now, in this order.
  ///
  /// Whatever the input is, intervals that have begun are begun first: a tick never waits behind
  /// gossip, and messages are judged by a store whose time is the wall clock's.
  package mutating func handle(_ input: Input, at reading: ClockReading) -> [Effect] {
    guard life != .stopped else { return [] }
    self.reading = reading
    busy.endCall(milliseconds: reading.previousCallMilliseconds)
    perform(proposals.endImport(callMilliseconds: reading.previousCallMilliseconds))
    observeClock()
    if case .wake = input { countGuardSkip() }
    beginIntervals()
    busy.beginCall(input)
    route(input)
    proceed()
    startWork()
    stopIfDone()
    nextDeadline = earliestDeadline()
    defer { effects.removeAll() }
    return effects
  }

  // MARK: Where inputs go

  private mutating func route(_ input: Input) {
    switch input {
    case .wake: break
    case .networkReady: becomeReady()
    case .block(let block, let origin): toBlocks(.received(block, origin))
    case .attestation(let vote, let origin): toVotes(.received(.vote(vote), origin))
    case .aggregate(let aggregate, let origin): toVotes(.received(.aggregate(aggregate), origin))
    case .peer(let name, let head):
      gate.peer(name, hasHead: head)
      perform(gate.tellSync(moment, chain.store))
    case .workEnded(let ticket, let result): endWork(ticket, result)
    case .signed(.attestations(let data, let answers)):
      perform(voting.handle(.signed(data, answers), at: moment, on: chain))
    case .signed(.block(let slot, let root, let result)):
      toProposals(.signed(slot, root: root, result))
    case .signed(.floors(let slot, let failure)): takeFloors(slot, failure)
    case .published(let root): perform(publication.handle(.taken(root), at: moment))
    case .publicationFailed(let root):
      perform(publication.handle(.refused(root), at: moment))
    case .command(let command): obey(command)
    case .shutDown: shutDown()
    }
  }

  private mutating func endWork(_ ticket: WorkTicket, _ result: JobResult) {
    guard let ended = lanes.end(ticket, at: reading, isDone: result.failure == nil) else {
      return perform([
        .log(.warning, "work \(ticket.number) was answered twice, too late or never asked for")
      ])
    }
    if let stage = ended.job.traits.stage, let slot = ended.job.shownSlot {
      let failure = result.failure.map { "\($0)" }
      perform([.ended(stage, slot, ended.milliseconds, failure: failure)])
      if stage == .merge { perform([tellCosts()]) }
    }
    route(result)
  }

  private mutating func route(_ result: JobResult) {
    switch result {
    case .selected, .compacted, .sealed, .wrapped, .merged: toProposals(.made(result))
    case .aggregated(let slot, let aggregate):
      toAggregation(.proved(slot, aggregate, isKept: keep(aggregate)))
    case .reaggregated(let aggregate): toAggregation(.split(aggregate, isKept: keep(aggregate)))
    case .verifiedBlock(let received, let block): toBlocks(.verified(received, block))
    case .verifiedAggregate(let origin, let aggregate):
      toVotes(.verifiedAggregate(origin, aggregate))
    case .verifiedVotes(let verified): toVotes(.verified(verified))
    case .failed(let job, let failure): route(job, failure)
    }
  }

  /// Where the failure of a job goes.
  private mutating func route(_ job: ChainJob, _ failure: JobFailure) {
    switch job {
    case .select(let build, _, _), .compact(let build, _), .seal(let build, _),
      .wrap(let build, _, _), .merge(let build, _, _):
      toProposals(.failed(build, job.traits.stage ?? .select, "\(failure)"))
    case .aggregate(let slot, _): toAggregation(.failed(slot, "\(failure)"))
    case .reaggregate:
      perform([.log(.warning, "splitting a vote off a block failed: \(failure)")])
    case .verifyBlock(let received, _): toBlocks(.failed(received, failure))
    case .verifyAggregate(let received): toVotes(.failedAggregate(received, failure))
    case .verifyVotes(let received): toVotes(.failed(received, failure))
    }
  }

  /// Counts an aggregate of ours; says whether our own store keeps it.
  private mutating func keep(_ aggregate: SignedAggregatedAttestation) -> Bool {
    let taken = votes.take(VerifiedAggregate(trusting: aggregate), from: nil, moment, &chain)
    perform(taken.steps)
    return taken.isKept
  }

  // MARK: What machines want

  mutating func perform(_ steps: [Step]) {
    for step in steps { perform(step) }
  }

  private mutating func perform(_ step: Step) {
    switch step {
    case .effect(let effect): effects.append(effect)
    case .run(let job):
      guard !lanes.submit(job) else { break }
      route(job, .broken("the \(job.traits.lane.rawValue) lane is full"))
    case .cancel(let owner):
      let count = lanes.cancel { $0.isCovered(by: owner) }
      if case .aggregation(let slot) = owner, count > 0 { toAggregation(.cancelled(slot, count)) }
    case .imported(let news): spread(news)
    case .want(let root, let peer): toBlocks(.wanted(root, namedBy: peer))
    case .count(let own): toVotes(.own(own))
    case .aggregateCounts(let slot): toProposals(.aggregateCounts(slot))
    case .measured(let sample): lanes.costs.observe(sample)
    case .doubtCosts: lanes.costs.doubtCommit()
    }
  }

  /// A block has entered the store: it is kept, and whoever waited for it goes on.
  private mutating func spread(_ news: ImportedBlockNews) {
    perform([.effect(.persist(.block(news.block, root: news.root)))])
    if news.isOurs {
      perform(publication.handle(.publish(news.block, root: news.root), at: moment))
      toBlocks(.entered(news.root))
    } else {
      toProposals(.entered(news.block.block, root: news.root))
      updateGate()
      let precedesProposal = proposals.proposals[moment.slot + 1] != nil
      toAggregation(.entered(news.block, precedesProposal: precedesProposal))
    }
    toVotes(.entered(news.root))
  }

  mutating func toBlocks(_ input: BlockIntake.Input) {
    perform(blocks.handle(input, at: moment, on: &chain))
  }

  mutating func toVotes(_ input: VoteIntake.Input) {
    perform(votes.handle(input, at: moment, on: &chain))
  }

  mutating func toAggregation(_ input: AggregationDesk.Input) {
    perform(aggregation.handle(input, at: moment, on: chain))
  }

  mutating func toProposals(_ input: ProposalDesk.Input) {
    perform(proposals.handle(input, at: moment, on: &chain))
  }

  /// Lets every duty go as far as time and the chain allow.
  private mutating func proceed() {
    if isRunning {
      perform(voting.handle(.proceed, at: moment, on: chain))
      toAggregation(.proceed(proverNeededAt: proposals.proverNeededAt(moment)))
    }
    perform(publication.handle(.proceed, at: moment))
    toProposals(clockMonitor.hasJumped ? .clockJumped : .proceed)
  }

  /// Gives up jobs that take too long, and starts what the lanes have room for.
  private mutating func startWork() {
    for work in lanes.giveUp(at: reading) {
      let (lane, limit) = (work.lane, work.lane.limitMilliseconds)
      let message =
        "a job of the \(lane.rawValue) lane has not ended in \(limit) ms and is given up"
      perform([.log(.error, message), .effect(.abandon(work.ticket, lane))])
      route(work.job, .broken(message))
    }
    for work in lanes.start(at: reading) {
      if let stage = work.job.traits.stage, let slot = work.job.shownSlot {
        perform([.duty(.stageStarted(stage, slot: slot.rawValue))])
      }
      perform([.effect(.work(work))])
    }
    let proof = lanes.proof
    let state = proof.map { ProverState($0.traits.priority) } ?? .idle
    guard state != toldProver else { return }
    toldProver = state
    let waiting = lanes.waiting(for: .prover).count
    perform([.duty(.prover(state, slot: proof?.shownSlot?.rawValue, waiting: waiting))])
  }

  private func earliestDeadline() -> UnixMilliseconds? {
    guard life != .stopped else { return nil }
    var deadlines = [
      ticks.next, voting.nextDeadline(after: reading.wall),
      aggregation.nextDeadline(after: reading.wall),
      publication.nextDeadline(after: reading.wall), lanes.nextDeadline(at: reading),
      proposals.nextDeadline(at: moment, on: chain),
    ]
    if case .stopping(let time) = life { deadlines.append(time) }
    return deadlines.compactMap(\.self).filter { $0 > reading.wall }.min()
  }

  var isRunning: Bool { life == .running }

  /// The circumstances of this call.
  var moment: Moment {
    Moment(
      reading: reading, clock: configuration.clock, isRunning: isRunning,
      isGateOpen: gate.state.isOpen || !configuration.isGateEnforced,
      isAggregator: aggregation.isOn, firstSignedSlot: firstSignedSlot,
      awaitsFloors: awaitsFloors, costs: lanes.costs)
  }

  private func tellCosts() -> Step {
    let (costs, expected) = (lanes.costs, proposals.expectedBlock)
    let commit = costs.commit(attestations: expected.attestations)
    let merge = costs.prediction(.merge, WorkSize(components: expected.attestations + 1))
    return .duty(
      .costModel(
        CostModel(
          buildMilliseconds: Int64(costs.unsignedBuild(expected) + commit),
          commitMilliseconds: Int64(commit), mergeMilliseconds: Int64(merge),
          samples: costs.sampleCount(.merge), foldsProposer: costs.foldsProposer)))
  }
}
