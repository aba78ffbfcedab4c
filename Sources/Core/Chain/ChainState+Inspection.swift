package import Consensus

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
}
