internal import ChainEvents
package import ChainWork
package import Consensus

/// How our proposals trade votes against time and safety against reward.
package struct ProposalPolicy: Hashable, Sendable {
  /// When a prebuild starts.
  package enum Start: String, Hashable, Sendable, CaseIterable {
    /// At interval 4 of the slot before, as ethlambda does.
    case interval4
    /// Early enough for the predicted cost, but not before there are votes to put in; at interval 4
    /// when no start is early enough.
    case auto
    /// In the slot itself: nothing is built ahead. To compare with.
    case off
  }

  /// When a sealed candidate is signed; from then on the leaf is spent.
  package enum Commit: String, Hashable, Sendable, CaseIterable {
    /// As soon as it is sealed.
    case early
    /// Just early enough to be complete when the slot starts; when that is too late for the
    /// attestations anyway, not before the block of the slot before has come or is overdue.
    case auto
    /// When the slot starts: rebuildable to the end, published late by the cost of the proof.
    case late
  }

  /// What to do with a signed block whose parent is no longer the head.
  package enum Stale: String, Hashable, Sendable, CaseIterable {
    /// Publish nothing: the slot is lost.
    case forfeit
    /// Publish it anyway: valid and never an equivocation, but likely orphaned.
    case publish
  }

  /// When a prebuild starts.
  package var start: Start

  /// When a sealed candidate is signed.
  package var commit: Commit

  /// What to do with a signed block that became stale.
  package var stale: Stale

  /// The most attestation data that we put into a block, unless something else is asked for.
  package static let usualAttestations = 8

  /// The most attestation data that we put into a block.
  package var maximumAttestations: Int

  /// Milliseconds kept free between predicted completion and the moment it is needed.
  package var marginMilliseconds: UInt64

  package init(
    start: Start = .auto, commit: Commit = .auto, stale: Stale = .forfeit,
    maximumAttestations: Int = usualAttestations, marginMilliseconds: UInt64 = 50
  ) {
    precondition(maximumAttestations > 0, "a cap of \(maximumAttestations) justifies nothing")
    self.start = start
    self.commit = commit
    self.stale = stale
    self.maximumAttestations = maximumAttestations
    self.marginMilliseconds = marginMilliseconds
  }
}

/// How much a build tries to put in; each failure goes one step down.
package enum BuildLevel: Int, Hashable, Sendable, CaseIterable {
  /// Everything affordable, proofs of equal data merged.
  case full
  /// Half of it, one proof for each data, nothing merged.
  case fewer
  /// No attestations: an empty block beats an empty slot.
  case empty

  /// The next step down, `nil` below the empty block.
  var next: BuildLevel? {
    BuildLevel(rawValue: rawValue + 1)
  }

  /// The most attestation data at this level, when `affordable` fit into the time.
  func maximumAttestations(affordable: Int) -> Int {
    switch self {
    case .full: affordable
    case .fewer: affordable == 0 ? 0 : max(1, affordable / 2)
    case .empty: 0
    }
  }
}

/// The moments that matter to the proposal of one slot.
package struct ProposalTimes: Hashable, Sendable {
  /// The slot before starts: the parent is its block, if it has one.
  package let slotBefore: UnixMilliseconds

  /// Interval 3 of the slot before: the earliest start without an aggregate of that slot.
  package let earliestStart: UnixMilliseconds

  /// Interval 4 of the slot before: the latest regular start.
  package let latestStart: UnixMilliseconds

  /// The slot starts: nothing of it leaves before.
  package let slotStart: UnixMilliseconds

  /// Interval 1: peers attest, so the block should be with them.
  package let attestationTime: UnixMilliseconds

  /// Interval 4: the next proposer builds.
  package let nextBuildTime: UnixMilliseconds

  /// The slot ends: nothing of it leaves from here on.
  package let slotEnd: UnixMilliseconds

  init(slot: Slot, clock: SlotClock) {
    let before = slot.saturatingSubtract(1)
    slotBefore = clock.start(in: before)
    earliestStart = clock.start(of: .safeTargetUpdate, in: before)
    latestStart = clock.start(of: .endOfSlot, in: before)
    slotStart = clock.start(of: .blockPublication, in: slot)
    attestationTime = clock.start(of: .attestationProduction, in: slot)
    nextBuildTime = clock.start(of: .endOfSlot, in: slot)
    slotEnd = clock.start(of: .blockPublication, in: slot + 1)
  }
}

/// What the next block will probably hold, judged by the last one.
package struct ExpectedBlock: Hashable, Sendable {
  /// Attestation data in the body.
  package var attestations = 1

  /// Proofs that compaction has to merge; zero when each data has one.
  package var compactedProofs = 0

  package init(attestations: Int = 1, compactedProofs: Int = 0) {
    self.attestations = attestations
    self.compactedProofs = compactedProofs
  }
}

extension CostEstimator {
  /// Select, compact and seal: what a refresh repeats.
  package func unsignedBuild(_ expected: ExpectedBlock) -> UInt64 {
    let compaction =
      expected.compactedProofs > 0
      ? prediction(.compact, WorkSize(components: expected.compactedProofs)) : 0
    return prediction(.select) + compaction + prediction(.seal)
  }

  /// Sign, wrap unless the merge folds that in, and merge: what lies between the commit and a block that can be published.
  package func commit(attestations: Int) -> UInt64 {
    commit(attestations, prediction)
  }

  /// What half of all commits keep: when even that is too long, a signature would be for nothing.
  func likelyCommit(attestations: Int) -> UInt64 {
    commit(attestations, likely)
  }

  private func commit(_ attestations: Int, _ cost: (Stage, WorkSize) -> UInt64) -> UInt64 {
    let sign = cost(.sign, WorkSize())
    guard !foldsProposer else {
      return sign + cost(.merge, WorkSize(signatures: 1, components: attestations))
    }
    return sign + cost(.wrap, WorkSize(signatures: 1))
      + cost(.merge, WorkSize(components: attestations + 1))
  }

  /// The most attestations whose block is complete in time, started now.
  ///
  /// The block must reach peers before they attest; a vote left out goes into the next block.
  /// When no block with a vote can, it should at least reach the next proposer, then at least be
  /// inside its slot: a chain of empty blocks would never justify anything.
  func affordableAttestations(
    from now: UnixMilliseconds, times: ProposalTimes, policy: ProposalPolicy,
    expected: ExpectedBlock, limit: Int? = nil
  ) -> Int {
    let most = min(policy.maximumAttestations, limit ?? .max)
    for deadline in [times.attestationTime, times.nextBuildTime, times.slotEnd] {
      for count in stride(from: most, through: 1, by: -1) {
        let cost = unsignedBuild(expected) + commit(attestations: count)
        if now + cost + policy.marginMilliseconds <= deadline { return count }
      }
    }
    return 0
  }
}
