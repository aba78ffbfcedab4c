package import ChainEvents
package import Consensus
package import Hashing
package import SigningLedger
package import XMSS

/// Leaves to claim and messages to sign, in one durable commit.
package enum SigningRequest: Hashable, Sendable {
  /// The root of a block, with a proposal key.
  case block(slot: Slot, proposer: ValidatorIndex, root: Bytes32)
  /// Nothing: the floors of all keys rise, in one durable commit, so that no slot up to this one is
  /// signed from here on.
  case floors(through: Slot)
  /// The root of attestation data, with the attestation keys of several validators.
  case attestations(data: AttestationData, root: Bytes32, validators: [ValidatorIndex])
}

/// What became of a signing request.
package enum SigningAnswer: Sendable {
  /// The signature of a block's root.
  case block(slot: Slot, root: Bytes32, Result<Signature, SigningRefusal>)
  /// The floors are durable, or what the journal said.
  case floors(through: Slot, failure: String?)
  /// Signatures of a vote: all that were asked for, or those that are ready; more answers follow
  /// until each validator of the request had its turn once.
  case attestations(
    data: AttestationData, [(validator: ValidatorIndex, Result<Signature, SigningRefusal>)])
}

/// Why something was not signed.
package enum SigningRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// No key is loaded for the validator.
  case keyMissing
  /// The key has no leaf for the slot.
  case keyExhausted
  /// The leaf is there, and the tree above it is still being made.
  case keyNotReady
  /// The key's file is not whole where the slot is signed, with the line that says so.
  case keyDamaged(String)
  /// The journal holds another root for the leaf.
  case alreadySigned(String)
  /// The slot is not above the key's floor: an earlier run may have signed it.
  case restartFloor(String)
  /// The journal could not make the claim durable.
  case journalUnavailable(String)
  /// Another machine signs with the key.
  case otherSigner
  /// The worker that signs brought nothing; the leaf is spent.
  case signerFailed(String)

  /// What the ledger's refusal of a claim means to a duty.
  package init(_ refusal: ClaimRefusal) {
    self =
      switch refusal {
      case .alreadySigned: .alreadySigned("\(refusal)")
      case .notAboveFloor: .restartFloor("\(refusal)")
      case .beyondLastLeaf: .keyExhausted
      case .retired, .unknownKey: .journalUnavailable("\(refusal)")
      }
  }

  /// What an operator reads.
  package var description: String {
    switch self {
    case .keyMissing: "no key is loaded for the validator"
    case .keyExhausted: "the key has no leaf for the slot"
    case .keyNotReady: "the key's tree for the slot is still being made"
    case .keyDamaged(let reason), .alreadySigned(let reason), .restartFloor(let reason),
      .signerFailed(let reason):
      reason
    case .journalUnavailable(let reason): "the journal is unavailable: \(reason)"
    case .otherSigner: "another machine signs with the key"
    }
  }

  /// The reason as a proposal ends with it.
  package var missReason: MissReason {
    switch self {
    case .keyMissing: .keyMissing
    case .keyExhausted: .keyExhausted
    case .keyNotReady: .keyNotReady
    case .keyDamaged: .keyDamaged
    case .alreadySigned: .alreadySigned
    case .otherSigner: .duplicateKeySeen
    case .restartFloor: .restartFloor
    case .journalUnavailable: .journalUnavailable
    case .signerFailed: .signerFailed
    }
  }
}
