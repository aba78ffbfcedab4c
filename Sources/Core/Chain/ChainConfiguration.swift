package import BlockBuilding
package import ChainWork
package import Consensus
package import Proposing

/// What one engine is told at its start.
package struct ChainConfiguration: Sendable {
  /// The grid of slots and intervals.
  package var clock: SlotClock

  /// The validators whose duties are ours, ascending.
  package var validators: [ValidatorIndex]

  /// How proposals trade votes against time.
  package var policy: ProposalPolicy

  /// Whether votes are aggregated here; can be changed at run time.
  package var isAggregator: Bool

  /// The attestation committees of the network.
  package var committeeCount: UInt64

  /// The committees whose votes reach us.
  package var committees: [UInt64]

  /// Whether a closed sync gate stops votes and proposals, or is only shown.
  package var isGateEnforced: Bool

  /// Whether the prover can bind only one message to a slot.
  package var oneDataPerSlot: Bool

  /// Whether the prover can take a vote out of the proof of a block.
  package var canSplit: Bool

  /// Whether the prover takes the proposer's signature into the merge, without a wrap.
  package var foldsProposer: Bool

  /// Whether the prover also makes the blocks of other nodes, so that a block is waited for in every slot.
  package var sharesProver = false

  /// Costs measured before the first duty.
  package var costSamples: [CostSample]

  /// In which order votes are chosen for our blocks.
  package var voteOrder = SelectionOrder.finality

  /// A mistake that the engine makes on purpose; checkers of simulations have to find it.
  package var mistake: Mistake?

  package enum Mistake: Sendable {
    /// A prepared block is neither released nor given up.
    case keptStash
    /// The prover takes the least urgent proof first.
    case unfairProver
  }

  package init(
    clock: SlotClock, validators: [ValidatorIndex], policy: ProposalPolicy = ProposalPolicy(),
    isAggregator: Bool = false, committeeCount: UInt64 = Preset.attestationCommitteeCount,
    committees: [UInt64] = [0], isGateEnforced: Bool = true, oneDataPerSlot: Bool = false,
    canSplit: Bool = true, foldsProposer: Bool = false, costSamples: [CostSample] = []
  ) {
    precondition(committeeCount > 0, "a network without committees never justifies")
    self.clock = clock
    self.validators = validators.sorted()
    self.policy = policy
    self.isAggregator = isAggregator
    self.committeeCount = committeeCount
    self.committees = committees
    self.isGateEnforced = isGateEnforced
    self.oneDataPerSlot = oneDataPerSlot
    self.canSplit = canSplit
    self.foldsProposer = foldsProposer
    self.costSamples = costSamples
  }

  /// The validators of the network whose votes reach us when all of them vote.
  func expectedVotes(validatorCount: UInt64) -> Int {
    let sizes = Set(committees).filter { $0 < committeeCount }.map { committee in
      validatorCount / committeeCount + (committee < validatorCount % committeeCount ? 1 : 0)
    }
    return Int(sizes.reduce(0, +))
  }
}
