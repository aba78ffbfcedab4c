internal import Chain
internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ

/// One call of an engine while a bug may still spoil it.
struct SpoiledCall {
  let input: ChainEngine.Input
  let before: ChainEngine
  let reading: ClockReading
  var chain: ChainEngine
  var effects: [ChainEngine.Effect]
  /// What the checkers will see of the engine.
  var after: EngineFacts
}

// Mistakes that are made on purpose.
extension Cluster {
  /// Bugs begin here, when the chain runs.
  private static let firstBuggySlot = Slot(5)

  /// How long a proof keeps an engine that makes it itself.
  static let proofOnEngineMilliseconds = 1000

  /// Makes the planted mistake in a call, if this is the moment for it.
  func spoil(_ call: inout SpoiledCall, _ bug: PlantedBug, _ node: NodeIndex) {
    let slot = call.chain.configuration.clock.slot(at: call.reading.wall)
    guard slot >= Cluster.firstBuggySlot else { return }
    switch bug {
    case .earlyBlock:
      guard case .workEnded(_, .merged(_, let block)) = call.input else { break }
      call.effects.append(.publishBlock(block))
    case .buildOnLiveStore:
      guard let built = call.startedBuild else { break }
      call.chain.changeStoreUnseen {
        $0.onTick(to: Interval(of: built), hasProposal: true)
      }
      call.after = EngineFacts(call.chain, keepsStore: true)
    case .lostOutcome: call.effects.removeAll(where: \.isOutcomeOfVote)
    case .cancelledBuildSigns: signCancelledBuild(&call)
    case .eagerPromotion: promote(&call)
    case .coverageTwice:
      call.effects += call.effects.filter(\.isCoverage)
    case .lateSnapshot:
      call.effects = call.effects.map(\.withCoverageCountedLate)
    case .judgedByHead: judgeByHead(&call)
    case .silentHalf:
      guard isQuiet, node % 2 == 1 else { break }
      call.effects.removeAll(where: \.isVote)
    case .deadEngine: call.effects.append(.stopped)
    case .harshJudge: call.effects = call.effects.map(\.withHarshVerdict)
    case .forgetfulJournal, .proofOnEngine, .twoFacedMajority, .keptStash, .unfairProver: break
    }
  }

  /// Cancels a build that has just started, and signs all the same.
  private func signCancelledBuild(_ call: inout SpoiledCall) {
    guard let slot = call.startedBuild else { return }
    call.effects += call.chain.handle(.command(.forceFallback), at: call.reading)
    let proposer = ValidatorIndex(slot.rawValue % UInt64(call.chain.store.validators.count))
    call.effects.append(
      .sign(.block(slot: slot, proposer: proposer, root: call.chain.store.head)))
    call.after = EngineFacts(call.chain, keepsStore: true)
  }

  /// Promotes at every start of a slot.
  private func promote(_ call: inout SpoiledCall) {
    let time = call.chain.store.time
    guard time.name == .blockPublication, call.before.store.time < time,
      !call.before.openProposals.contains(time.slot)
    else { return }
    var store = call.before.store
    store.onTick(to: time, hasProposal: true)
    call.chain.changeStoreUnseen { $0 = store }
    call.after = EngineFacts(call.chain, keepsStore: true)
  }

  /// Refuses a block two slots above the head, as if the head were the clock.
  private func judgeByHead(_ call: inout SpoiledCall) {
    guard case .block(let block, let origin) = call.input else { return }
    let (slot, store) = (block.block.slot, call.before.store)
    guard slot > store.headNode.slot else { return }
    call.chain = call.before
    call.effects = [
      .emit(
        .forkChoice(
          .blockRejected(
            slot: slot.rawValue, block: block.block.hashTreeRoot(),
            reason: Rejection.blockTooFarInFuture(slot: slot, time: store.time).description,
            from: origin.peer)))
    ]
    call.after = EngineFacts(call.chain, keepsStore: true)
  }

  /// A merge that runs on the engine leaves it no time for anything else.
  mutating func keepEngineBusy(with work: Work, _ node: NodeIndex) {
    guard case .merge = work.job else { return }
    nodes[node].busyUntil = queue.now.advanced(by: Cluster.proofOnEngineMilliseconds)
  }

  /// Lets all validators vote for what this node votes for.
  mutating func voteForEverybody(_ node: NodeIndex) {
    guard let chain = nodes[node].chain, chain.store.time.name == .attestationProduction,
      nodes[node].forgedSlot != chain.store.time.slot
    else { return }
    let slot = chain.store.time.slot
    nodes[node].forgedSlot = slot
    let data = chain.store.produceAttestationData(slot: slot)
    for index in 0..<options.validatorCount {
      let validator = ValidatorIndex(UInt64(index))
      let key = SimulatedKeys.publicKey(of: validator, role: .attestation)
      let signature = SimulatedKeys.sign(data.hashTreeRoot(), slot: slot, with: key)
      let vote = SignedAttestation(validatorIndex: validator, data: data, signature: signature)
      handle(.attestation(vote, MessageOrigin(peer: "majority")), node)
    }
  }
}

extension SpoiledCall {
  /// The slot of a build that started before its slot in this call.
  fileprivate var startedBuild: Slot? {
    effects.lazy.compactMap {
      if case .emit(.proposal(.prebuildStarted(let slot, _))) = $0 { Slot(slot) } else { nil }
    }.first
  }
}

extension ChainEngine.Effect {
  fileprivate var isOutcomeOfVote: Bool {
    if case .emit(.duty(.ended(.attestation, _, _, _, _))) = self { true } else { false }
  }

  fileprivate var isCoverage: Bool {
    if case .emit(.proposal(.coverage)) = self { true } else { false }
  }

  fileprivate var withHarshVerdict: ChainEngine.Effect {
    if case .judge(let gossip, _) = self { .judge(gossip: gossip, .rejected) } else { self }
  }

  fileprivate var isVote: Bool {
    if case .publishAttestations = self { true } else { false }
  }

  fileprivate var withCoverageCountedLate: ChainEngine.Effect {
    guard
      case .emit(.proposal(.coverage(let slot, let block, let included, _, let validators))) = self
    else { return self }
    return .emit(
      .proposal(
        .coverage(
          slot: slot, block: block, included: included, known: included, validators: validators)))
  }
}
