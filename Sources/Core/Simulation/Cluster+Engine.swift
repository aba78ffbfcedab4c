internal import Aggregation
internal import BlockBuilding
internal import Chain
internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Randomness
internal import SSZ

// Inputs into an engine, and what becomes of its effects.
extension Cluster {
  /// How late a timer fires on a machine that is not overloaded.
  static let timerLateness = LatencyDistribution(
    minimum: 0, median: 0, p90: 1, p99: 2, maximum: 5)

  /// What selection and sealing take.
  static let builderLatency = LatencyDistribution(
    minimum: 1, median: 2, p90: 4, p99: 8, maximum: 15)

  /// Hands an input to a node's engine, does what it wants, and checks the call.
  mutating func handle(_ input: ChainEngine.Input, _ node: NodeIndex, job: ChainJob? = nil) {
    let reading = nodes[node].reading(at: queue.now)
    guard stopwatch == nil else { return measure(input, node, at: reading) }
    let facts = nodes[node].chain.map {
      EngineFacts($0, keepsStore: input.comparesStore(job, $0, at: reading.wall))
    }
    guard let facts else { return }
    let spoiled = options.plantedBug.flatMap { bug in nodes[node].chain.map { (bug, $0) } }
    var effects = nodes[node].chain?.handle(input, at: reading) ?? []
    guard var after = nodes[node].chain.map({ EngineFacts($0, keepsStore: true) }) else { return }
    if let (bug, before) = spoiled, let chain = nodes[node].chain, checks.isHonest(node) {
      var call = SpoiledCall(
        input: input, before: before, reading: reading, chain: chain, effects: effects,
        after: after)
      spoil(&call, bug, node)
      nodes[node].chain = call.chain
      (effects, after) = (call.effects, call.after)
    }
    for effect in effects { perform(effect, node) }
    let call = EngineCall(
      input: input, job: job, configuration: nodes[node].configuration, before: facts,
      after: after, effects: effects, wall: reading.wall)
    checks.check(call, node, at: queue.now)
    armTimer(node)
    if options.plantedBug == .twoFacedMajority { voteForEverybody(node) }
  }

  private mutating func measure(
    _ input: ChainEngine.Input, _ node: NodeIndex, at reading: ClockReading
  ) {
    let start = stopwatch?() ?? 0
    let effects = nodes[node].chain?.handle(input, at: reading) ?? []
    engineNanoseconds += (stopwatch?() ?? 0) - start
    for effect in effects { perform(effect, node) }
    armTimer(node)
  }

  /// Keeps one timer for each engine; it sleeps by the monotonic clock, as the real shell does.
  mutating func armTimer(_ node: NodeIndex) {
    nodes[node].wakeGeneration += 1
    guard let deadline = nodes[node].chain?.nextDeadline else { return }
    let time = nodes[node].clock.time(wall: Int(clamping: deadline.rawValue))
    let lateness = Cluster.timerLateness.draw(from: &clockRandom)
    queue.schedule(
      .wake(node, generation: nodes[node].wakeGeneration),
      at: max(time, queue.now).advanced(by: lateness))
  }

  private mutating func perform(_ effect: ChainEngine.Effect, _ node: NodeIndex) {
    switch effect {
    case .emit(let event): emit(event, node)
    case .work(let work): begin(work, node)
    case .sign(let request): beginSigning(request, node)
    case .publishBlock(let block):
      publish(block, node)
      queue.schedule(
        .published(
          node, incarnation: nodes[node].incarnation, root: block.block.hashTreeRoot()),
        at: queue.now)
    case .publishAttestations(let votes):
      for vote in votes { publish(vote, node) }
    case .publishAggregate(let aggregate): broadcast(.aggregate(aggregate), from: node)
    case .abandon(let ticket, let lane): free(lane, of: ticket, node)
    case .requestBlocks(let blocks): request(blocks, node)
    case .persist(.block(let block, _)): nodes[node].blocks.append(block)
    case .persist(.anchor(let block, let state)):
      if Store.keepsState(at: block.slot, after: nodes[node].anchor.block.slot) {
        nodes[node].anchor = (block, state)
      }
    case .judge(let gossip, let verdict): judge(gossip, verdict, node)
    // Nobody asks an engine of a simulation to stop.
    case .stopped: checks.fail(.noEngineDies, node, "the engine has stopped", at: queue.now)
    }
  }

  private mutating func emit(_ event: ChainEvent, _ node: NodeIndex) {
    let wall = nodes[node].wall(at: queue.now).rawValue
    log.append(nodes[node].stamp.stamp(event, at: wall))
    guard checks.isHonest(node) else { return }
    statistics.count(event)
    if let sender = event.refusedAsFutureFrom.flatMap(index(ofNodeNamed:)),
      areClocksClose(node, sender)
    {
      checks.fail(.honestIsNotFuture, node, "a message of node\(sender)", at: queue.now)
    }
  }

  private func index(ofNodeNamed name: String) -> NodeIndex? {
    nodes.firstIndex { $0.name == name }
  }

  /// Whether two honest nodes disagree on the time by less than the protocol must bear.
  private func areClocksClose(_ first: NodeIndex, _ second: NodeIndex) -> Bool {
    guard checks.isHonest(second) else { return false }
    let isSettled = [first, second].allSatisfy { node in
      // Whatever was sent with a wrong clock has arrived or is lost after two slots.
      queue.now.milliseconds - nodes[node].clockMovedAt.milliseconds
        > 2 * Int(Preset.millisecondsPerSlot)
    }
    let difference =
      nodes[first].clock.wall(at: queue.now) - nodes[second].clock.wall(at: queue.now)
    return isSettled && abs(difference) < Int(Preset.millisecondsPerInterval)
  }

  // MARK: Work

  /// Starts a job on its lane, which has to be free: one that hangs keeps it until it is given up.
  private mutating func begin(_ work: Work, _ node: NodeIndex) {
    if nodes[node].busyLanes.updateValue(work.ticket, forKey: work.lane) != nil {
      checks.fail(
        .proverServesByPriority, node, "the \(work.lane.rawValue) lane has two jobs",
        at: queue.now)
    }
    guard !nodes[node].isProverHung || work.lane != .prover else { return }
    queue.schedule(
      .workEnded(node, incarnation: nodes[node].incarnation, work),
      at: queue.now.advanced(by: latency(of: work.job)))
    if options.plantedBug == .proofOnEngine { keepEngineBusy(with: work, node) }
  }

  private mutating func free(_ lane: WorkLane, of ticket: WorkTicket, _ node: NodeIndex) {
    if nodes[node].busyLanes[lane] == ticket { nodes[node].busyLanes[lane] = nil }
  }

  mutating func endWork(_ work: Work, _ node: NodeIndex) {
    free(work.lane, of: work.ticket, node)
    handle(.workEnded(work.ticket, result(of: work.job, node)), node, job: work.job)
  }

  /// Jobs are pure, so they run when they end.
  private func result(of job: ChainJob, _ node: NodeIndex) -> JobResult {
    if nodes[node].isProverBroken, job.traits.lane == .prover {
      return .failed(job, .broken("the prover is broken"))
    }
    guard case .verifyVotes(let votes) = job else {
      return job.run(on: backend, scheme: SimulatedKeys.scheme)
    }
    return .verifiedVotes(votes.map { ($0, $0.check.isValidInSimulation ? $0.check.trusted : nil) })
  }

  /// The model's figure, give or take a tenth, or stretched as the plan says.
  private mutating func latency(of job: ChainJob) -> Int {
    let works = job.aggregationWorks
    guard !works.isEmpty else { return Cluster.builderLatency.draw(from: &proverRandom) }
    let model = options.prover.model
    let milliseconds = works.reduce(0) { $0 + model.latency(of: $1).wholeMilliseconds }
    guard let stretch = plan.proverStretchPerMille, !isQuiet else {
      return milliseconds * proverRandom.within(90...110) / 100
    }
    return milliseconds * stretch.draw(from: &proverRandom) / 1000
  }

  // MARK: Signing

  private mutating func beginSigning(_ request: SigningRequest, _ node: NodeIndex) {
    let commit = nodes[node].beginSigning(
      request, at: queue.now,
      disk: isQuiet ? DiskOptions(commit: FaultPlan.goodCommit) : plan.disk, random: &diskRandom)
    queue.schedule(
      .committed(node, incarnation: nodes[node].incarnation, commit), at: commit.end)
  }

  mutating func endCommit(_ commit: JournalCommit, _ node: NodeIndex) {
    let answer = nodes[node].endSigning(commit)
    for leaf in answer.signedLeaves(of: commit.request) where stopwatch == nil {
      checks.sign(leaf, node, at: queue.now)
    }
    handle(.signed(answer), node)
  }
}

extension SigningAnswer {
  /// The leaves of a request that this answer spent.
  func signedLeaves(of request: SigningRequest) -> [WantedLeaf] {
    let isSigned: [Bool] =
      switch self {
      case .block(_, _, let result): [result.isSuccess]
      case .floors: []
      case .attestations(_, let results): results.map(\.1.isSuccess)
      }
    return zip(request.leaves, isSigned).filter(\.1).map(\.0)
  }
}

extension Result {
  fileprivate var isSuccess: Bool {
    if case .success = self { true } else { false }
  }
}

extension AttestationSignatureCheck {
  /// Whether the vote is signed by the rules of simulated keys.
  fileprivate var isValidInSimulation: Bool {
    SimulatedKeys.isValid(
      attestation.signature, of: attestation.data.hashTreeRoot(), slot: attestation.data.slot,
      by: publicKey)
  }
}

extension ChainJob {
  /// The calls of the backend that this job makes; none for the builder's own work.
  var aggregationWorks: [AggregationWork] {
    switch self {
    // A vote has a plain signature: no proof, some milliseconds.
    case .select, .seal, .verifyVotes: []
    case .compact(_, let selection):
      selection.compactionJobs.map { .aggregate(signatures: 0, children: $0.children.count) }
    case .wrap: [.aggregate(signatures: 1, children: 0)]
    case .merge(_, let candidate, .proof): [.merge(components: candidate.proofs.count + 1)]
    case .merge(_, let candidate, .signature):
      [.merge(components: max(1, candidate.proofs.count))]
    case .aggregate(_, let job):
      [.aggregate(signatures: job.job.signatures.count, children: job.job.children.count)]
    case .reaggregate(_, let job):
      [.split(components: job.componentKeys.count)]
        + (job.local.isEmpty ? [] : [.aggregate(signatures: 0, children: job.local.count + 1)])
    case .verifyBlock: [.verify(signers: 0, components: 1)]
    case .verifyAggregate: [.verify(signers: 0, components: 1)]
    }
  }
}

extension Duration {
  /// Milliseconds, rounded down.
  var wholeMilliseconds: Int {
    Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}
