package import Consensus
package import Hashing
package import SSZ

/// Justification and finalization under 3SF-mini. leanSpec: `process_attestations`.
extension State {
  /// Counts the votes of a block's attestations and moves the checkpoints.
  mutating func processAttestations(
    _ attestations: AggregatedAttestations
  ) throws(Rejection) {
    try requireFewDistinctData(in: attestations)
    var pending = try PendingVotes(of: self)
    let windowStart = latestFinalized.slot
    for attestation in attestations where try mayJustify(attestation.data) {
      let (source, target) = (attestation.data.source, attestation.data.target)
      let voteCount = pending.add(try voters(of: attestation), for: target.root)
      guard 3 * voteCount >= 2 * validators.count else { continue }

      // Targets of one block can be justified out of order: never step back.
      if target.slot > latestJustified.slot { latestJustified = target }
      justifiedSlots.justify(target.slot, finalized: latestFinalized.slot)
      pending.remove(target.root)
      if finalizes(attestation.data) { finalize(source, &pending, windowStart: windowStart) }
    }
    try pending.store(in: &self)
  }

  /// Each distinct vote costs a tally over all validators, so their number is bounded.
  private func requireFewDistinctData(
    in attestations: AggregatedAttestations
  ) throws(Rejection) {
    let count = Set(attestations.lazy.map(\.data)).count
    guard count <= Preset.maximumAttestationData else {
      throw .tooManyAttestationData(count: count, limit: Preset.maximumAttestationData)
    }
  }

  /// The validators whose votes for a target are counted but do not justify it yet.
  ///
  /// - Complexity: O(log n) for n such targets: after a block they are in order of their roots.
  package func pendingVotes(for target: Bytes32) -> Bits {
    let roots = justificationsRoots.elements
    var range = roots.indices
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = roots[middle] < target ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    let position = range.lowerBound
    guard position < roots.count, roots[position] == target else { return Bits() }
    let start = position * validators.count
    return justificationsValidators.bits.extracting(start..<(start + validators.count))
  }

  /// Whether a vote can change anything: from a justified source on this chain to a later target
  /// on it that is not justified yet but may be.
  private func mayJustify(_ data: AttestationData) throws(Rejection) -> Bool {
    let finalized = latestFinalized.slot
    guard try justifiedSlots.isJustified(data.source.slot, finalized: finalized),
      try !justifiedSlots.isJustified(data.target.slot, finalized: finalized)
    else { return false }
    return isOnChain(data.source) && isOnChain(data.target) && isOnChain(data.head)
      && data.target.slot > data.source.slot && data.target.slot.isJustifiable(after: finalized)
  }

  /// Whether a checkpoint names the block that this chain has at its slot.
  package func isOnChain(_ checkpoint: Checkpoint) -> Bool {
    checkpoint.root != .zero && checkpoint.slot.rawValue < UInt64(historicalBlockHashes.count)
      && historicalBlockHashes[Int(checkpoint.slot.rawValue)] == checkpoint.root
  }

  /// The voters, one bit for each validator of the registry.
  private func voters(of attestation: AggregatedAttestation) throws(Rejection) -> Bits {
    var voters = attestation.aggregationBits.bits
    guard let last = voters.lastSetIndex else { throw .emptyAggregationBits }
    guard last < validators.count else {
      throw .validatorIndexOutOfRange(
        ValidatorIndex(UInt64(last)), validatorCount: validators.count)
    }
    voters.resize(to: validators.count)
    return voters
  }

  /// Whether a justified vote finalizes its source: when no slot between source and target could
  /// have been justified instead.
  package func finalizes(_ data: AttestationData) -> Bool {
    data.source.slot > latestFinalized.slot
      && data.source.slot.nextJustifiable(after: latestFinalized.slot) >= data.target.slot
  }

  /// Moves the window of tracked slots and forgets votes for targets that fell out of it.
  ///
  /// All targets are after `windowStart`, the finalized slot before the block.
  private mutating func finalize(
    _ source: Checkpoint, _ pending: inout PendingVotes, windowStart: Slot
  ) {
    justifiedSlots.removeFirst(source.slot.rawValue - latestFinalized.slot.rawValue)
    latestFinalized = source
    let slots = slots(of: pending.roots, after: windowStart)
    pending.keep { root in slots[root].map { $0 > source.slot } ?? false }
  }

  /// The slots after `start` that have one of these roots on this chain.
  ///
  /// Only a state from elsewhere has votes for roots that are not on its chain.
  private func slots(of roots: [Bytes32], after start: Slot) -> [Bytes32: Slot] {
    var missing = Set(roots)
    var slots: [Bytes32: Slot] = [:]
    var position = historicalBlockHashes.count
    while !missing.isEmpty, position > 0, UInt64(position - 1) > start.rawValue {
      position -= 1
      let root = historicalBlockHashes[position]
      if missing.remove(root) != nil { slots[root] = Slot(UInt64(position)) }
    }
    return slots
  }
}
