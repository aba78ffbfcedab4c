public import Hashing
public import SSZ

/// Why the rules refuse an input, with the values that were compared; leanSpec: errors.py.
public enum Rejection: Error, Hashable, Sendable {
  // Block validation.

  /// The block's slot is not after the state's.
  case blockSlotNotInFuture(block: Slot, state: Slot)
  /// The block's slot is not after the latest header's.
  case blockOlderThanLatestHeader(block: Slot, header: Slot)
  /// The block's slot is not the one the state was brought to.
  case blockSlotMismatch(block: Slot, state: Slot)
  /// The block's parent is not the latest header.
  case parentRootMismatch(block: Bytes32, header: Bytes32)
  /// The block names another post-state than the one computed.
  case stateRootMismatch(block: Bytes32, computed: Bytes32)
  /// The block's parent has never been seen.
  case unknownParentBlock(root: Bytes32)
  /// The block's slot is further after its parent's than a history can tell.
  case blockSlotGapTooLarge(block: Slot, parent: Slot)
  /// The block's slot is more than one after the clock's.
  case blockTooFarInFuture(slot: Slot, time: Interval)
  /// The proposer is not in the registry.
  case proposerIndexOutOfRange(ValidatorIndex, validatorCount: Int)
  /// The registry is empty, so nobody can propose.
  case emptyValidatorRegistry(slot: Slot)
  /// It is another validator's turn to propose.
  case wrongProposer(ValidatorIndex, scheduled: ValidatorIndex)
  /// The block has more distinct attestation data than allowed.
  case tooManyAttestationData(count: Int, limit: Int)
  /// The block has the same attestation data twice.
  case duplicateAttestationData(slot: Slot)
  /// An aggregated attestation names no validator.
  case emptyAggregationBits

  // Attestation validation.

  /// The source block is not known.
  case unknownSourceBlock(root: Bytes32)
  /// The target block is not known.
  case unknownTargetBlock(root: Bytes32)
  /// The head block is not known.
  case unknownHeadBlock(root: Bytes32)
  /// The source is later than the target.
  case sourceAfterTarget(source: Slot, target: Slot)
  /// The head is earlier than the target.
  case headOlderThanTarget(head: Slot, target: Slot)
  /// The source names another slot than its block.
  case sourceSlotMismatch(checkpoint: Slot, block: Slot)
  /// The target names another slot than its block.
  case targetSlotMismatch(checkpoint: Slot, block: Slot)
  /// The head names another slot than its block.
  case headSlotMismatch(checkpoint: Slot, block: Slot)
  /// The source is no ancestor of the target.
  case sourceNotAncestorOfTarget(source: Bytes32, target: Bytes32)
  /// The target is no ancestor of the head.
  case targetNotAncestorOfHead(target: Bytes32, head: Bytes32)
  /// The head does not descend from the finalized block.
  case headNotDescendantOfFinalized(head: Bytes32, finalized: Checkpoint)
  /// The vote's slot has not begun, even for a clock that is a little ahead.
  case attestationTooFarInFuture(slot: Slot, time: Interval)
  /// The vote is older than the head it names.
  case attestationSlotBeforeHead(slot: Slot, head: Slot)
  /// The voter is not in the state's registry.
  case validatorNotInState(ValidatorIndex, validatorCount: Int)
  /// A validator index names nobody in the registry.
  case validatorIndexOutOfRange(ValidatorIndex, validatorCount: Int)
  /// A slot beyond the tracked ones was asked for.
  case justifiedSlotOutOfRange(slot: Slot, finalized: Slot, trackedCount: Int)
  /// The state's votes are not one for each validator and target, which no chain leads to.
  case justificationVotesLengthMismatch(voteCount: Int, targetCount: Int, validatorCount: Int)
  /// The state counts votes for the zero root, which no chain leads to.
  case zeroHashJustificationRoot

  // Cryptography.

  /// A signature or the proof of an aggregate is not valid.
  case invalidSignature
  /// The proof of a block's signatures is not valid.
  case invalidBlockProof

  // Anchor and wire.

  /// The anchor block names another state than the anchor state.
  case anchorStateRootMismatch(block: Bytes32, computed: Bytes32)
  /// The bytes are not an encoding of what they should be.
  case decodeError(SSZError)

  // Not in leanSpec.

  /// The slot has as many blocks already as one proposer may leave unfinalized.
  case tooManyBlocksInSlot(Slot, limit: Int)
  /// The state cannot remember another slot; leanSpec stops with an SSZ error there.
  case historyLimitExceeded(slot: Slot)
  /// The state cannot hold another target; leanSpec stops with an SSZ error there.
  case justificationLimitExceeded(targetCount: Int)
}

extension Rejection: CustomStringConvertible {
  /// leanSpec's reason and the values compared, on one line.
  public var description: String { "\(reason.rawValue): \(values)" }

  /// The values compared.
  private var values: String {
    switch self {
    case .blockSlotNotInFuture(let block, let state):
      "block slot \(block), state slot \(state)"
    case .blockOlderThanLatestHeader(let block, let header):
      "block slot \(block), latest header's slot \(header)"
    case .blockSlotMismatch(let block, let state):
      "block slot \(block), state slot \(state)"
    case .parentRootMismatch(let block, let header):
      "parent root \(block), latest header \(header)"
    case .stateRootMismatch(let block, let computed):
      "state root \(block), computed \(computed)"
    case .unknownParentBlock(let root):
      "unknown parent \(root)"
    case .blockSlotGapTooLarge(let block, let parent):
      "block slot \(block), parent's slot \(parent)"
    case .blockTooFarInFuture(let slot, let time):
      "block of slot \(slot) in interval \(time)"
    case .proposerIndexOutOfRange(let index, let validatorCount):
      "proposer \(index) of \(validatorCount) validators"
    case .emptyValidatorRegistry(let slot):
      "no validator to propose in slot \(slot)"
    case .wrongProposer(let index, let scheduled):
      "proposer \(index), scheduled \(scheduled)"
    case .tooManyAttestationData(let count, let limit):
      "\(count) attestation data, at most \(limit)"
    case .duplicateAttestationData(let slot):
      "attestation data of slot \(slot) twice"
    case .emptyAggregationBits:
      "no validator in the aggregation bits"
    case .unknownSourceBlock(let root):
      "unknown source \(root)"
    case .unknownTargetBlock(let root):
      "unknown target \(root)"
    case .unknownHeadBlock(let root):
      "unknown head \(root)"
    case .sourceAfterTarget(let source, let target):
      "source slot \(source), target slot \(target)"
    case .headOlderThanTarget(let head, let target):
      "head slot \(head), target slot \(target)"
    case .sourceSlotMismatch(let checkpoint, let block):
      "source slot \(checkpoint), its block's \(block)"
    case .targetSlotMismatch(let checkpoint, let block):
      "target slot \(checkpoint), its block's \(block)"
    case .headSlotMismatch(let checkpoint, let block):
      "head slot \(checkpoint), its block's \(block)"
    case .sourceNotAncestorOfTarget(let source, let target):
      "source \(source), target \(target)"
    case .targetNotAncestorOfHead(let target, let head):
      "target \(target), head \(head)"
    case .headNotDescendantOfFinalized(let head, let finalized):
      "head \(head), finalized \(finalized.root) of slot \(finalized.slot)"
    case .attestationTooFarInFuture(let slot, let time):
      "vote of slot \(slot) in interval \(time)"
    case .attestationSlotBeforeHead(let slot, let head):
      "vote of slot \(slot), head slot \(head)"
    case .validatorNotInState(let index, let validatorCount):
      "validator \(index) of \(validatorCount)"
    case .validatorIndexOutOfRange(let index, let validatorCount):
      "validator \(index) of \(validatorCount)"
    case .justifiedSlotOutOfRange(let slot, let finalized, let trackedCount):
      "slot \(slot), \(trackedCount) slots tracked after \(finalized)"
    case .justificationVotesLengthMismatch(let voteCount, let targetCount, let validatorCount):
      "\(voteCount) votes of \(validatorCount) validators for \(targetCount) targets"
    case .zeroHashJustificationRoot:
      "votes for the zero root"
    case .invalidSignature:
      "signature or proof does not verify"
    case .invalidBlockProof:
      "block proof does not verify"
    case .anchorStateRootMismatch(let block, let computed):
      "state root \(block), computed \(computed)"
    case .decodeError(let error):
      "\(error)"
    case .tooManyBlocksInSlot(let slot, let limit):
      "slot \(slot) has \(limit) blocks already"
    case .historyLimitExceeded(let slot):
      "slot \(slot) is beyond the history limit"
    case .justificationLimitExceeded(let targetCount):
      "votes for \(targetCount) targets"
    }
  }
}
