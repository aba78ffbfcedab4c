public import Consensus
internal import Hashing

/// The passing of time. leanSpec: `timeline.py`.
extension Store {
  /// Advances to `target` one interval at a time, so that no interval's action is skipped.
  ///
  /// | interval | action |
  /// | --- | --- |
  /// | 0 | accept new votes, if a proposal is made in the interval `target` |
  /// | 2 | aggregate, if there is an `aggregate` function |
  /// | 3 | update the safe target |
  /// | 4 | accept new votes |
  ///
  /// - Parameters:
  ///   - target: The interval to reach; one that is past changes nothing.
  ///   - hasProposal: Whether the slot's proposal is made at `target`.
  ///   - aggregate: Proves a job of an aggregator, `nil` when that failed.
  /// - Returns: The aggregates to publish.
  @discardableResult
  public mutating func onTick(
    to target: Interval, hasProposal: Bool,
    aggregate: ((UnprovenVotes) -> SingleMessageAggregate?)? = nil
  ) -> [SignedAggregatedAttestation] {
    var aggregates: [SignedAggregatedAttestation] = []
    while time < target {
      let before = TickOutcome(self)
      let slotEnd = min(target, time + Preset.intervalsPerSlot)
      while time < slotEnd {
        let isProposal = hasProposal && time + 1 == target
        aggregates += tick(hasProposal: isProposal, aggregate: aggregate)
      }
      // A slot that changed nothing is followed by slots that change nothing.
      if time < target, before == TickOutcome(self) { skipSlots(before: target) }
    }
    return aggregates
  }

  private mutating func tick(
    hasProposal: Bool, aggregate: ((UnprovenVotes) -> SingleMessageAggregate?)?
  ) -> [SignedAggregatedAttestation] {
    time = time + 1
    switch time.name {
    case .blockPublication:
      if hasProposal { acceptNewAttestations() }
    case .attestationProduction:
      break
    case .aggregation:
      if let aggregate { return self.aggregate(by: aggregate) }
    case .safeTargetUpdate:
      updateSafeTarget()
    case .endOfSlot:
      acceptNewAttestations()
    }
    return []
  }

  /// Jumps over whole slots but stays in the last one before `target`.
  private mutating func skipSlots(before target: Interval) {
    let slots = (target.rawValue - time.rawValue - 1) / Preset.intervalsPerSlot
    time = time + slots * Preset.intervalsPerSlot
  }
}

/// What ticks can change; pools only shrink or grow, so their counts tell.
private struct TickOutcome: Equatable {
  let head: Bytes32
  let safeTarget: Bytes32
  let latestFinalized: Checkpoint
  let newVotes: LatestVotes
  let counts: [Int]

  init(_ store: Store) {
    head = store.head
    safeTarget = store.safeTarget
    latestFinalized = store.latestFinalized
    newVotes = store.newVotes
    counts = [
      store.newPayloads.count, store.attestationSignatures.signatureCount,
      store.knownPayloads.count, store.knownPayloads.proofByteCount,
    ]
  }
}
