internal import Chain
internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import ForkChoice

/// Rules 3 and 7: only time and imports move the live store, and time promotes votes at interval 0
/// only when we really propose.
///
/// A tick is done again on a copy of the store before it, by the rules alone, and after it what the
/// same call imported; whatever else the engine did shows as a difference.
enum StoreCheck {
  static func check(_ call: EngineCall) -> Finding? {
    if call.toldLateness != nil { return checkTick(call) }
    guard !call.mayImport else { return nil }
    guard call.before.mark == call.after.mark else {
      return (.buildingMovesNothing, "a call that imports nothing moved the live store")
    }
    guard let before = call.before.store, before != call.after.store else { return nil }
    return (.buildingMovesNothing, "a stage of a build changed the live store")
  }

  /// Whether a block of ours is on its way for the slot that begins.
  private static func proposes(_ call: EngineCall) -> Bool {
    let slot = call.after.time.slot
    let isScheduledNow = call.events.contains {
      if case .proposal(.scheduled(let scheduled, _)) = $0 {
        scheduled == slot.rawValue
      } else {
        false
      }
    }
    let isOpen = call.before.openProposals.contains(slot) || isScheduledNow
    return isOpen && call.after.isGateOpen && call.before.life == .running
  }

  private static func checkTick(_ call: EngineCall) -> Finding? {
    guard let before = call.before.store, let after = call.after.store else { return nil }
    let interval = call.clock.interval(at: call.wall)
    let promotes = interval.name == .blockPublication && proposes(call)
    guard after != repeated(before, interval, promotes, call) else { return nil }
    if interval.name == .blockPublication, after == repeated(before, interval, !promotes, call) {
      let text = promotes ? "votes were not promoted" : "votes were promoted"
      return (.promotionOnlyToPropose, "\(text) at the start of slot \(interval.slot)")
    }
    return (.buildingMovesNothing, "the tick into interval \(interval) left another store")
  }

  /// The store after the tick, and after what came with the call.
  private static func repeated(
    _ store: Store, _ interval: Interval, _ promotes: Bool, _ call: EngineCall
  ) -> Store {
    var store = store
    change(&store) { $0.onTick(to: interval, hasProposal: promotes) }
    if case .workEnded(_, let result) = call.input { take(result, call, &store) }
    for case .publishAttestations(let votes) in call.effects {
      for vote in votes {
        _ = try? store.onAttestation(
          VerifiedAttestation(trusting: vote), isAggregator: call.after.isAggregator)
      }
    }
    for block in call.ownImports {
      change(&store) { _ = try? $0.onBlock(VerifiedBlock(trusting: block), hasChild: true) }
    }
    return store
  }

  private static func take(_ result: JobResult, _ call: EngineCall, _ store: inout Store) {
    switch result {
    case .verifiedBlock(_, let verified):
      // Whether a child waits is the engine's knowledge: it decides on a third block of a slot.
      guard call.hasImport(ofOurs: false) else { break }
      change(&store) { _ = try? $0.onBlock(verified, hasChild: true) }
    case .verifiedAggregate(_, let aggregate): _ = try? store.onAggregatedAttestation(aggregate)
    case .aggregated(_, let aggregate), .reaggregated(let aggregate):
      _ = try? store.onAggregatedAttestation(VerifiedAggregate(trusting: aggregate))
    case .verifiedVotes(let votes):
      for valid in votes.compactMap(\.valid) {
        _ = try? store.onAttestation(valid, isAggregator: call.after.isAggregator)
      }
    case .selected, .compacted, .sealed, .wrapped, .merged, .failed: break
    }
  }

  /// Changes a store, and prunes it when that finalized something.
  private static func change(_ store: inout Store, _ change: (inout Store) -> Void) {
    let finalized = store.latestFinalized
    change(&store)
    if store.latestFinalized != finalized { store.pruneFinalized() }
  }
}
