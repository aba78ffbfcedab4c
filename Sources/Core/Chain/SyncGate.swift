internal import ChainEvents
package import Consensus
internal import ForkChoice
internal import Proposing

/// Decides whether our view is fresh enough to sign anything, with hysteresis.
///
/// It closes when our head lags and others are known to be ahead of it; when nobody is, it stays
/// open, because somebody has to go on.
package struct SyncGate: Hashable, Sendable {
  /// Open or closed, and why.
  package enum State: String, Hashable, Sendable, CaseIterable {
    /// The head is recent.
    case synced
    /// The head is old, but so is everybody's: duties go on.
    case networkStalled = "network_stalled"
    /// The head is old and others are ahead.
    case behind

    /// Whether duties may run.
    package var isOpen: Bool { self != .behind }
  }

  /// Slots of head lag past which the view is too stale to sign.
  package static let closingLag: UInt64 = 4

  /// Slots of head lag at which a closed gate opens again; the band keeps it from flapping.
  package static let openingLag: UInt64 = 2

  /// Slots without a block anywhere after which duties go on although others are a little ahead.
  package static let stallLag: UInt64 = 8

  /// Peers whose head is remembered; at the limit the first name in order goes.
  static let peerLimit = 256

  /// Where we stand against the peers, as it was told last.
  private struct Report: Hashable {
    let state: SyncState
    let head: Slot
    let target: Slot
  }

  /// The decision as of the last update.
  package private(set) var state = State.synced

  private var peerHeads: [String: Slot] = [:]
  private var told: Report?

  /// Remembers what a peer says its head is; `nil` when it left.
  package mutating func peer(_ peer: String, hasHead slot: Slot?) {
    peerHeads[peer] = slot
    if peerHeads.count > SyncGate.peerLimit, let first = peerHeads.keys.min() {
      peerHeads[first] = nil
    }
  }

  /// Decides anew.
  ///
  /// - Parameters:
  ///   - wallSlot: The slot by the wall clock.
  ///   - headSlot: The slot of our head.
  ///   - newestBlockSlot: The highest slot of any verified block of ours.
  /// - Returns: Whether the state changed.
  @discardableResult
  package mutating func update(wallSlot: Slot, headSlot: Slot, newestBlockSlot: Slot) -> Bool {
    let newest = max(newestBlockSlot, usualPeerHead(at: wallSlot))
    let headLag = wallSlot.saturatingDistance(from: headSlot)
    let limit = state == .behind ? SyncGate.openingLag : SyncGate.closingLag
    let before = state
    if headLag <= limit {
      state = .synced
    } else if newest <= headSlot
      || wallSlot.saturatingDistance(from: newest) > SyncGate.stallLag
    {
      state = .networkStalled
    } else {
      state = .behind
    }
    return state != before
  }

  /// The head that half of the peers have reached, of those whose head the clock allows.
  ///
  /// The lower median: a lying minority can neither close the gate nor hide that others are ahead.
  private func usualPeerHead(at wallSlot: Slot) -> Slot {
    let heads = peerHeads.values.map { $0 <= wallSlot + 1 ? $0 : Slot(0) }.sorted()
    return heads.isEmpty ? Slot(0) : heads[(heads.count - 1) / 2]
  }

  // MARK: In the engine

  /// Decides anew, and tells what changed.
  mutating func update(_ moment: Moment, _ store: Store, newestSlot: Slot) -> [Step] {
    let hasChanged = update(
      wallSlot: moment.slot, headSlot: store.headNode.slot, newestBlockSlot: newestSlot)
    return (hasChanged ? [event] : []) + tellSync(moment, store)
  }

  /// The state as an event.
  var event: Step {
    .emit(.network(.syncGate(open: state.isOpen, reason: state.rawValue)))
  }

  /// Tells our place against the peers when its name changes; while we sync once a slot.
  mutating func tellSync(_ moment: Moment, _ store: Store, isNewSlot: Bool = false) -> [Step] {
    guard moment.isRunning else { return [] }
    let state: SyncState =
      switch state {
      case .behind: .syncing
      case .networkStalled: .stalled
      case .synced: peerHeads.isEmpty ? .idle : .synced
      }
    let head = store.headNode.slot
    let report = Report(
      state: state, head: head, target: max(head, usualPeerHead(at: moment.slot)))
    let isNews = isNewSlot && state == .syncing && report != told
    guard report.state != told?.state || isNews else { return [] }
    told = report
    return [
      .emit(
        .network(
          .sync(state, headSlot: head.rawValue, targetSlot: report.target.rawValue)))
    ]
  }
}
