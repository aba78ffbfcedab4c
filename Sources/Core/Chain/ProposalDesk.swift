internal import BlockBuilding
internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Proposing
internal import SSZ
internal import XMSS

/// Our proposals, from the schedule to their outcome: each has a pipeline that decides, and what was
/// made for it so far.
struct ProposalDesk: Sendable {
  enum Input {
    case schedule(Slot)
    /// Time passed, or the chain changed.
    case proceed
    /// The wall clock jumped forward just now.
    case clockJumped
    /// What a stage made.
    case made(JobResult)
    case failed(Build, Stage, String)
    case signed(Slot, root: Bytes32, Result<Signature, SigningRefusal>)
    /// A block of others has entered the store.
    case entered(Block, root: Bytes32)
    /// An aggregate of a slot has entered the store.
    case aggregateCounts(Slot)
    /// Interval 4 of a slot is about to promote the votes of so many validators.
    case coverage(Slot, voters: Int)
    case slotBegan
    case shutDown(by: UnixMilliseconds)
  }

  let configuration: ChainConfiguration
  private let validatorCount: UInt64
  var proposals: [Slot: Proposal] = [:]
  /// The first slot whose blocks by our validators can only be ours: an earlier run made older ones.
  var firstOwnSlot = Slot(.max)
  /// Whether the operator wants a fallback that no scheduled proposal has taken yet.
  var isForceArmed = false
  var expectedBlock = ExpectedBlock()
  var mergeLimit = MergeLimit()
  var arrivals = BlockArrivals()
  var viewCache: ViewCache?
  /// When the first aggregate of a slot arrived, for slots that are not over.
  private var firstAggregates: [Slot: UnixMilliseconds] = [:]
  /// The voters that were pending before interval 4 of a slot promoted their votes.
  private(set) var coverage: [Slot: Int] = [:]
  /// The slot of our block that entered the store in the last call.
  private var importedSlot: Slot?

  init(_ configuration: ChainConfiguration, validatorCount: Int) {
    self.configuration = configuration
    self.validatorCount = UInt64(validatorCount)
  }

  mutating func handle(_ input: Input, at moment: Moment, on chain: inout LiveStore) -> [Step] {
    switch input {
    case .schedule(let slot): schedule(slot, moment, chain)
    case .proceed: proceed(.proceed, moment, &chain)
    case .clockJumped: proceed(.clockSteppedForward, moment, &chain)
    case .made(let result): take(result, moment, &chain)
    case .failed(let build, let stage, let reason): fail(build, stage, reason, moment, &chain)
    case .signed(let slot, let root, let result): takeSignature(slot, root, result, moment, &chain)
    case .entered(let block, let root): notice(block, root, moment, &chain)
    case .aggregateCounts(let slot): noteAggregate(slot, moment)
    case .coverage(let slot, let voters): note(voters, of: slot)
    case .slotBegan: forget(before: moment.slot.saturatingSubtract(1))
    case .shutDown(let time): proceed(.shutDown(by: time), moment, &chain)
    }
  }

  /// The slots of our proposals that have no outcome yet, ascending.
  var openSlots: [Slot] { proposals.keys.sorted() }

  /// The validator that proposes in a slot, if it is ours.
  func ownProposer(of slot: Slot) -> ValidatorIndex? {
    let proposer = ValidatorIndex(slot.rawValue % validatorCount)
    return slot > Slot(0) && configuration.validators.contains(proposer) ? proposer : nil
  }

  /// Whether a block of ours is on its way for the slot: only then are votes promoted at its start.
  func willPropose(in slot: Slot, _ moment: Moment) -> Bool {
    proposals[slot] != nil && moment.isGateOpen && moment.isRunning
  }

  /// When the proposal of the next slot needs the prover, if there is one.
  func proverNeededAt(_ moment: Moment) -> UnixMilliseconds? {
    guard moment.isGateOpen, let next = proposals[moment.slot + 1] else { return nil }
    return next.pipeline.proverNeededAt(expectedBlock, moment.costs)
  }

  func nextDeadline(at moment: Moment, on chain: LiveStore) -> UnixMilliseconds? {
    proposals.values.compactMap { proposal in
      proposal.pipeline.nextDeadline(
        after: moment.now, in: surroundings(of: proposal.pipeline, moment, chain))
    }.min()
  }

  // MARK: The schedule

  private mutating func schedule(
    _ slot: Slot, _ moment: Moment, _ chain: LiveStore
  ) -> [Step] {
    guard let proposer = ownProposer(of: slot), proposals[slot] == nil,
      !chain.headHasBlock(in: slot)
    else { return [] }
    let isForced = isForceArmed && moment.now < moment.clock.start(in: slot)
    if isForced { isForceArmed = false }
    proposals[slot] = Proposal(
      pipeline: ProposalPipeline(
        slot: slot, proposer: proposer, clock: moment.clock, policy: configuration.policy,
        isForced: isForced))
    return [.proposal(.scheduled(slot: slot.rawValue, validator: proposer.rawValue))]
  }

  /// Lets every proposal go as far as time and the rest of the chain allow.
  private mutating func proceed(
    _ input: ProposalPipeline.Input, _ moment: Moment, _ chain: inout LiveStore
  ) -> [Step] {
    var steps: [Step] = []
    for slot in openSlots { steps += hand(slot, input, moment, &chain) }
    return steps
  }

  // MARK: What the chain brings

  /// A valid block of a validator of ours that we did not make: somebody else has our keys.
  private mutating func notice(
    _ block: Block, _ root: Bytes32, _ moment: Moment, _ chain: inout LiveStore
  ) -> [Step] {
    arrivals.observe(moment.arrival(in: block.slot))
    guard configuration.validators.contains(block.proposerIndex), block.slot >= firstOwnSlot else {
      return []
    }
    let message =
      "slot \(block.slot): validator \(block.proposerIndex) of this node signed block "
      + "\(root.short), which this node did not make. Are the keys used elsewhere?"
    return [.log(.error, message)] + hand(block.slot, .foreignBlock(root), moment, &chain)
  }

  /// From the first aggregate of a slot on there is something to build the next block of.
  private mutating func noteAggregate(_ slot: Slot, _ moment: Moment) -> [Step] {
    if firstAggregates[slot] == nil {
      firstAggregates[slot] = max(moment.now, moment.clock.start(of: .aggregation, in: slot))
    }
    return []
  }

  private mutating func note(_ voters: Int, of slot: Slot) -> [Step] {
    coverage[slot] = voters
    return []
  }

  private mutating func forget(before slot: Slot) -> [Step] {
    firstAggregates = firstAggregates.filter { $0.key >= slot }
    coverage = coverage.filter { $0.key >= slot }
    return []
  }

  // MARK: Surroundings

  func surroundings(
    of pipeline: ProposalPipeline, _ moment: Moment, _ chain: LiveStore
  ) -> ProposalPipeline.Surroundings {
    let isInSlot = moment.now >= pipeline.times.slotStart
    let seen = isInSlot ? nil : cachedView(for: pipeline.slot, chain)
    let head = seen?.head ?? chain.store.headNode.checkpoint
    return ProposalPipeline.Surroundings(
      view: ProposalPipeline.View(
        head: head.root, justifiedSlot: seen?.justifiedSlot ?? chain.store.latestJustified.slot,
        votesRevision: chain.votesRevision),
      isGateOpen: moment.isGateOpen,
      conflictsWithFinalized: conflictsWithFinalized(pipeline, chain.store),
      isParentHere: head.slot + 1 >= pipeline.slot,
      isBarred: moment.isBarred(pipeline.slot),
      usualArrivalMilliseconds: arrivals.latest,
      firstAggregate: firstAggregates[pipeline.slot.saturatingSubtract(1)],
      expected: expectedBlock, costs: moment.costs, attestationLimit: mergeLimit.attestations)
  }

  private func conflictsWithFinalized(_ pipeline: ProposalPipeline, _ store: Store) -> Bool {
    guard let parent = pipeline.parentRoot, parent != store.head else { return false }
    guard let block = store.tree[parent] else { return true }
    return !store.tree.isAncestor(store.latestFinalized, of: block.checkpoint)
  }

  // MARK: Our block in our own store

  /// Takes our block in and sends it.
  mutating func importAndPublish(
    _ slot: Slot, _ root: Bytes32, _ moment: Moment, _ chain: inout LiveStore
  ) -> [Step] {
    let begin =
      endHold(slot, moment) + [.duty(.stageStarted(.import, slot: slot.rawValue))]
    guard case .complete(let candidate, let block) = proposals[slot]?.material else { return begin }
    do {
      let movements = try chain.take(VerifiedBlock(trusting: block), hasChild: true) ?? []
      importedSlot = slot
      arrivals.observe(moment.arrival(in: slot))
      return begin + movements + [
        .imported(block.block, root: root, arrived: moment.now, isOurs: true, moment),
        .imported(ImportedBlockNews(block: block, root: root, isOurs: true)),
        coverage(of: candidate, slot, chain.store),
      ] + hand(slot, .imported(true), moment, &chain)
    } catch {
      return begin + [
        .log(.error, "our own block of slot \(slot) is refused: \(error)"),
        .ended(.import, slot, 0, failure: error.description),
      ] + hand(slot, .imported(false), moment, &chain)
    }
  }

  /// Tells once per published block how many of the known voters it carries.
  private func coverage(
    of candidate: Candidate, _ slot: Slot, _ store: Store
  ) -> Step {
    let included = candidate.voterCount
    let known = max(coverage[slot.saturatingSubtract(1), default: 0], included)
    return .proposal(
      .coverage(
        slot: slot.rawValue, block: candidate.root, included: included, known: known,
        validators: store.validators.count))
  }

  /// Ends the stage in which our own block entered the store.
  ///
  /// It lasts as long as the call of the engine that took the block in, known with the next one.
  mutating func endImport(callMilliseconds: UInt64) -> [Step] {
    guard let slot = importedSlot else { return [] }
    importedSlot = nil
    return [.ended(.import, slot, callMilliseconds)]
  }
}
