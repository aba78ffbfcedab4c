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
      .attestationTooFarInFuture:
      .retryLater
    case .emptyValidatorRegistry, .historyLimitExceeded, .inconsistentState:
      .ignore
    case .blockSlotNotInFuture, .blockOlderThanLatestHeader, .blockSlotMismatch,
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
