public import Consensus
internal import Hashing
internal import SSZ

/// The state transition. leanSpec: `state_transition.py`.
///
/// All functions are pure: they return a new state, which shares what did not change.
extension State {
  /// The state after `block`, which must name its root.
  ///
  /// Signatures are checked elsewhere, before.
  ///
  /// - Throws: What ``processSlots(to:)`` and ``processBlock(_:)`` throw; `STATE_ROOT_MISMATCH`.
  public func stateTransition(_ block: Block) throws(Rejection) -> State {
    var times = TransitionTimes.begin()
    times.slotCount = block.slot.rawValue - min(block.slot.rawValue, slot.rawValue)
    var postState = try processSlots(to: block.slot)
    times.add(to: \.slots)
    try postState.processHeader(of: block)
    times.add(to: \.block)
    try postState.processAttestations(block.body.attestations)
    times.add(to: \.block, \.attestations)
    let root = postState.hashTreeRoot()
    guard block.stateRoot == root else {
      throw .stateRootMismatch(block: block.stateRoot, computed: root)
    }
    times.add()
    times.report()
    return postState
  }

  /// Completes a block of our own with the root of the state after it.
  ///
  /// - Throws: What ``processSlots(to:)`` and ``processBlock(_:)`` throw.
  public func seal(_ block: Block) throws(Rejection) -> (block: Block, postState: State) {
    let postState = try processSlots(to: block.slot).processBlock(block)
    var sealed = block
    sealed.stateRoot = postState.hashTreeRoot()
    return (sealed, postState)
  }

  /// The state at the start of `target` if no block comes before.
  ///
  /// - Throws: `BLOCK_SLOT_NOT_IN_FUTURE`.
  /// - Complexity: O(1) in the number of slots: only the first one changes more than the slot.
  public func processSlots(to target: Slot) throws(Rejection) -> State {
    guard slot < target else { throw .blockSlotNotInFuture(block: target, state: slot) }
    var state = self
    if latestBlockHeader.stateRoot == .zero {
      state.latestBlockHeader.stateRoot = hashTreeRoot()
    }
    state.slot = target
    return state
  }

  /// The state after the header and the body of `block`.
  ///
  /// - Throws: In this order `BLOCK_SLOT_MISMATCH`, `BLOCK_OLDER_THAN_LATEST_HEADER`,
  ///   `EMPTY_VALIDATOR_REGISTRY`, `WRONG_PROPOSER`, `PARENT_ROOT_MISMATCH`,
  ///   `BLOCK_SLOT_GAP_TOO_LARGE`, `HISTORY_LIMIT_EXCEEDED`, `TOO_MANY_ATTESTATION_DATA`,
  ///   `JUSTIFICATION_VOTES_LENGTH_MISMATCH`, `ZERO_HASH_JUSTIFICATION_ROOT`, for each attestation
  ///   `JUSTIFIED_SLOT_OUT_OF_RANGE`, `EMPTY_AGGREGATION_BITS`, `VALIDATOR_INDEX_OUT_OF_RANGE`, and
  ///   at the end `JUSTIFICATION_LIMIT_EXCEEDED`.
  public func processBlock(_ block: Block) throws(Rejection) -> State {
    var state = self
    try state.processHeader(of: block)
    try state.processAttestations(block.body.attestations)
    return state
  }

  private mutating func processHeader(of block: Block) throws(Rejection) {
    let parent = latestBlockHeader
    let parentRoot = parent.hashTreeRoot()
    guard block.slot == slot else { throw .blockSlotMismatch(block: block.slot, state: slot) }
    guard block.slot > parent.slot else {
      throw .blockOlderThanLatestHeader(block: block.slot, header: parent.slot)
    }
    let proposer = try ValidatorIndex.proposer(for: slot, validatorCount: validators.count)
    guard block.proposerIndex == proposer else {
      throw .wrongProposer(block.proposerIndex, scheduled: proposer)
    }
    guard block.parentRoot == parentRoot else {
      throw .parentRootMismatch(block: block.parentRoot, header: parentRoot)
    }

    // Genesis is justified and finalized by definition; its root is known only now.
    if parent.slot == 0 {
      latestJustified = Checkpoint(root: parentRoot, slot: 0)
      latestFinalized = latestJustified
    }
    guard block.slot.rawValue - parent.slot.rawValue <= Preset.maximumSlotGap else {
      throw .blockSlotGapTooLarge(block: block.slot, parent: parent.slot)
    }
    try appendHistory(parentRoot, emptySlots: block.slot.rawValue - parent.slot.rawValue - 1)
    try justifiedSlots.extend(
      to: block.slot.saturatingSubtract(1), finalized: latestFinalized.slot)
    latestBlockHeader = block.header
    latestBlockHeader.stateRoot = .zero
  }

  /// Records the parent and a zero hash for each slot that was skipped since.
  private mutating func appendHistory(
    _ parentRoot: Bytes32, emptySlots: UInt64
  ) throws(Rejection) {
    let room = UInt64(HistoricalBlockHashes.limit - historicalBlockHashes.count)
    guard emptySlots < room else { throw .historyLimitExceeded(slot: slot) }
    historicalBlockHashes.append(
      contentsOf: [parentRoot] + repeatElement(.zero, count: Int(emptySlots)))
  }
}
