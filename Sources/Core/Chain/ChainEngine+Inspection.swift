package import ChainWork
package import Consensus
package import ForkChoice

// What readers outside and the simulator's checkers look at.
extension ChainEngine {
  /// Blocks, votes, and the choice between forks.
  package var store: Store { chain.store }

  /// Whether votes and proposals may be signed.
  package var isGateOpen: Bool { moment.isGateOpen }

  /// Whether our view is fresh enough to sign, and why.
  package var gateState: SyncGate.State { gate.state }

  /// Whether votes are aggregated here.
  package var isAggregator: Bool { aggregation.isOn }

  /// The slots of our proposals that have no outcome yet, ascending.
  package var openProposals: [Slot] { proposals.openSlots }

  /// The slots for which a signed block is held, ascending.
  package var preparedSlots: [Slot] {
    proposals.openSlots.filter { proposals.proposals[$0]?.material.block != nil }
  }

  /// The priorities of the proofs that wait for the prover.
  package var waitingProverWork: [WorkPriority] {
    lanes.waiting(for: .prover).map(\.traits.priority)
  }

  /// Changes the store behind the engine's back: a mistake that the checkers have to find.
  package mutating func changeStoreUnseen(_ change: (inout Store) -> Void) {
    chain.changeUnseen(change)
  }
}
