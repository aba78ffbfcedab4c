public import Consensus
internal import Hashing
internal import SSZ
internal import StateTransition

/// The import of blocks. leanSpec: `on_block`, `prune_stale_attestation_data`.
extension Store {
  /// What `onBlock` checks before signatures: run this first, verify next, import last.
  ///
  /// - Parameters:
  ///   - block: The block with its proof.
  ///   - hasChild: Whether a block that builds on it waits; then the slot may have more blocks than
  ///     ``Limits/blocksInSlot``.
  /// - Returns: The check of the block's signatures, or `nil` when the block is known already.
  /// - Throws: In this order `UNKNOWN_PARENT_BLOCK`, `BLOCK_SLOT_GAP_TOO_LARGE`,
  ///   `BLOCK_TOO_FAR_IN_FUTURE`, `DUPLICATE_ATTESTATION_DATA`, `TOO_MANY_BLOCKS_IN_SLOT`.
  public func signatureCheck(
    of block: SignedBlock, hasChild: Bool = false
  ) throws(Rejection) -> BlockSignatureCheck? {
    let root = block.block.hashTreeRoot()
    guard !tree.contains(root) else { return nil }
    try validate(block.block, hasChild: hasChild)
    return BlockSignatureCheck(block: block, root: root, validators: validators)
  }

  /// Imports a block whose signatures are verified: runs the state transition, then chooses the
  /// head again.
  ///
  /// - Parameters:
  ///   - verified: The block.
  ///   - hasChild: As for ``signatureCheck(of:hasChild:)``.
  /// - Returns: Whether the block is new.
  /// - Throws: What ``signatureCheck(of:hasChild:)`` throws, and what the state transition refuses.
  @discardableResult
  public mutating func onBlock(
    _ verified: VerifiedBlock, hasChild: Bool = false
  ) throws(Rejection) -> Bool {
    let block = verified.signedBlock.block
    guard !tree.contains(verified.root) else { return false }
    try validate(block, hasChild: hasChild)
    guard let parentState = state(after: block.parentRoot) else {
      throw .unknownParentBlock(root: block.parentRoot)
    }
    let postState = try parentState.stateTransition(block)
    insert(BlockNode(root: verified.root, block: block, state: postState))
    return true
  }

  /// Checks what needs no state.
  private func validate(_ block: Block, hasChild: Bool) throws(Rejection) {
    guard let parent = tree[block.parentRoot] else {
      throw .unknownParentBlock(root: block.parentRoot)
    }
    guard block.slot.rawValue - min(parent.slot, block.slot).rawValue <= Preset.maximumSlotGap
    else { throw .blockSlotGapTooLarge(block: block.slot, parent: parent.slot) }
    guard block.slot <= time.slot + 1 else {
      throw .blockTooFarInFuture(slot: block.slot, time: time)
    }
    try Self.requireDistinctData(in: block)
    guard hasChild || tree.blockCount(in: block.slot) < limits.blocksInSlot else {
      throw .tooManyBlocksInSlot(block.slot, limit: limits.blocksInSlot)
    }
  }

  /// Adds a block whose state transition was checked.
  private mutating func insert(_ node: BlockNode) {
    let finalizedBefore = latestFinalized.slot
    tree.insert(node)
    if node.latestJustified.slot > latestJustified.slot { latestJustified = node.latestJustified }
    // A block's proof is never split, so its votes count only once gossip brings proofs of them.
    knownPayloads.moveToFront(node.block.body.attestations.map(\.data))
    updateHead()
    if latestFinalized.slot > finalizedBefore { pruneStaleAttestationData() }
    dropStates()
  }

  /// Drops votes whose head does not descend from the finalized block: they cannot move the head.
  private mutating func pruneStaleAttestationData() {
    let (tree, finalized) = (tree, latestFinalized)
    let isStale = { (head: Checkpoint) in
      head.slot <= finalized.slot || !tree.isAncestor(finalized, of: head)
    }
    attestationSignatures.removeAll { isStale($0.head) }
    newPayloads.removeAll { isStale($0.head) }
    knownPayloads.removeAll { isStale($0.head) }
    knownVotes = knownVotes.compactMapped { isStale($0.head) ? nil : $0 }
    newVotes = newVotes.compactMapped { isStale($0.head) ? nil : $0 }
    recountVotes()
  }

  private static func requireDistinctData(in block: Block) throws(Rejection) {
    var seen: Set<AttestationData> = []
    for attestation in block.body.attestations
    where !seen.insert(attestation.data).inserted {
      throw .duplicateAttestationData(slot: attestation.data.slot)
    }
  }
}
