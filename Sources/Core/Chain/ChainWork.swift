public import Aggregation
public import BlockBuilding
public import ChainEvents
public import Consensus
public import ForkChoice
internal import Hashing
public import Proposing
internal import SSZ
public import XMSS

/// One piece of work that must not run on the engine.
public struct Work: Sendable {
  /// What the answer has to name.
  public let ticket: WorkTicket

  /// Where it has to run.
  public let lane: WorkLane

  /// What is to be done.
  public let job: ChainJob

  package init(ticket: WorkTicket, lane: WorkLane, job: ChainJob) {
    self.ticket = ticket
    self.lane = lane
    self.job = job
  }
}

/// Work as a value: everything it needs, and nothing of the engine.
public enum ChainJob: Sendable {
  /// Choose votes for a block.
  case select(ProposalView, SelectionRules)

  /// Give each vote one proof.
  case compact(Selection)

  /// Run the state transition.
  case seal(CompactSelection)

  /// Make a proof of our signature.
  case wrap(BlockBuilding.Candidate, Signature)

  /// Make the proof of our block.
  case merge(BlockBuilding.Candidate, SingleMessageAggregate)

  /// Prove votes of others.
  case aggregate(AggregationJob)

  /// Split a vote off the proof of a block.
  case reaggregate(ReaggregationJob)

  /// Check all signatures of a block.
  case verifyBlock(BlockSignatureCheck)

  /// Check the signature of a vote.
  case verifyAttestation(AttestationSignatureCheck)

  /// Check the proof of an aggregate.
  case verifyAggregate(AggregateSignatureCheck)
}

/// What a job made.
public enum WorkProduct: Sendable {
  /// Votes for a block.
  case selection(Selection)

  /// Votes for a block, one proof each.
  case compactSelection(CompactSelection)

  /// A block without signature.
  case candidate(BlockBuilding.Candidate)

  /// A proof of one message.
  case proof(SingleMessageAggregate)

  /// A complete block.
  case signedBlock(SignedBlock)

  /// A block whose signatures are valid.
  case verifiedBlock(VerifiedBlock)

  /// A vote whose signature is valid.
  case verifiedAttestation(VerifiedAttestation)

  /// An aggregate whose proof is valid.
  case verifiedAggregate(VerifiedAggregate)
}

/// How a job ended.
public enum WorkResult: Sendable {
  /// It made this.
  case product(WorkProduct)

  /// The rules refuse what was given to it.
  case rejected(Rejection)

  /// The prover or the machine failed, with a line that says how.
  case failed(String)
}

extension ChainJob {
  /// The stage that screens show and the cost model learns, if it is one.
  public var stage: Stage? {
    switch self {
    case .select: .select
    case .compact: .compact
    case .seal: .seal
    case .wrap: .wrap
    case .merge: .merge
    case .aggregate: .aggregate
    case .reaggregate, .verifyBlock, .verifyAttestation, .verifyAggregate: nil
    }
  }

  /// What the cost depends on.
  public var size: WorkSize {
    switch self {
    case .compact(let selection):
      WorkSize(components: selection.compactionJobs.reduce(0) { $0 + $1.children.count })
    case .wrap: WorkSize(signatures: 1)
    case .merge(let candidate, _): WorkSize(components: candidate.proofs.count + 1)
    case .aggregate(let job):
      WorkSize(signatures: job.job.signatures.count, components: job.job.children.count)
    case .reaggregate(let job): WorkSize(components: job.componentKeys.count)
    case .select, .seal, .verifyBlock, .verifyAttestation, .verifyAggregate: WorkSize()
    }
  }

  /// The lane it belongs to.
  var lane: WorkLane {
    switch self {
    case .select, .seal: .builder
    case .compact, .wrap, .merge, .aggregate, .reaggregate: .prover
    case .verifyBlock, .verifyAggregate: .verifier
    case .verifyAttestation: .votes
    }
  }

  /// How urgent it is inside its lane.
  package var priority: WorkPriority {
    switch self {
    case .select, .compact, .seal, .wrap, .merge: .proposal
    case .verifyBlock: .proposal
    case .aggregate, .verifyAggregate: .aggregation
    case .reaggregate, .verifyAttestation: .reaggregation
    }
  }

  /// Does the work; may take seconds, so never on the engine or the cooperative pool.
  public func run(on backend: some AggregationBackend, scheme: Scheme) -> WorkResult {
    do {
      return .product(try make(on: backend, scheme: scheme))
    } catch let rejection as Rejection {
      return .rejected(rejection)
    } catch {
      return .failed("\(error)")
    }
  }

  private func make(
    on backend: some AggregationBackend, scheme: Scheme
  ) throws -> WorkProduct {
    switch self {
    case .select(let view, let rules):
      .selection(
        try view.select(rules) { backend.multiMessageProofByteCount(signersPerComponent: $0) })
    case .compact(let selection):
      // One bad proof must not cost the block its vote: it is left out.
      .compactSelection(
        selection.compacted(
          by: try selection.compactionJobs.map { try $0.runDroppingOffenders(on: backend).proof }))
    case .seal(let selection): .candidate(try selection.seal())
    case .wrap(let candidate, let signature):
      .proof(try candidate.wrapJob(signature: signature).run(on: backend))
    case .merge(let candidate, let proof):
      .signedBlock(
        candidate.assemble(try candidate.mergeJob(proposerProof: proof).run(on: backend)))
    case .aggregate(let job): .proof(try job.job.run(on: backend))
    case .reaggregate(let job): .proof(try job.run(on: backend))
    case .verifyBlock(let check): .verifiedBlock(try check.verified(by: backend))
    case .verifyAttestation(let check):
      .verifiedAttestation(try check.verified(scheme: scheme))
    case .verifyAggregate(let check): .verifiedAggregate(try check.verified(by: backend))
    }
  }
}
