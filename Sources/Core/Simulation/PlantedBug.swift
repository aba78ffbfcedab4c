internal import Chain

/// A mistake that an engine, a signer or a disk of the cluster can be given, to show that the
/// checkers find it.
package enum PlantedBug: String, Sendable, CaseIterable {
  /// A journal that forgets everything when its process dies.
  case forgetfulJournal = "forgetful-journal"
  /// A block that is sent when it is ready instead of when its slot starts.
  case earlyBlock = "early-block"
  /// A build that moves the live store's clock to the slot of the block.
  case buildOnLiveStore = "build-on-live-store"
  /// A vote whose outcome is never told.
  case lostOutcome = "lost-outcome"
  /// Proofs that are made on the engine, which does nothing else meanwhile.
  case proofOnEngine = "proof-on-engine"
  /// A cancelled build that signs.
  case cancelledBuildSigns = "cancelled-build-signs"
  /// Votes that are promoted at interval 0 whoever proposes.
  case eagerPromotion = "eager-promotion"
  /// Coverage of a block that is told twice.
  case coverageTwice = "coverage-twice"
  /// A prepared block that is kept when its slot is over.
  case keptStash = "kept-stash"
  /// Coverage that is counted after the promotion.
  case lateSnapshot = "late-snapshot"
  /// Blocks that are judged by the slot of the head instead of the time.
  case judgedByHead = "judged-by-head"
  /// A prover that takes the least urgent proof first.
  case unfairProver = "unfair-prover"
  /// A majority that votes on both sides of a partition.
  case twoFacedMajority = "two-faced-majority"
  /// Half of the nodes keep their votes to themselves when the faults are over.
  case silentHalf = "silent-half"
  /// An engine that gives up.
  case deadEngine = "dead-engine"
  /// An engine that condemns whatever it is sent.
  case harshJudge = "harsh-judge"

  /// The invariant that it breaks.
  package var invariant: Invariant {
    switch self {
    case .forgetfulJournal: .oneRootPerLeaf
    case .earlyBlock: .publishedInItsSlot
    case .buildOnLiveStore: .buildingMovesNothing
    case .lostOutcome: .oneOutcomePerDuty
    case .proofOnEngine: .ticksAreOnTime
    case .cancelledBuildSigns: .failedBuildSpendsNothing
    case .eagerPromotion: .promotionOnlyToPropose
    case .coverageTwice: .coverageToldOnce
    case .keptStash: .stashEndsWithItsSlot
    case .lateSnapshot: .coverageBeforePromotion
    case .judgedByHead: .honestIsNotFuture
    case .unfairProver: .proverServesByPriority
    case .twoFacedMajority: .agreement
    case .silentHalf: .liveness
    case .deadEngine: .noEngineDies
    case .harshJudge: .verdictsAreFair
    }
  }

  /// The mistake of the engine itself, if it is one; others are made around it.
  var mistake: ChainConfiguration.Mistake? {
    switch self {
    case .keptStash: .keptStash
    case .unfairProver: .unfairProver
    case .forgetfulJournal, .earlyBlock, .buildOnLiveStore, .lostOutcome, .proofOnEngine,
      .cancelledBuildSigns, .eagerPromotion, .coverageTwice, .lateSnapshot, .judgedByHead,
      .twoFacedMajority, .silentHalf, .deadEngine, .harshJudge:
      nil
    }
  }

  /// The circumstances in which it shows.
  func prepare(_ options: inout SimulationOptions) {
    switch self {
    // Votes that came too late for the block, but before interval 4.
    case .lateSnapshot: options.prover = ProverPreset(mergeMilliseconds: 3000)
    case .twoFacedMajority: options.aggregatorCount = options.nodeCount
    case .forgetfulJournal, .earlyBlock, .buildOnLiveStore, .lostOutcome, .proofOnEngine,
      .cancelledBuildSigns, .eagerPromotion, .coverageTwice, .keptStash, .judgedByHead,
      .unfairProver, .silentHalf, .deadEngine, .harshJudge:
      break
    }
  }

  /// The faults without which it does not show.
  func prepare(_ plan: inout FaultPlan) {
    func time(slot: Int, _ milliseconds: Int) -> VirtualTime {
      VirtualTime(
        milliseconds: SimulationOptions.start(ofSlot: slot).milliseconds + milliseconds)
    }
    switch self {
    case .forgetfulJournal:
      let victim = 9 % plan.driftPartsPerMillion.count
      plan.timeline = [
        TimedFault(time: time(slot: 8, 3980), fault: .crash(node: victim, cutsPower: false)),
        TimedFault(time: time(slot: 8, 3990), fault: .restart(node: victim)),
      ]
    case .eagerPromotion:
      // Aggregates leave at interval 2 and arrive after interval 4.
      plan.packets.delay = .constant(1700)
    case .twoFacedMajority:
      // Neighbours stay together: finality needs blocks in slots that follow each other.
      let count = plan.driftPartsPerMillion.count
      let sides = (0..<count).map { $0 * 2 / count }
      plan.timeline = [TimedFault(time: time(slot: 20, 0), fault: .partition(sides: sides))]
    case .silentHalf:
      plan.timeline = [
        TimedFault(time: time(slot: 3, 0), fault: .proverBreaks(node: 0)),
        TimedFault(time: time(slot: 4, 0), fault: .proverRecovers(node: 0)),
      ]
    case .unfairProver:
      // Node 0 aggregates, and its proof of slot 8 never ends: when it is given up, in the middle of
      // slot 12, the node's own block of that slot and the next votes wait for the prover.
      plan.timeline = [
        TimedFault(time: time(slot: 8, 900), fault: .proverHangs(node: 0)),
        TimedFault(time: time(slot: 9, 0), fault: .proverRecovers(node: 0)),
      ]
    case .earlyBlock, .buildOnLiveStore, .lostOutcome, .proofOnEngine, .cancelledBuildSigns,
      .coverageTwice, .keptStash, .lateSnapshot, .judgedByHead, .deadEngine, .harshJudge:
      break
    }
  }
}
