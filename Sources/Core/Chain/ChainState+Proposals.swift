internal import BlockBuilding
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Proposing
internal import SSZ
internal import XMSS

/// One proposal: its decisions, and what was made for it so far.
struct Proposal: Sendable {
  var pipeline: ProposalPipeline
  var material = Material()
  var signingStart: UnixMilliseconds?
  var holdStart: UnixMilliseconds?

  /// The products of the stages of the current attempt.
  struct Material: Sendable {
    var selection: Selection?
    var compactSelection: CompactSelection?
    var candidate: BlockBuilding.Candidate?
    var proposerProof: SingleMessageAggregate?
    var signature: Signature?
    var signedBlock: SignedBlock?
  }
}

/// The view of a proposer, computed once for each state of the store.
struct ViewCache: Sendable {
  let storeRevision: UInt64
  let slot: Slot
  let view: ProposalView?
}

// Our proposals, from the schedule to their outcome.
extension ChainState {
  mutating func scheduleProposal(_ slot: Slot) {
    let proposer = proposer(of: slot)
    guard slot > Slot(0), isOurs(proposer), proposals[slot] == nil, !hasBlock(of: slot) else {
      return
    }
    emit(.proposal(.scheduled(slot: slot.rawValue, validator: proposer.rawValue)))
    let isForced = isForceArmed && now < clock.start(in: slot)
    if isForced { isForceArmed = false }
    proposals[slot] = Proposal(
      pipeline: ProposalPipeline(
        slot: slot, proposer: proposer, clock: clock, policy: configuration.policy,
        isForced: isForced))
  }

  /// Whether the slot has its block, as after a restart right behind its publication.
  private func hasBlock(of slot: Slot) -> Bool {
    store.headNode.slot >= slot && store.tree.nodes.contains { $0.slot == slot }
  }

  /// Lets every proposal go as far as time and the rest of the chain allow.
  ///
  /// What ends unfinished after the clock jumped ended because of it, not because we were slow.
  mutating func proceedProposals() {
    let input: ProposalPipeline.Input = hasClockJumped ? .clockSteppedForward : .proceed
    for slot in proposals.keys.sorted() { handProposal(slot, input) }
  }

  /// Hands an input to the proposal of a slot and does what it wants.
  mutating func handProposal(_ slot: Slot, _ input: ProposalPipeline.Input) {
    guard var pipeline = proposals[slot]?.pipeline else { return }
    refreshView(for: pipeline)
    let actions = pipeline.handle(input, at: now, in: surroundings(of: pipeline))
    proposals[slot]?.pipeline = pipeline
    for action in actions { perform(action, slot) }
  }

  private mutating func perform(_ action: ProposalPipeline.Action, _ slot: Slot) {
    switch action {
    case .run(let stage, let attempt): run(stage, attempt, slot)
    case .sign(let attempt, let block): sign(block, attempt, slot)
    case .importAndPublish(_, let block): importAndPublish(slot, block)
    case .discardWork:
      cancelProposalWork(slot)
      proposals[slot]?.material = Proposal.Material()
    case .emit(let event): emit(.proposal(event))
    case .doubtCosts: costs.doubtCommit()
    case .warn(let message): log(.warning, message)
    case .finish(let outcome): end(slot, outcome)
    }
  }

  private mutating func cancelProposalWork(_ slot: Slot) {
    cancelWork { owner in
      if case .proposal(slot, _, _) = owner { true } else { false }
    }
  }

  // MARK: Surroundings

  func surroundings(of pipeline: ProposalPipeline) -> ProposalPipeline.Surroundings {
    let isInSlot = now >= pipeline.times.slotStart
    let promoted = isInSlot ? nil : cachedView(for: pipeline.slot)
    let seen = promoted?.store ?? store
    return ProposalPipeline.Surroundings(
      view: ProposalPipeline.View(
        head: seen.head, justifiedSlot: seen.latestJustified.slot, votesRevision: votesRevision),
      isGateOpen: isGateOpen, conflictsWithFinalized: conflictsWithFinalized(pipeline),
      isParentHere: seen.headNode.slot + 1 >= pipeline.slot,
      usualArrivalMilliseconds: blockArrivals.latest,
      firstAggregate: firstAggregates[pipeline.slot.saturatingSubtract(1)],
      expected: expectedBlock, costs: costs)
  }

  private func conflictsWithFinalized(_ pipeline: ProposalPipeline) -> Bool {
    guard let parent = pipeline.parentRoot, parent != store.head else { return false }
    guard let block = store.tree[parent] else { return true }
    return !store.tree.isAncestor(store.latestFinalized, of: block.checkpoint)
  }

  /// Looks ahead to the start of the slot if the proposal compares its work with that.
  private mutating func refreshView(for pipeline: ProposalPipeline) {
    guard now < pipeline.times.slotStart, cachedView(for: pipeline.slot) == nil else { return }
    switch pipeline.phase {
    case .building, .sealed: break
    case .scheduled:
      guard now >= pipeline.startTime(surroundings(of: pipeline)) else { return }
    case .signing, .proving, .prepared, .importing, .finished: return
    }
    viewCache = ViewCache(
      storeRevision: storeRevision, slot: pipeline.slot,
      view: try? ProposalView(
        of: store, slot: pipeline.slot, proposerIndex: pipeline.proposer))
  }

  private func cachedView(for slot: Slot) -> ProposalView? {
    guard let viewCache, viewCache.slot == slot, viewCache.storeRevision == storeRevision
    else { return nil }
    return viewCache.view
  }

  // MARK: Stages

  private mutating func run(
    _ stage: Stage, _ attempt: ProposalPipeline.Attempt, _ slot: Slot
  ) {
    guard let job = job(stage, attempt, slot) else {
      return handProposal(slot, .failed(attempt: attempt.number, stage))
    }
    submit(job, for: .proposal(slot, attempt: attempt.number, stage))
  }

  private func job(
    _ stage: Stage, _ attempt: ProposalPipeline.Attempt, _ slot: Slot
  ) -> ChainJob? {
    guard let proposal = proposals[slot] else { return nil }
    let material = proposal.material
    switch stage {
    case .select:
      return proposerView(slot).map { view in
        let rules = SelectionRules(
          maximumAttestationData: attempt.maximumAttestations,
          oneDataPerSlot: configuration.oneDataPerSlot)
        return .select(view, rules)
      }
    case .compact: return material.selection.map { .compact($0) }
    case .seal:
      return (material.compactSelection ?? material.selection?.uncompacted).map { .seal($0) }
    case .wrap:
      guard let candidate = material.candidate, let signature = material.signature
      else { return nil }
      return .wrap(candidate, signature)
    case .merge:
      guard let candidate = material.candidate, let proof = material.proposerProof
      else { return nil }
      return .merge(candidate, proof)
    case .sign, .hold, .import, .publish, .attest, .aggregate, .safeTarget: return nil
    }
  }

  /// A copy of the store as it will be, or is, when the slot starts; building never moves ours.
  private func proposerView(_ slot: Slot) -> ProposalView? {
    cachedView(for: slot)
      ?? (try? ProposalView(of: store, slot: slot, proposerIndex: proposer(of: slot)))
  }

  mutating func takeProduct(_ product: WorkProduct, _ slot: Slot, attempt: Int) {
    guard let attemptNow = proposals[slot]?.pipeline.attempts, attemptNow == attempt
    else { return }
    switch product {
    case .selection(let selection):
      proposals[slot]?.material.selection = selection
      let isFull = proposals[slot]?.pipeline.buildingLevel == .full
      let compacted = isFull ? ChainJob.compact(selection).size.components : 0
      expectedBlock = ExpectedBlock(
        attestations: max(1, selection.votes.count), compactedProofs: compacted)
      handProposal(slot, .selected(attempt: attempt, compactedProofs: compacted))
    case .compactSelection(let selection):
      proposals[slot]?.material.compactSelection = selection
      handProposal(slot, .compacted(attempt: attempt))
    case .candidate(let candidate): takeCandidate(candidate, slot, attempt)
    case .proof(let proof):
      proposals[slot]?.material.proposerProof = proof
      handProposal(slot, .wrapped(attempt: attempt))
    case .signedBlock(let block): takeSignedBlock(block, slot, attempt)
    case .verifiedBlock, .verifiedAttestation, .verifiedAggregate:
      preconditionFailure("a stage of slot \(slot) made something that none makes")
    }
  }

  private mutating func takeCandidate(
    _ candidate: BlockBuilding.Candidate, _ slot: Slot, _ attempt: Int
  ) {
    proposals[slot]?.material.candidate = candidate
    let block = candidate.block
    emit(
      .proposal(
        .candidate(
          ChainEvents.Candidate(
            slot: slot.rawValue, root: candidate.root, parent: block.parentRoot,
            votes: candidate.voterCount, validators: store.validators.count,
            aggregates: candidate.proofs.count))))
    handProposal(
      slot,
      .sealed(
        attempt: attempt,
        ProposalPipeline.SealedBlock(
          root: candidate.root, parentRoot: block.parentRoot,
          justifiedSlot: candidate.postState.latestJustified.slot,
          attestations: candidate.proofs.count)))
  }

  private mutating func takeSignedBlock(_ block: SignedBlock, _ slot: Slot, _ attempt: Int) {
    proposals[slot]?.material.signedBlock = block
    guard let root = proposals[slot]?.pipeline.committedRoot else { return }
    let lead = -arrival(in: slot)
    emit(
      .proposal(
        .prepared(
          slot: slot.rawValue, root: root, bytes: block.sszBytes().count,
          leadMilliseconds: lead)))
    proposals[slot]?.holdStart = now
    emit(.duty(.stageStarted(.hold, slot: slot.rawValue)))
    handProposal(slot, .merged(attempt: attempt))
  }

  // MARK: Signing

  private mutating func sign(
    _ block: ProposalPipeline.SealedBlock, _ attempt: ProposalPipeline.Attempt, _ slot: Slot
  ) {
    proposals[slot]?.signingStart = now
    emit(.duty(.stageStarted(.sign, slot: slot.rawValue)))
    effects.append(
      .sign(.block(slot: slot, proposer: proposer(of: slot), root: block.root)))
  }

  mutating func takeSignatures(_ answer: SigningAnswer) {
    switch answer {
    case .attestations(let data, let answers): takeVotes(data, answers)
    case .block(let slot, let root, let result):
      guard let proposal = proposals[slot], proposal.pipeline.committedRoot == root,
        let start = proposal.signingStart
      else { return }
      let attempt = proposal.pipeline.attempts
      let elapsed = now.milliseconds(since: start)
      costs.observe(CostSample(stage: .sign, size: WorkSize(), milliseconds: elapsed))
      switch result {
      case .success(let signature):
        tellEnd(of: .sign, slot, elapsed, failure: nil)
        proposals[slot]?.material.signature = signature
        handProposal(slot, .signed(attempt: attempt))
      case .failure(let refusal):
        tellEnd(of: .sign, slot, elapsed, failure: "\(refusal)")
        emit(
          .key(
            .signingRefused(
              slot: slot.rawValue, validator: proposal.pipeline.proposer.rawValue, .proposal,
              reason: "\(refusal)")))
        handProposal(slot, .refused(attempt: attempt, refusal.missReason))
      }
    }
  }

  // MARK: End

  /// Ends the stage between a complete block and its release or its discard.
  mutating func endHold(_ slot: Slot) {
    guard let start = proposals[slot]?.holdStart else { return }
    proposals[slot]?.holdStart = nil
    tellEnd(of: .hold, slot, now.milliseconds(since: start), failure: nil)
  }

  private mutating func end(_ slot: Slot, _ outcome: ProposalOutcome) {
    endHold(slot)
    guard let proposal = proposals.removeValue(forKey: slot) else { return }
    cancelProposalWork(slot)
    let material = proposal.material
    emit(
      .proposal(
        .outcome(
          ProposalResult(
            slot: slot.rawValue, validator: proposal.pipeline.proposer.rawValue,
            outcome: outcome, root: material.candidate?.root,
            votes: material.candidate?.voterCount,
            bytes: material.signedBlock?.sszBytes().count))))
  }
}
