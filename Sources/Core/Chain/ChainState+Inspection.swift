package import Consensus
package import ForkChoice

// What the simulator's checkers look at and nobody else needs.
extension ChainState {
  /// The slots of our proposals that have no outcome yet, ascending.
  package var openProposals: [Slot] { proposals.keys.sorted() }

  /// The slots for which a signed block is held, ascending.
  package var preparedSlots: [Slot] {
    proposals.filter { $0.value.material.signedBlock != nil }.keys.sorted()
  }

  /// The priorities of the proofs that wait for the prover.
  package var waitingProverWork: [WorkPriority] {
    queue.waiting.filter { $0.lane == .prover }.map(\.priority)
  }

  /// Changes the store behind the engine's back: a mistake that the checkers have to find.
  package mutating func changeStoreUnseen(_ change: (inout Store) -> Void) {
    change(&store)
    storeRevision += 1
  }
}
