package import Aggregation
package import BlockBuilding
package import ChainEvents
package import Consensus
package import ForkChoice
internal import Hashing
internal import SSZ
package import XMSS

/// One piece of work that must not run on the engine.
package struct Work: Sendable {
  /// What the answer has to name.
  package let ticket: WorkTicket

  /// What is to be done.
  package let job: ChainJob

  /// Where it has to run.
  package var lane: WorkLane { job.traits.lane }

  package init(ticket: WorkTicket, job: ChainJob) {
    self.ticket = ticket
    self.job = job
  }
}

/// Work as a value: who wants it, everything it needs, and nothing of the engine.
package enum ChainJob: Sendable {
  /// Choose votes for a block.
  case select(Build, ProposalView, SelectionRules)
  /// Give each vote one proof.
  case compact(Build, Selection)
  /// Run the state transition.
  case seal(Build, CompactSelection)
  /// Make a proof of our signature.
  case wrap(Build, Candidate, Signature)
  /// Make the proof of our block.
  case merge(Build, Candidate, ProposerEvidence)
  /// Prove votes of others in a slot.
  case aggregate(Slot, AggregationJob)
  /// Split a vote off the proof of a block; asked for in a slot.
  case reaggregate(Slot, ReaggregationJob)
  /// Check all signatures of a block.
  case verifyBlock(ReceivedBlock, BlockSignatureCheck)
  /// Check the proof of an aggregate.
  case verifyAggregate(Unverified<AggregateSignatureCheck>)
  /// Check the signatures of votes: many at once cost half.
  case verifyVotes([Unverified<AttestationSignatureCheck>])
}

/// How a job ended: what it made, and for whom.
package enum JobResult: Sendable {
  /// Votes for a block.
  case selected(Build, Selection)
  /// Votes for a block, one proof each.
  case compacted(Build, CompactSelection)
  /// A block without signature.
  case sealed(Build, Candidate)
  /// A proof of our signature.
  case wrapped(Build, SingleMessageAggregate)
  /// A complete block.
  case merged(Build, SignedBlock)
  /// A proof of votes.
  case aggregated(Slot, SignedAggregatedAttestation)
  /// A vote split off a block.
  case reaggregated(SignedAggregatedAttestation)
  /// A block whose signatures are valid.
  case verifiedBlock(ReceivedBlock, VerifiedBlock)
  /// An aggregate whose proof is valid.
  case verifiedAggregate(MessageOrigin, VerifiedAggregate)
  /// Votes, each with its valid form or none.
  case verifiedVotes([(vote: Unverified<AttestationSignatureCheck>, valid: VerifiedAttestation?)])
  /// Nothing was made.
  case failed(ChainJob, JobFailure)
}

extension JobResult {
  /// Why nothing was made, if so.
  package var failure: JobFailure? {
    if case .failed(_, let failure) = self { failure } else { nil }
  }
}

/// Why a job made nothing.
package enum JobFailure: Error, Sendable, CustomStringConvertible {
  /// The rules refuse what was given to it.
  case rejected(Rejection)
  /// The prover or the machine failed, with a line that says how; nobody's message is to blame.
  case broken(String)

  /// What an operator reads.
  package var description: String {
    switch self {
    case .rejected(let rejection): "\(rejection)"
    case .broken(let reason): reason
    }
  }
}

/// One attempt to build the block of a slot.
package struct Build: Hashable, Sendable {
  /// The slot of the block.
  package let slot: Slot

  /// Counts the attempts for that slot; answers to an older one are ignored.
  package let attempt: Int

  package init(slot: Slot, attempt: Int) {
    self.slot = slot
    self.attempt = attempt
  }
}

extension ChainJob {
  /// Where a job runs, how urgent it is there, and which stage screens show and costs are learned of.
  package struct Traits {
    package let lane: WorkLane
    package let priority: WorkPriority
    package var stage: Stage?
  }

  package var traits: Traits {
    switch self {
    case .select: Traits(lane: .builder, priority: .proposal, stage: .select)
    case .compact: Traits(lane: .prover, priority: .proposal, stage: .compact)
    case .seal: Traits(lane: .builder, priority: .proposal, stage: .seal)
    case .wrap: Traits(lane: .prover, priority: .proposal, stage: .wrap)
    case .merge: Traits(lane: .prover, priority: .proposal, stage: .merge)
    case .aggregate: Traits(lane: .prover, priority: .aggregation, stage: .aggregate)
    case .reaggregate: Traits(lane: .prover, priority: .reaggregation)
    case .verifyBlock: Traits(lane: .verifier, priority: .proposal)
    case .verifyAggregate: Traits(lane: .verifier, priority: .aggregation)
    case .verifyVotes: Traits(lane: .votes, priority: .reaggregation)
    }
  }

  /// Whose work it is, if that duty can be given up; checks of messages always run.
  package enum Owner: Hashable, Sendable {
    case proposal(Slot)
    case aggregation(Slot)
    case reaggregation(asked: Slot)

    /// Whether it goes when `other` is given up: splits asked for earlier go with later ones.
    package func isCovered(by other: Owner) -> Bool {
      guard case .reaggregation(let asked) = self, case .reaggregation(let latest) = other else {
        return self == other
      }
      return asked <= latest
    }
  }

  package var owner: Owner? {
    switch self {
    case .select(let build, _, _), .compact(let build, _), .seal(let build, _),
      .wrap(let build, _, _), .merge(let build, _, _):
      .proposal(build.slot)
    case .aggregate(let slot, _): .aggregation(slot)
    case .reaggregate(let asked, _): .reaggregation(asked: asked)
    case .verifyBlock, .verifyAggregate, .verifyVotes: nil
    }
  }

  /// The slot that screens show it under.
  package var shownSlot: Slot? {
    switch self {
    case .reaggregate(_, let job): job.data.slot
    default:
      switch owner {
      case .proposal(let slot), .aggregation(let slot), .reaggregation(let slot): slot
      case nil: nil
      }
    }
  }

  /// What the cost depends on.
  package var size: WorkSize {
    switch self {
    case .compact(_, let selection): WorkSize(components: selection.compactedProofs)
    case .wrap: WorkSize(signatures: 1)
    case .merge(_, let candidate, .proof): WorkSize(components: candidate.proofs.count + 1)
    case .merge(_, let candidate, .signature):
      WorkSize(signatures: 1, components: candidate.proofs.count)
    case .aggregate(_, let job):
      WorkSize(signatures: job.job.signatures.count, components: job.job.children.count)
    case .reaggregate(_, let job): WorkSize(components: job.componentKeys.count)
    case .select, .seal, .verifyBlock, .verifyVotes, .verifyAggregate: WorkSize()
    }
  }

  /// Does the work; may take seconds, so never on the engine or the cooperative pool.
  package func run(
    on backend: some AggregationBackend, scheme: Scheme, workers: Workers = .callingThread
  ) -> JobResult {
    do {
      return try make(on: backend, scheme: scheme, workers: workers)
    } catch let rejection as Rejection {
      return .failed(self, .rejected(rejection))
    } catch {
      return .failed(self, .broken("\(error)"))
    }
  }

  private func make(
    on backend: some AggregationBackend, scheme: Scheme, workers: Workers
  ) throws -> JobResult {
    switch self {
    case .select(let build, let view, let rules):
      .selected(
        build,
        try view.select(rules) { backend.multiMessageProofByteCount(signersPerComponent: $0) })
    case .compact(let build, let selection):
      // One bad proof must not cost the block its vote: it is left out.
      .compacted(
        build,
        selection.compacted(
          by: try selection.compactionJobs.map { try $0.runDroppingOffenders(on: backend).proof }))
    case .seal(let build, let selection): .sealed(build, try selection.seal())
    case .wrap(let build, let candidate, let signature):
      .wrapped(build, try candidate.wrapJob(signature: signature).run(on: backend))
    case .merge(let build, let candidate, let evidence):
      .merged(build, try candidate.proven(by: backend, with: evidence))
    case .aggregate(let slot, let job):
      .aggregated(
        slot, SignedAggregatedAttestation(data: job.data, proof: try job.job.run(on: backend)))
    case .reaggregate(_, let job):
      .reaggregated(SignedAggregatedAttestation(data: job.data, proof: try job.run(on: backend)))
    case .verifyBlock(let received, let check):
      .verifiedBlock(received, try check.verified(by: backend))
    case .verifyAggregate(let aggregate):
      .verifiedAggregate(aggregate.origin, try aggregate.check.verified(by: backend))
    case .verifyVotes(let votes):
      .verifiedVotes(
        zip(
          votes,
          try AttestationSignatureCheck.verified(
            votes.map(\.check), by: backend, scheme: scheme, on: workers)
        ).map { (vote: $0, valid: $1) })
    }
  }
}

extension Selection {
  /// Proofs that compaction has to merge; zero when each vote has one.
  package var compactedProofs: Int { compactionJobs.reduce(0) { $0 + $1.children.count } }
}
