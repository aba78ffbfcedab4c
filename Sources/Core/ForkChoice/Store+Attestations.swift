public import Consensus
internal import Hashing
internal import SSZ
internal import XMSS

/// Votes from gossip. leanSpec: `validate_attestation`, `on_gossip_attestation`,
/// `on_gossip_aggregated_attestation`.
extension Store {
  /// Checks that a vote respects what is known about blocks, their order and the time.
  ///
  /// - Throws: In this order `UNKNOWN_SOURCE_BLOCK`, `UNKNOWN_TARGET_BLOCK`,
  ///   `UNKNOWN_HEAD_BLOCK`, `SOURCE_AFTER_TARGET`, `HEAD_OLDER_THAN_TARGET`,
  ///   `SOURCE_SLOT_MISMATCH`, `TARGET_SLOT_MISMATCH`, `HEAD_SLOT_MISMATCH`,
  ///   `SOURCE_NOT_ANCESTOR_OF_TARGET`, `TARGET_NOT_ANCESTOR_OF_HEAD`,
  ///   `HEAD_NOT_DESCENDANT_OF_FINALIZED`, `ATTESTATION_SLOT_BEFORE_HEAD`,
  ///   `ATTESTATION_TOO_FAR_IN_FUTURE`.
  public func validate(_ data: AttestationData) throws(Rejection) {
    let (source, target, head) = (data.source, data.target, data.head)
    guard let sourceBlock = tree[source.root] else { throw .unknownSourceBlock(root: source.root) }
    guard let targetBlock = tree[target.root] else { throw .unknownTargetBlock(root: target.root) }
    guard let headBlock = tree[head.root] else { throw .unknownHeadBlock(root: head.root) }

    guard source.slot <= target.slot else {
      throw .sourceAfterTarget(source: source.slot, target: target.slot)
    }
    guard head.slot >= target.slot else {
      throw .headOlderThanTarget(head: head.slot, target: target.slot)
    }
    guard sourceBlock.slot == source.slot else {
      throw .sourceSlotMismatch(checkpoint: source.slot, block: sourceBlock.slot)
    }
    guard targetBlock.slot == target.slot else {
      throw .targetSlotMismatch(checkpoint: target.slot, block: targetBlock.slot)
    }
    guard headBlock.slot == head.slot else {
      throw .headSlotMismatch(checkpoint: head.slot, block: headBlock.slot)
    }
    guard tree.isAncestor(source, of: target) else {
      throw .sourceNotAncestorOfTarget(source: source.root, target: target.root)
    }
    guard tree.isAncestor(target, of: head) else {
      throw .targetNotAncestorOfHead(target: target.root, head: head.root)
    }
    // Pruning dropped such a vote: it must not come back by gossip.
    guard tree.isAncestor(latestFinalized, of: head) else {
      throw .headNotDescendantOfFinalized(head: head.root, finalized: latestFinalized)
    }
    guard data.slot >= head.slot else {
      throw .attestationSlotBeforeHead(slot: data.slot, head: head.slot)
    }
    // In slots, not intervals: a hostile slot times five would overflow.
    guard data.slot <= (time + Preset.gossipDisparityIntervals).slot else {
      throw .attestationTooFarInFuture(slot: data.slot, time: time)
    }
  }

  /// What `onAttestation` checks before the signature.
  ///
  /// - Throws: What ``validate(_:)`` throws; `VALIDATOR_NOT_IN_STATE`.
  public func signatureCheck(
    of attestation: SignedAttestation
  ) throws(Rejection) -> AttestationSignatureCheck {
    try validate(attestation.data)
    try requireValidator(attestation.validatorIndex)
    let validator = validators[Int(attestation.validatorIndex.rawValue)]
    return AttestationSignatureCheck(
      attestation: attestation, publicKey: validator.attestationPublicKey)
  }

  /// Takes the vote of a single validator whose signature is verified.
  ///
  /// Only an aggregator keeps it: votes count once a proof covers them.
  ///
  /// - Returns: Whether the signature is new and was kept.
  /// - Throws: What ``validate(_:)`` throws, for the store as it is now.
  @discardableResult
  public mutating func onAttestation(
    _ verified: VerifiedAttestation, isAggregator: Bool
  ) throws(Rejection) -> Bool {
    let attestation = verified.attestation
    try validate(attestation.data)
    guard isAggregator else { return false }
    return attestationSignatures.insert(
      attestation.signature, of: attestation.validatorIndex, for: attestation.data)
  }

  /// What `onAggregatedAttestation` checks before the proof.
  ///
  /// - Throws: What ``validate(_:)`` throws; `EMPTY_AGGREGATION_BITS`, `VALIDATOR_NOT_IN_STATE`.
  public func signatureCheck(
    of attestation: SignedAggregatedAttestation
  ) throws(Rejection) -> AggregateSignatureCheck {
    try validate(attestation.data)
    let participants = attestation.proof.participants.bits
    guard let last = participants.lastSetIndex else { throw .emptyAggregationBits }
    try requireValidator(ValidatorIndex(rawValue: UInt64(last)))
    return AggregateSignatureCheck(attestation: attestation, validators: validators)
  }

  /// Takes an aggregate whose proof is verified; it counts after the next acceptance, even if the
  /// proof itself is not kept.
  ///
  /// - Returns: Whether the proof is new and was kept.
  /// - Throws: What ``validate(_:)`` throws, for the store as it is now.
  @discardableResult
  public mutating func onAggregatedAttestation(
    _ verified: VerifiedAggregate
  ) throws(Rejection) -> Bool {
    let (data, proof) = (verified.attestation.data, verified.attestation.proof)
    try validate(data)
    if let vote = counted(data) { _ = newVotes.count(vote, voters: proof.participants.bits) }
    return newPayloads.insert(proof, for: data)
  }

  private func requireValidator(_ index: ValidatorIndex) throws(Rejection) {
    guard index.isWithinRegistry(validatorCount: validators.count) else {
      throw .validatorNotInState(index, validatorCount: validators.count)
    }
  }
}
