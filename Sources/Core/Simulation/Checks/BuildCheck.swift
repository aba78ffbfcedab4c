internal import Chain
internal import ChainEvents
internal import ChainWork
internal import Consensus
internal import Hashing
internal import SSZ

/// Rules 6 and 9: a failed or cancelled build leaves no stash and no spent leaf, and a stash never
/// outlives its slot.
///
/// Follows each proposal: only its newest candidate that was not cancelled may be signed, only what
/// was signed may be held or published, and nothing is left when it has ended. That no build moves
/// the clock is ``StoreCheck``'s.
struct BuildCheck: Sendable {
  private struct Build {
    /// The sealed root that may be signed.
    var candidate: Bytes32?
    /// The root that the engine wanted signed.
    var committed: Bytes32?
    var isOver = false
  }

  /// Slots after which a proposal is forgotten: its block may be sent again until its slot ends.
  private static let memorySlots: UInt64 = 8

  /// Proposals that are remembered before old ones are forgotten.
  private static let memoryLimit = 32

  private var builds: [Slot: Build] = [:]

  mutating func check(_ call: EngineCall) -> Finding? {
    var finding: Finding?
    for effect in call.effects where finding == nil {
      finding = check(effect)
    }
    if builds.count > BuildCheck.memoryLimit {
      let slot = call.slot.rawValue
      builds = builds.filter { $0.key.rawValue + BuildCheck.memorySlots > slot }
    }
    return finding ?? checkStash(call)
  }

  private mutating func check(_ effect: ChainEngine.Effect) -> Finding? {
    switch effect {
    case .emit(.proposal(let event)): return check(event)
    case .sign(.block(let slot, _, let root)): return commit(slot, root)
    case .publishBlock(let signed):
      let (slot, root) = (signed.block.slot, signed.block.hashTreeRoot())
      guard builds[slot]?.committed == root else {
        return (.failedBuildSpendsNothing, "slot \(slot) publishes a block it did not commit to")
      }
      return nil
    case .emit, .work, .sign, .publishAttestations, .publishAggregate, .abandon,
      .requestBlocks, .judge, .persist, .stopped:
      return nil
    }
  }

  private mutating func check(_ event: ProposalEvent) -> Finding? {
    switch event {
    case .candidate(let candidate):
      builds[Slot(candidate.slot), default: Build()].candidate = candidate.root
    case .refreshed(let slot, _, _, _), .forceFallback(let slot, .armed, _):
      builds[Slot(slot), default: Build()].candidate = nil
    case .prepared(let slot, let root, _, _):
      guard builds[Slot(slot)]?.committed == root else {
        return (.failedBuildSpendsNothing, "slot \(slot) holds a block it did not commit to")
      }
    case .outcome(let result): return end(result)
    case .scheduled, .prebuildStarted, .committed, .staleDiscard, .forceFallback, .coverage: break
    }
    return nil
  }

  private mutating func commit(_ slot: Slot, _ root: Bytes32) -> Finding? {
    guard let build = builds[slot], build.candidate == root, !build.isOver else {
      return (
        .failedBuildSpendsNothing, "slot \(slot) signs \(root.short), which no build stands for"
      )
    }
    builds[slot]?.committed = root
    return nil
  }

  private mutating func end(_ result: ProposalResult) -> Finding? {
    let slot = Slot(result.slot)
    let committed = builds[slot]?.committed
    builds[slot, default: Build()].isOver = true
    switch result.outcome {
    case .hit, .late, .fallback, .forfeited:
      guard let root = result.root, root == committed else {
        return (.failedBuildSpendsNothing, "slot \(slot) ended with a root it did not commit to")
      }
    case .missed(.proverFailed(let stage)):
      let isUnsigned = [Stage.select, .compact, .seal].contains(stage)
      guard isUnsigned, committed != nil else { break }
      return (.failedBuildSpendsNothing, "\(stage) of slot \(slot) failed after a signature")
    case .missed: break
    }
    return nil
  }

  /// A proposal key signed: only what the engine committed to.
  func sign(_ leaf: WantedLeaf) -> Finding? {
    guard leaf.role == .proposal, builds[leaf.slot]?.committed != leaf.root else { return nil }
    return (.failedBuildSpendsNothing, "the leaf of slot \(leaf.slot) was spent on nothing")
  }

  private func checkStash(_ call: EngineCall) -> Finding? {
    let slot = call.slot
    for held in call.after.preparedSlots {
      guard held >= slot else {
        return (.stashEndsWithItsSlot, "a block of slot \(held) is held in slot \(slot)")
      }
      guard let build = builds[held], build.committed != nil, !build.isOver else {
        return (.failedBuildSpendsNothing, "a block of slot \(held) is left of a build that ended")
      }
    }
    return nil
  }
}
