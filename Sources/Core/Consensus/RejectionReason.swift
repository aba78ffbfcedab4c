extension Rejection {
  /// leanSpec's language-neutral reasons; the raw values are shared by all clients.
  public enum Reason: String, CaseIterable, Hashable, Sendable {
    /// The block's slot is not after the state's.
    case blockSlotNotInFuture = "BLOCK_SLOT_NOT_IN_FUTURE"
    /// The block's slot is not after the latest header's.
    case blockOlderThanLatestHeader = "BLOCK_OLDER_THAN_LATEST_HEADER"
    /// The block's slot is not the one the state was brought to.
    case blockSlotMismatch = "BLOCK_SLOT_MISMATCH"
    /// The block's parent is not the latest header.
    case parentRootMismatch = "PARENT_ROOT_MISMATCH"
    /// The block names another post-state than the one computed.
    case stateRootMismatch = "STATE_ROOT_MISMATCH"
    /// The block's parent has never been seen.
    case unknownParentBlock = "UNKNOWN_PARENT_BLOCK"
    /// The block's slot is further after its parent's than a history can tell.
    case blockSlotGapTooLarge = "BLOCK_SLOT_GAP_TOO_LARGE"
    /// The block's slot is more than one after the clock's.
    case blockTooFarInFuture = "BLOCK_TOO_FAR_IN_FUTURE"
    /// The proposer is not in the registry.
    case proposerIndexOutOfRange = "PROPOSER_INDEX_OUT_OF_RANGE"
    /// The registry is empty, so nobody can propose.
    case emptyValidatorRegistry = "EMPTY_VALIDATOR_REGISTRY"
    /// It is another validator's turn to propose.
    case wrongProposer = "WRONG_PROPOSER"
    /// The block has more distinct attestation data than allowed.
    case tooManyAttestationData = "TOO_MANY_ATTESTATION_DATA"
    /// The block has the same attestation data twice.
    case duplicateAttestationData = "DUPLICATE_ATTESTATION_DATA"
    /// An aggregated attestation names no validator.
    case emptyAggregationBits = "EMPTY_AGGREGATION_BITS"
    /// The source block is not known.
    case unknownSourceBlock = "UNKNOWN_SOURCE_BLOCK"
    /// The target block is not known.
    case unknownTargetBlock = "UNKNOWN_TARGET_BLOCK"
    /// The head block is not known.
    case unknownHeadBlock = "UNKNOWN_HEAD_BLOCK"
    /// The source is later than the target.
    case sourceAfterTarget = "SOURCE_AFTER_TARGET"
    /// The head is earlier than the target.
    case headOlderThanTarget = "HEAD_OLDER_THAN_TARGET"
    /// The source names another slot than its block.
    case sourceSlotMismatch = "SOURCE_SLOT_MISMATCH"
    /// The target names another slot than its block.
    case targetSlotMismatch = "TARGET_SLOT_MISMATCH"
    /// The head names another slot than its block.
    case headSlotMismatch = "HEAD_SLOT_MISMATCH"
    /// The source is no ancestor of the target.
    case sourceNotAncestorOfTarget = "SOURCE_NOT_ANCESTOR_OF_TARGET"
    /// The target is no ancestor of the head.
    case targetNotAncestorOfHead = "TARGET_NOT_ANCESTOR_OF_HEAD"
    /// The head does not descend from the finalized block.
    case headNotDescendantOfFinalized = "HEAD_NOT_DESCENDANT_OF_FINALIZED"
    /// The vote's slot has not begun, even for a clock that is a little ahead.
    case attestationTooFarInFuture = "ATTESTATION_TOO_FAR_IN_FUTURE"
    /// The vote is older than the head it names.
    case attestationSlotBeforeHead = "ATTESTATION_SLOT_BEFORE_HEAD"
    /// The voter is not in the state's registry.
    case validatorNotInState = "VALIDATOR_NOT_IN_STATE"
    /// A validator index names nobody in the registry.
    case validatorIndexOutOfRange = "VALIDATOR_INDEX_OUT_OF_RANGE"
    /// A slot beyond the tracked ones was asked for.
    case justifiedSlotOutOfRange = "JUSTIFIED_SLOT_OUT_OF_RANGE"
    /// The state's votes are not one for each validator and target.
    case justificationVotesLengthMismatch = "JUSTIFICATION_VOTES_LENGTH_MISMATCH"
    /// The state counts votes for the zero root.
    case zeroHashJustificationRoot = "ZERO_HASH_JUSTIFICATION_ROOT"
    /// A signature or the proof of an aggregate is not valid.
    case invalidSignature = "INVALID_SIGNATURE"
    /// The proof of a block's signatures is not valid.
    case invalidBlockProof = "INVALID_BLOCK_PROOF"
    /// The anchor block names another state than the anchor state.
    case anchorStateRootMismatch = "ANCHOR_STATE_ROOT_MISMATCH"
    /// The bytes are not an encoding of what they should be.
    case decodeError = "DECODE_ERROR"
    /// The slot has as many blocks already as one proposer may leave unfinalized; not in leanSpec.
    case tooManyBlocksInSlot = "TOO_MANY_BLOCKS_IN_SLOT"
    /// The state cannot remember another slot; leanSpec stops with an SSZ error there.
    case historyLimitExceeded = "HISTORY_LIMIT_EXCEEDED"
    /// The state cannot hold another target; leanSpec stops with an SSZ error there.
    case justificationLimitExceeded = "JUSTIFICATION_LIMIT_EXCEEDED"
  }

  /// The reason without the values.
  public var reason: Reason {
    switch self {
    case .blockSlotNotInFuture: .blockSlotNotInFuture
    case .blockOlderThanLatestHeader: .blockOlderThanLatestHeader
    case .blockSlotMismatch: .blockSlotMismatch
    case .parentRootMismatch: .parentRootMismatch
    case .stateRootMismatch: .stateRootMismatch
    case .unknownParentBlock: .unknownParentBlock
    case .blockSlotGapTooLarge: .blockSlotGapTooLarge
    case .blockTooFarInFuture: .blockTooFarInFuture
    case .proposerIndexOutOfRange: .proposerIndexOutOfRange
    case .emptyValidatorRegistry: .emptyValidatorRegistry
    case .wrongProposer: .wrongProposer
    case .tooManyAttestationData: .tooManyAttestationData
    case .duplicateAttestationData: .duplicateAttestationData
    case .emptyAggregationBits: .emptyAggregationBits
    case .unknownSourceBlock: .unknownSourceBlock
    case .unknownTargetBlock: .unknownTargetBlock
    case .unknownHeadBlock: .unknownHeadBlock
    case .sourceAfterTarget: .sourceAfterTarget
    case .headOlderThanTarget: .headOlderThanTarget
    case .sourceSlotMismatch: .sourceSlotMismatch
    case .targetSlotMismatch: .targetSlotMismatch
    case .headSlotMismatch: .headSlotMismatch
    case .sourceNotAncestorOfTarget: .sourceNotAncestorOfTarget
    case .targetNotAncestorOfHead: .targetNotAncestorOfHead
    case .headNotDescendantOfFinalized: .headNotDescendantOfFinalized
    case .attestationTooFarInFuture: .attestationTooFarInFuture
    case .attestationSlotBeforeHead: .attestationSlotBeforeHead
    case .validatorNotInState: .validatorNotInState
    case .validatorIndexOutOfRange: .validatorIndexOutOfRange
    case .justifiedSlotOutOfRange: .justifiedSlotOutOfRange
    case .justificationVotesLengthMismatch: .justificationVotesLengthMismatch
    case .zeroHashJustificationRoot: .zeroHashJustificationRoot
    case .invalidSignature: .invalidSignature
    case .invalidBlockProof: .invalidBlockProof
    case .anchorStateRootMismatch: .anchorStateRootMismatch
    case .decodeError: .decodeError
    case .tooManyBlocksInSlot: .tooManyBlocksInSlot
    case .historyLimitExceeded: .historyLimitExceeded
    case .justificationLimitExceeded: .justificationLimitExceeded
    }
  }
}
