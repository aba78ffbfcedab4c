/// What the sender of something deserves.
public enum PeerVerdict: Hashable, Sendable {
  /// Nothing: honest peers can send this.
  case ignore
  /// Nothing yet: a later block or a later time may make it valid, so it is worth keeping.
  case retryLater
  /// A penalty: no correct node sends this, and it must not be passed on.
  case reject
}

extension Rejection {
  /// What the sender deserves.
  public var peerVerdict: PeerVerdict {
    switch reason {
    case .unknownParentBlock, .unknownSourceBlock, .unknownTargetBlock, .unknownHeadBlock,
      .attestationTooFarInFuture, .blockTooFarInFuture:
      .retryLater
    case .emptyValidatorRegistry, .headNotDescendantOfFinalized, .historyLimitExceeded,
      .justificationLimitExceeded, .justificationVotesLengthMismatch, .tooManyBlocksInSlot,
      .zeroHashJustificationRoot:
      .ignore
    case .blockSlotGapTooLarge, .blockSlotNotInFuture, .blockOlderThanLatestHeader,
      .blockSlotMismatch,
      .parentRootMismatch, .stateRootMismatch, .proposerIndexOutOfRange, .wrongProposer,
      .tooManyAttestationData, .duplicateAttestationData, .emptyAggregationBits,
      .sourceAfterTarget, .headOlderThanTarget, .sourceSlotMismatch, .targetSlotMismatch,
      .headSlotMismatch, .sourceNotAncestorOfTarget, .targetNotAncestorOfHead,
      .attestationSlotBeforeHead, .validatorNotInState, .validatorIndexOutOfRange,
      .justifiedSlotOutOfRange, .invalidSignature, .invalidBlockProof, .anchorStateRootMismatch,
      .decodeError:
      .reject
    }
  }
}

extension Rejection {
  /// Whether the block itself can never be valid, so that neither can any block on top of it.
  ///
  /// A bad proof condemns the copy that carries it: the same block may come with a good one.
  public var condemnsBlock: Bool {
    peerVerdict == .reject && reason != .invalidBlockProof
  }
}
