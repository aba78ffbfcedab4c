public import Consensus
internal import Hashing

/// What a validator of this node attests to. leanSpec: `validator_duties.py`.
extension Store {
  /// The target of attestations: a justifiable block between the safe target and the head.
  ///
  /// From the head at most three blocks back towards the safe target, then on to the first
  /// justifiable slot; never past the finalized block.
  public var attestationTarget: Checkpoint {
    let finalizedSlot = latestFinalized.slot
    let lowerBound = max(knownNode(safeTarget).slot, finalizedSlot)
    var target = headNode
    for _ in 0..<Preset.justificationLookbackSlots where target.slot > lowerBound {
      guard let parent = tree.parent(of: target.root) else { break }
      target = parent
    }
    while target.slot > finalizedSlot, !target.slot.isJustifiable(after: finalizedSlot) {
      let slot = target.slot.latestJustifiable(after: finalizedSlot)
      guard let ancestor = tree.ancestor(of: target.root, atOrBefore: slot) else { break }
      target = ancestor
    }
    return target.checkpoint
  }

  /// The vote to sign in `slot`.
  ///
  /// The source is what the head's own chain justifies, not the store's latest: a minority fork
  /// may have justified more than the chain that this vote extends.
  public func produceAttestationData(slot: Slot) -> AttestationData {
    let head = headNode
    var source = head.latestJustified
    // Before the first block the state names no root.
    if source.root == .zero { source = Checkpoint(root: head.root, slot: source.slot) }
    // A block can justify beyond the safe target, which moves only once a slot.
    // A vote from there back would be void, so the target stays at the source.
    let target = attestationTarget
    return AttestationData(
      slot: slot, head: head.checkpoint, target: target.slot < source.slot ? source : target,
      source: source)
  }
}
