/// What must hold after every step of a run.
///
/// The first twelve are the rules of the proposal pipeline; `Docs/Simulator.md` lists their checks.
package enum Invariant: String, Sendable, CaseIterable {
  /// 1. For a key and slot at most one root is ever signed, across crashes and restarts.
  case oneRootPerLeaf
  /// 2. No block leaves before its slot starts, no prepared block after its slot has ended.
  case publishedInItsSlot
  /// 3. Building never moves the live store.
  case buildingMovesNothing
  /// 4. Every scheduled duty ends in exactly one outcome, within one slot after its slot.
  case oneOutcomePerDuty
  /// 5. A tick is handled within 50 ms of its boundary, whatever is being built.
  case ticksAreOnTime
  /// 6. A failed or cancelled build leaves nothing behind: no spent leaf unless it had signed.
  case failedBuildSpendsNothing
  /// 7. Votes are promoted at interval 0 only when we really propose.
  case promotionOnlyToPropose
  /// 8. Coverage is told once for each published block, after its import.
  case coverageToldOnce
  /// 9. A prepared block never outlives its slot.
  case stashEndsWithItsSlot
  /// 10. Interval-4 coverage is taken before the promotion drains the pending votes.
  case coverageBeforePromotion
  /// 11. Honest messages are not refused as coming from the future.
  case honestIsNotFuture
  /// 12. The prover serves proposal before aggregation before reaggregation, and makes at most one
  /// aggregation in the slot before our own proposal.
  case proverServesByPriority
  /// No two honest nodes finalize conflicting blocks.
  case agreement
  /// Finality resumes within 16 slots after the last fault, or as soon as the protocol can.
  case liveness
  /// No engine stops unasked.
  case noEngineDies
  /// No honest message is condemned, and none is judged twice.
  case verdictsAreFair
}

/// A broken invariant.
package struct Violation: Sendable, Equatable {
  /// The invariant.
  package let invariant: Invariant
  /// The node that broke it; `nil` for the cluster as a whole.
  package let node: NodeIndex?
  /// When.
  package let time: VirtualTime
  /// What was seen.
  package let text: String
}

extension Violation: CustomStringConvertible {
  /// One line.
  package var description: String {
    let place = node.map { "node\($0)" } ?? "cluster"
    return "\(invariant.rawValue) broken at \(time.milliseconds) ms by \(place): \(text)"
  }
}
