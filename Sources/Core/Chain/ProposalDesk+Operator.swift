internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Proposing

// Forced fallbacks: what an operator asks for, and the line that answers.
extension ProposalDesk {
  /// Builds our next proposal inside its slot.
  mutating func forceFallback(
    _ moment: Moment, _ chain: inout LiveStore
  ) -> (result: String, steps: [Step]) {
    if let slot = nextProposal(moment) {
      let steps = hand(slot, .force, moment, &chain)
      let isForced = proposals[slot]?.pipeline.isForced == true
      return (
        isForced ? "slot \(slot) will be built inside its slot" : "refused: the leaf is spent",
        steps
      )
    }
    guard let slot = nextOwnSlot(moment, chain) else {
      return ("no validator of ours proposes", [])
    }
    isForceArmed = true
    return ("armed for slot \(slot)", [tell(slot, .armed)])
  }

  /// Takes a forced fallback back.
  mutating func disarmFallback(
    _ moment: Moment, _ chain: inout LiveStore
  ) -> (result: String, steps: [Step]) {
    if isForceArmed {
      isForceArmed = false
      return ("disarmed", [tell(nextOwnSlot(moment, chain) ?? moment.slot, .disarmed)])
    }
    guard let slot = nextProposal(moment) else { return ("nothing is armed", []) }
    let wasForced = proposals[slot]?.pipeline.isForced == true
    let steps = hand(slot, .disarm, moment, &chain)
    return (wasForced ? "disarmed" : "nothing is armed", steps)
  }

  private func tell(_ slot: Slot, _ state: ForceState) -> Step {
    .proposal(.forceFallback(slot: slot.rawValue, state, reason: nil))
  }

  private func nextProposal(_ moment: Moment) -> Slot? {
    openSlots.first { moment.now < moment.clock.start(in: $0) }
  }

  /// The slot of our next proposal by the schedule, if any validator of ours proposes.
  private func nextOwnSlot(_ moment: Moment, _ chain: LiveStore) -> Slot? {
    (1...UInt64(chain.store.validators.count)).lazy.map { moment.slot + $0 }
      .first { ownProposer(of: $0) != nil }
  }
}
