internal import BlockBuilding
internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Proposing
internal import SSZ
internal import XMSS

/// One proposal: its decisions, and what its newest stage made.
struct Proposal: Sendable {
  var pipeline: ProposalPipeline
  var material = Material.nothing
  /// When the signature was asked for and when the block was complete, by the clock that never steps.
  var signingStart: UInt64?
  var holdStart: UInt64?

  /// What the stages of the current attempt have made.
  enum Material: Sendable {
    case nothing
    case selected(Selection)
    case compacted(CompactSelection)
    case sealed(Candidate)
    case signed(Candidate, Signature)
    case wrapped(Candidate, SingleMessageAggregate)
    case complete(Candidate, SignedBlock)

    /// The block as far as it is sealed.
    var candidate: Candidate? {
      switch self {
      case .nothing, .selected, .compacted: nil
      case .sealed(let candidate), .signed(let candidate, _), .wrapped(let candidate, _),
        .complete(let candidate, _):
        candidate
      }
    }

    /// The block as it can be sent.
    var block: SignedBlock? {
      if case .complete(_, let block) = self { block } else { nil }
    }
  }
}

/// The view of a proposer, computed once for each state of the store.
struct ViewCache: Sendable {
  let revision: UInt64
  let slot: Slot
  let view: ProposalView?
}

// What a pipeline wants, and what its stages made.
extension ProposalDesk {
  /// Hands an input to the proposal of a slot and does what it wants.
  mutating func hand(
    _ slot: Slot, _ input: ProposalPipeline.Input, _ moment: Moment, _ chain: inout LiveStore
  ) -> [Step] {
    guard var pipeline = proposals[slot]?.pipeline else { return [] }
    if configuration.mistake == .keptStash, case .prepared = pipeline.phase { return [] }
    refreshView(for: pipeline, moment, chain)
    let actions = pipeline.handle(
      input, at: moment.now, in: surroundings(of: pipeline, moment, chain))
    proposals[slot]?.pipeline = pipeline
    var steps: [Step] = []
    for action in actions { steps += perform(action, slot, moment, &chain) }
    return steps
  }

  private mutating func perform(
    _ action: ProposalPipeline.Action, _ slot: Slot, _ moment: Moment, _ chain: inout LiveStore
  ) -> [Step] {
    switch action {
    case .run(let stage, let attempt): return run(stage, attempt, slot, moment, &chain)
    case .sign(_, let block):
      proposals[slot]?.signingStart = moment.reading.monotonicMilliseconds
      let proposer = proposals[slot]?.pipeline.proposer ?? ValidatorIndex(0)
      return [
        .duty(.stageStarted(.sign, slot: slot.rawValue)),
        .effect(.sign(.block(slot: slot, proposer: proposer, root: block.root))),
      ]
    case .importAndPublish(_, let block):
      return importAndPublish(slot, block.root, moment, &chain)
    case .discardWork:
      proposals[slot]?.material = .nothing
      return [.cancel(.proposal(slot))]
    case .emit(let event): return [.emit(.proposal(event))]
    case .doubtCosts: return [.doubtCosts]
    case .warn(let message): return [.log(.warning, message)]
    case .finish(let outcome): return end(slot, outcome, moment)
    }
  }

  // MARK: Stages

  private mutating func run(
    _ stage: Stage, _ attempt: ProposalPipeline.Attempt, _ slot: Slot, _ moment: Moment,
    _ chain: inout LiveStore
  ) -> [Step] {
    let build = Build(slot: slot, attempt: attempt.number)
    guard let job = job(stage, build, attempt.maximumAttestations, chain) else {
      return hand(slot, .failed(attempt: attempt.number, stage), moment, &chain)
    }
    return [.run(job)]
  }

  /// The job of a stage; `nil` if what it needs has not been made.
  private func job(
    _ stage: Stage, _ build: Build, _ maximumAttestations: Int, _ chain: LiveStore
  ) -> ChainJob? {
    switch (stage, proposals[build.slot]?.material) {
    case (.select, _):
      let rules = SelectionRules(
        maximumAttestationData: maximumAttestations,
        oneDataPerSlot: configuration.oneDataPerSlot, order: configuration.voteOrder)
      return view(for: build.slot, chain).map { .select(build, $0, rules) }
    case (.compact, .selected(let selection)): return .compact(build, selection)
    case (.seal, .selected(let selection)): return .seal(build, selection.uncompacted)
    case (.seal, .compacted(let selection)): return .seal(build, selection)
    case (.wrap, .signed(let candidate, let signature)): return .wrap(build, candidate, signature)
    case (.merge, .signed(let candidate, let signature)):
      return .merge(build, candidate, .signature(signature))
    case (.merge, .wrapped(let candidate, let proof)):
      return .merge(build, candidate, .proof(proof))
    default: return nil
    }
  }

  /// Keeps what a stage made and tells the pipeline; nothing when the attempt is over.
  mutating func take(
    _ result: JobResult, _ moment: Moment, _ chain: inout LiveStore
  ) -> [Step] {
    switch result {
    case .selected(let build, let selection):
      guard isCurrent(build) else { return [] }
      let isFull = proposals[build.slot]?.pipeline.buildingLevel == .full
      let compacted = isFull ? selection.compactedProofs : 0
      proposals[build.slot]?.material = .selected(selection)
      expectedBlock = ExpectedBlock(
        attestations: max(1, selection.votes.count), compactedProofs: compacted)
      return hand(
        build.slot, .selected(attempt: build.attempt, compactedProofs: compacted), moment, &chain)
    case .compacted(let build, let selection):
      guard isCurrent(build) else { return [] }
      proposals[build.slot]?.material = .compacted(selection)
      return hand(build.slot, .compacted(attempt: build.attempt), moment, &chain)
    case .sealed(let build, let candidate):
      guard isCurrent(build) else { return [] }
      proposals[build.slot]?.material = .sealed(candidate)
      return [tell(candidate, build.slot, chain.store)]
        + hand(
          build.slot, .sealed(attempt: build.attempt, candidate.sealedBlock), moment, &chain)
    case .wrapped(let build, let proof):
      guard isCurrent(build), let candidate = proposals[build.slot]?.material.candidate else {
        return []
      }
      proposals[build.slot]?.material = .wrapped(candidate, proof)
      return hand(build.slot, .wrapped(attempt: build.attempt), moment, &chain)
    case .merged(let build, let block):
      guard isCurrent(build), let candidate = proposals[build.slot]?.material.candidate else {
        return []
      }
      mergeLimit.succeed()
      proposals[build.slot]?.material = .complete(candidate, block)
      proposals[build.slot]?.holdStart = moment.reading.monotonicMilliseconds
      return tell(block, candidate.root, build.slot, moment)
        + hand(build.slot, .merged(attempt: build.attempt), moment, &chain)
    case .aggregated, .reaggregated, .verifiedBlock, .verifiedAggregate, .verifiedVotes, .failed:
      return []
    }
  }

  mutating func fail(
    _ build: Build, _ stage: Stage, _ reason: String, _ moment: Moment, _ chain: inout LiveStore
  ) -> [Step] {
    if stage == .merge, isCurrent(build),
      let candidate = proposals[build.slot]?.material.candidate
    {
      mergeLimit.fail(attestations: candidate.sealedBlock.attestations)
    }
    return [.log(.error, "\(stage.rawValue) for slot \(build.slot) failed: \(reason)")]
      + hand(build.slot, .failed(attempt: build.attempt, stage), moment, &chain)
  }

  private func isCurrent(_ build: Build) -> Bool {
    proposals[build.slot]?.pipeline.attempts == build.attempt
  }

  mutating func takeSignature(
    _ slot: Slot, _ root: Bytes32, _ result: Result<Signature, SigningRefusal>,
    _ moment: Moment, _ chain: inout LiveStore
  ) -> [Step] {
    guard let proposal = proposals[slot], proposal.pipeline.committedRoot == root,
      let start = proposal.signingStart, case .sealed(let candidate) = proposal.material
    else { return [] }
    let attempt = proposal.pipeline.attempts
    let elapsed = moment.reading.monotonicMilliseconds - start
    let measured = Step.measured(
      CostSample(stage: .sign, size: WorkSize(), milliseconds: elapsed))
    switch result {
    case .success(let signature):
      proposals[slot]?.material = .signed(candidate, signature)
      return [measured, .ended(.sign, slot, elapsed)]
        + hand(slot, .signed(attempt: attempt), moment, &chain)
    case .failure(let refusal):
      return [
        measured, .ended(.sign, slot, elapsed, failure: "\(refusal)"),
        .refused(.proposal, slot, proposal.pipeline.proposer, refusal),
      ] + hand(slot, .refused(attempt: attempt, refusal.missReason), moment, &chain)
    }
  }

  // MARK: The view

  /// Looks ahead to the start of the slot if the proposal compares its work with that.
  private mutating func refreshView(
    for pipeline: ProposalPipeline, _ moment: Moment, _ chain: LiveStore
  ) {
    guard moment.now < pipeline.times.slotStart, !hasView(of: pipeline.slot, chain) else { return }
    switch pipeline.phase {
    case .building, .sealed: break
    case .scheduled:
      let surroundings = surroundings(of: pipeline, moment, chain)
      guard moment.now >= pipeline.startTime(surroundings) else { return }
    case .signing, .proving, .prepared, .importing, .finished: return
    }
    viewCache = ViewCache(
      revision: chain.revision, slot: pipeline.slot,
      view: try? ProposalView(
        of: chain.store, slot: pipeline.slot, proposerIndex: pipeline.proposer))
  }

  private func hasView(of slot: Slot, _ chain: LiveStore) -> Bool {
    viewCache?.slot == slot && viewCache?.revision == chain.revision
  }

  func cachedView(for slot: Slot, _ chain: LiveStore) -> ProposalView? {
    hasView(of: slot, chain) ? viewCache?.view : nil
  }

  /// A copy of the store as it will be, or is, when the slot starts; building never moves ours.
  private func view(for slot: Slot, _ chain: LiveStore) -> ProposalView? {
    guard let proposer = proposals[slot]?.pipeline.proposer else { return nil }
    return cachedView(for: slot, chain)
      ?? (try? ProposalView(of: chain.store, slot: slot, proposerIndex: proposer))
  }

  // MARK: Telling

  private func tell(
    _ candidate: Candidate, _ slot: Slot, _ store: Store
  ) -> Step {
    .proposal(
      .candidate(
        ProposalCandidate(
          slot: slot.rawValue, root: candidate.root, parent: candidate.block.parentRoot,
          votes: candidate.voterCount, validators: store.validators.count,
          aggregates: candidate.proofs.count)))
  }

  private func tell(
    _ block: SignedBlock, _ root: Bytes32, _ slot: Slot, _ moment: Moment
  ) -> [Step] {
    [
      .proposal(
        .prepared(
          slot: slot.rawValue, root: root, bytes: block.sszByteCount,
          leadMilliseconds: -moment.arrival(in: slot))),
      .duty(.stageStarted(.hold, slot: slot.rawValue)),
    ]
  }

  /// Ends the stage between a complete block and its release or its discard.
  mutating func endHold(_ slot: Slot, _ moment: Moment) -> [Step] {
    guard let start = proposals[slot]?.holdStart else { return [] }
    proposals[slot]?.holdStart = nil
    return [.ended(.hold, slot, moment.reading.monotonicMilliseconds - start)]
  }

  private mutating func end(
    _ slot: Slot, _ outcome: ProposalOutcome, _ moment: Moment
  ) -> [Step] {
    let hold = endHold(slot, moment)
    guard let proposal = proposals.removeValue(forKey: slot) else { return hold }
    return hold + [
      .cancel(.proposal(slot)),
      .proposal(
        .outcome(
          ProposalResult(
            slot: slot.rawValue, validator: proposal.pipeline.proposer.rawValue,
            outcome: outcome, root: proposal.material.candidate?.root,
            votes: proposal.material.candidate?.voterCount,
            bytes: proposal.material.block?.sszByteCount))),
    ]
  }
}

extension Candidate {
  /// What the pipeline has to know of it.
  fileprivate var sealedBlock: ProposalPipeline.SealedBlock {
    ProposalPipeline.SealedBlock(
      root: root, parentRoot: block.parentRoot, justifiedSlot: postState.latestJustified.slot,
      attestations: proofs.count)
  }
}
