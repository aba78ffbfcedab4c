internal import Chain
internal import ChainEvents
internal import Consensus
internal import ForkChoice

/// Rules 3 and 7: only time and imports move the live store, and time promotes votes at interval 0
/// only when we really propose.
///
/// A tick is done again on a copy of the store before it, by the rules alone; whatever else the
/// engine did in that call shows as a difference.
enum StoreCheck {
  static func check(_ call: EngineCall) -> Finding? {
    if call.toldLateness != nil { return call.mayImport ? checkPromotion(call) : checkTick(call) }
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
    guard after != ticked(before, to: interval, promotes) else { return nil }
    if interval.name == .blockPublication, after == ticked(before, to: interval, !promotes) {
      let text = promotes ? "votes were not promoted" : "votes were promoted"
      return (.promotionOnlyToPropose, "\(text) at the start of slot \(interval.slot)")
    }
    return (.buildingMovesNothing, "the tick into interval \(interval) left another store")
  }

  private static func ticked(_ store: Store, to interval: Interval, _ promotes: Bool) -> Store {
    var ticked = store
    ticked.onTick(to: interval, hasProposal: promotes)
    if ticked.latestFinalized != store.latestFinalized { ticked.pruneFinalized() }
    return ticked
  }

  /// An import in the same call hides the store between; a drained pool still tells.
  private static func checkPromotion(_ call: EngineCall) -> Finding? {
    guard let before = call.before.store, let after = call.after.store else { return nil }
    let isSlotStart =
      after.time.name == .blockPublication && after.time == before.time + 1
    guard isSlotStart, !before.newPayloads.isEmpty, after.newPayloads.isEmpty, !proposes(call)
    else { return nil }
    return (.promotionOnlyToPropose, "votes were promoted at the start of slot \(after.time.slot)")
  }
}
