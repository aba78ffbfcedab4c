internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ

/// Where we stand against the peers.
struct SyncReport: Hashable, Sendable {
  let state: SyncState
  let head: Slot
  let target: Slot
}

// What screens want to know that decides nothing here.
extension ChainState {
  /// Targets whose votes are told after one block; older ones hardly matter any more.
  static let toldTargetLimit = 8

  /// Tells our place against the peers when its name changes; `again` also when only slots moved.
  mutating func tellSync(again: Bool = false) {
    guard isRunning else { return }
    let report = SyncReport(
      state: SyncState(gate), head: store.headNode.slot,
      target: max(store.headNode.slot, gate.usualPeerHead))
    guard report.state != toldSync?.state || (again && report != toldSync) else { return }
    toldSync = report
    emit(
      .network(
        .sync(
          report.state, headSlot: report.head.rawValue, targetSlot: report.target.rawValue)))
  }

  /// Tells the votes that the chain of our head has for targets that are not justified yet.
  mutating func tellJustifications() {
    guard let state = store.state(after: store.head) else { return }
    let votes = state.justificationsValidators.bits
    let count = state.validators.count
    let targets = state.justificationsRoots.enumerated().compactMap { position, root in
      store.tree[root].map {
        (position: position, point: VotePoint(root: root, slot: $0.slot.rawValue))
      }
    }
    let newest = targets.sorted { ($0.point.slot, $0.point.root) < ($1.point.slot, $1.point.root) }
      .suffix(ChainState.toldTargetLimit)
    var told: [Bytes32: Int] = [:]
    for (position, target) in newest {
      let voters = votes.extracting(position * count..<(position + 1) * count)
      told[target.root] = voters.setCount
      guard toldJustifications[target.root] != voters.setCount else { continue }
      emit(
        .forkChoice(
          .justification(
            target: target, voters: ValidatorSet(voters.setIndices.map { UInt64($0) }),
            validators: count)))
    }
    toldJustifications = told
  }

  /// Ends the stage in which our own block entered the store.
  ///
  /// It lasts as long as the call of the engine that took the block in, known with the next one.
  mutating func tellImportTime(_ milliseconds: UInt64) {
    guard let slot = importedSlot else { return }
    importedSlot = nil
    tellEnd(of: .import, slot, milliseconds, failure: nil)
  }
}

extension SyncState {
  fileprivate init(_ gate: SyncGate) {
    self =
      switch gate.state {
      case .behind: .syncing
      case .networkStalled: .stalled
      case .synced: gate.hasPeers ? .synced : .idle
      }
  }
}
