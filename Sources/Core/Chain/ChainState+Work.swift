internal import BlockBuilding
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Proposing

/// A job in the queue, with who wants it.
struct QueuedJob: Sendable {
  let owner: JobOwner
  let job: ChainJob
}

/// Who waits for a job's answer.
enum JobOwner: Sendable {
  case proposal(Slot, attempt: Int, Stage)
  case aggregation(Slot)
  case reaggregation(AttestationData, asked: Slot)
  case block(ReceivedBlock)
  case attestation(SignedAttestation, MessageOrigin)
  case aggregate(SignedAggregatedAttestation, MessageOrigin)
}

// Work that runs elsewhere: submitted, started by priority, answered once.
extension ChainState {
  /// Puts a job into the queue; a full lane refuses it, which fails the job at once.
  mutating func submit(_ job: ChainJob, for owner: JobOwner) {
    let queued = QueuedJob(owner: owner, job: job)
    guard
      let submitted = queue.submit(queued, lane: job.lane, priority: job.priority)
    else { return fail(queued, "the \(job.lane.rawValue) lane is full") }
    if let displaced = submitted.displaced {
      fail(displaced.job, "put out of the \(job.lane.rawValue) lane by more urgent work")
    }
  }

  /// Takes waiting jobs back and says how many there were.
  @discardableResult
  mutating func cancelWork(where isCancelled: (JobOwner) -> Bool) -> Int {
    queue.cancel { isCancelled($0.owner) }.count
  }

  /// Starts what the lanes have room for.
  mutating func startWork() {
    for entry in queue.start(at: now) {
      if let stage = entry.job.job.stage, let slot = entry.job.slot {
        emit(.duty(.stageStarted(stage, slot: slot.rawValue)))
      }
      effects.append(
        .work(Work(ticket: entry.ticket, lane: entry.lane, job: entry.job.job)))
    }
    tellProver()
  }

  mutating func endWork(_ ticket: WorkTicket, _ result: WorkResult) {
    guard let ended = queue.finish(ticket) else {
      return log(.warning, "work \(ticket.number) was answered twice or never asked for")
    }
    let (owner, job) = (ended.job.owner, ended.job.job)
    if let stage = job.stage, let slot = ended.job.slot {
      let elapsed = now.milliseconds(since: ended.start ?? now)
      if case .product = result {
        costs.observe(CostSample(stage: stage, size: job.size, milliseconds: elapsed))
      }
      tellEnd(of: stage, slot, elapsed, failure: result.failure)
      if stage == .merge { tellCosts() }
    }
    switch result {
    case .product(let product): deliver(product, owner, job)
    case .rejected(let rejection): reject(ended.job, rejection)
    case .failed(let reason): fail(ended.job, reason)
    }
  }

  private mutating func deliver(_ product: WorkProduct, _ owner: JobOwner, _ job: ChainJob) {
    switch (owner, job, product) {
    case (.proposal(let slot, let attempt, _), _, _):
      takeProduct(product, slot, attempt: attempt)
    case (.aggregation(let slot), .aggregate(let job), .proof(let proof)):
      takeAggregate(proof, of: job, slot: slot)
    case (.reaggregation, .reaggregate(let job), .proof(let proof)):
      takeReaggregate(proof, of: job)
    case (.block(let received), _, .verifiedBlock(let block)): accept(block, received)
    case (.attestation(_, let origin), _, .verifiedAttestation(let attestation)):
      accept(attestation, from: origin)
    case (.aggregate(_, let origin), _, .verifiedAggregate(let aggregate)):
      accept(aggregate, from: origin)
    default: preconditionFailure("work for \(owner) made something else")
    }
  }

  private mutating func reject(_ job: QueuedJob, _ rejection: Rejection) {
    switch job.owner {
    case .block(let received): refuse(received, rejection)
    case .attestation(let attestation, let origin): refuse(attestation, rejection, from: origin)
    case .aggregate(let aggregate, let origin): refuse(aggregate, rejection, from: origin)
    case .proposal, .aggregation, .reaggregation: fail(job, "\(rejection)")
    }
  }

  /// A failure of the prover or the machine, never of a peer.
  private mutating func fail(_ job: QueuedJob, _ reason: String) {
    switch job.owner {
    case .proposal(let slot, let attempt, let stage):
      log(.error, "\(stage.rawValue) for slot \(slot) failed: \(reason)")
      handProposal(slot, .failed(attempt: attempt, stage))
    case .aggregation(let slot): failAggregate(reason, slot: slot)
    case .reaggregation: log(.warning, "splitting a vote off a block failed: \(reason)")
    case .block(let received):
      verifying.remove(received.root)
      log(.warning, "block \(received.root.short) was not verified: \(reason)")
      judge(received.origin, .ignored)
    case .attestation(_, let origin), .aggregate(_, let origin):
      log(.debug, "a vote was not verified: \(reason)")
      judge(origin, .ignored)
    }
  }

  // MARK: Telling

  mutating func tellEnd(of stage: Stage, _ slot: Slot, _ elapsed: UInt64, failure: String?) {
    emit(
      .duty(
        .stageEnded(
          stage, slot: slot.rawValue, milliseconds: Int64(elapsed), failure: failure)))
  }

  private mutating func tellCosts() {
    let commit = costs.commit(attestations: expectedBlock.attestations)
    let merge = costs.prediction(
      .merge, WorkSize(components: expectedBlock.attestations + 1))
    emit(
      .duty(
        .costModel(
          CostModel(
            buildMilliseconds: Int64(costs.unsignedBuild(expectedBlock) + commit),
            commitMilliseconds: Int64(commit), mergeMilliseconds: Int64(merge),
            samples: costs.sampleCount(.merge)))))
  }

  private mutating func tellProver() {
    let proving = queue.running.values.filter { $0.lane == .prover }
      .max { $0.ticket < $1.ticket }
    let state = proving.map { ProverState($0.priority) } ?? .idle
    guard state != proverState else { return }
    proverState = state
    emit(
      .duty(
        .prover(
          state, slot: proving?.job.slot?.rawValue,
          waiting: queue.waiting.count { $0.lane == .prover })))
  }
}

extension QueuedJob {
  /// The slot that the job is for, if a screen shows it as a stage.
  var slot: Slot? {
    switch owner {
    case .proposal(let slot, _, _), .aggregation(let slot): slot
    case .reaggregation(let data, _): data.slot
    case .block, .attestation, .aggregate: nil
    }
  }
}

extension ProverState {
  init(_ priority: WorkPriority) {
    self =
      switch priority {
      case .proposal: .proposal
      case .aggregation: .aggregation
      case .reaggregation: .reaggregation
      }
  }
}

extension WorkResult {
  /// What went wrong, if something did.
  var failure: String? {
    switch self {
    case .product: nil
    case .rejected(let rejection): "\(rejection)"
    case .failed(let reason): reason
    }
  }
}
