public import Consensus
internal import Hashing
internal import SSZ
internal import StateTransition

/// The import of blocks. leanSpec: `on_block`, `prune_stale_attestation_data`.
extension Store {
  /// What `onBlock` checks before signatures: run this first, verify next, import last.
  ///
  /// - Returns: The check of the block's signatures, or `nil` when the block is known already.
  /// - Throws: `UNKNOWN_PARENT_BLOCK`, `DUPLICATE_ATTESTATION_DATA`.
  public func signatureCheck(of block: SignedBlock) throws(Rejection) -> BlockSignatureCheck? {
    let root = block.block.hashTreeRoot()
    guard !tree.contains(root) else { return nil }
    _ = try parentState(of: block.block)
    try Self.requireDistinctData(in: block.block)
    return BlockSignatureCheck(block: block, root: root, validators: validators)
  }

  /// Imports a block whose signatures are verified: runs the state transition, then chooses the
  /// head again.
  ///
  /// - Returns: Whether the block is new.
  /// - Throws: `UNKNOWN_PARENT_BLOCK`, `DUPLICATE_ATTESTATION_DATA`, and what the state transition
  ///   refuses.
  @discardableResult
  public mutating func onBlock(_ verified: VerifiedBlock) throws(Rejection) -> Bool {
    let block = verified.signedBlock.block
    guard !tree.contains(verified.root) else { return false }
    let parentState = try parentState(of: block)
    try Self.requireDistinctData(in: block)
    let postState = try parentState.stateTransition(block)
    insert(BlockNode(root: verified.root, block: block, state: postState))
    return true
  }

  /// Adds a block whose state transition was checked.
  private mutating func insert(_ node: BlockNode) {
    let finalizedBefore = latestFinalized.slot
    tree.insert(node)
    evictStates()
    if node.latestJustified.slot > latestJustified.slot { latestJustified = node.latestJustified }
    seedKnownPayloads(node.block.body.attestations.map(\.data))
    updateHead()
    if latestFinalized.slot > finalizedBefore { pruneStaleAttestationData() }
  }

  /// Puts the votes of a block first among the known ones, without proofs.
  ///
  /// The proof of a block is never split, so these count only once gossip brings proofs.
  private mutating func seedKnownPayloads(_ votesOfBlock: [AttestationData]) {
    let evictions = knownPayloads.evictedVoteCount
    knownPayloads.moveToFront(votesOfBlock)
    if votes.hasUnknownHead || knownPayloads.evictedVoteCount != evictions {
      recountVotes()
    } else {
      for data in votesOfBlock { countKnown(data, knownPayloads[data] ?? []) }
    }
  }

  /// Drops votes whose head does not descend from the finalized block: they cannot move the head.
  private mutating func pruneStaleAttestationData() {
    let (tree, finalized) = (tree, latestFinalized)
    let isStale = { (data: AttestationData) in
      data.head.slot <= finalized.slot || !tree.isAncestor(finalized, of: data.head)
    }
    attestationSignatures.removeAll(where: isStale)
    newPayloads.removeAll(where: isStale)
    knownPayloads.removeAll(where: isStale)
    recountVotes()
  }

  private func parentState(of block: Block) throws(Rejection) -> State {
    guard let state = tree[block.parentRoot]?.state else {
      throw .unknownParentBlock(root: block.parentRoot)
    }
    return state
  }

  private static func requireDistinctData(in block: Block) throws(Rejection) {
    var seen: Set<AttestationData> = []
    for attestation in block.body.attestations
    where !seen.insert(attestation.data).inserted {
      throw .duplicateAttestationData(slot: attestation.data.slot)
    }
  }
}
