public import Consensus
public import Hashing
internal import SSZ
public import XMSS

/// The keys that must have signed a message, and the slot whose leaves they used.
public struct SignedMessage: Sendable, Equatable {
  /// The keys, by ascending validator.
  public let publicKeys: [PublicKey]
  /// The root that was signed.
  public let message: Bytes32
  /// The slot.
  public let slot: Slot
}

/// A block whose proof was verified.
///
/// Only a ``BlockSignatureCheck`` makes one, so no import can forget the check.
public struct VerifiedBlock: Sendable {
  /// The block with its proof.
  public let signedBlock: SignedBlock
  /// The root of the block.
  public let root: Bytes32

  /// Trusts a block: one of our own, or one whose proof a test does not verify.
  package init(trusting block: SignedBlock) {
    signedBlock = block
    root = block.block.hashTreeRoot()
  }

  fileprivate init(_ check: BlockSignatureCheck) {
    signedBlock = check.block
    root = check.root
  }
}

/// The check of a block's signatures, which needs no store.
///
/// leanSpec: `signatures.py`.
public struct BlockSignatureCheck: Sendable {
  let block: SignedBlock
  let root: Bytes32
  let validators: Validators

  /// Creates the check of a block that no store knows, against a registry.
  package init(of block: SignedBlock, validators: Validators) {
    self.init(block: block, root: block.block.hashTreeRoot(), validators: validators)
  }

  init(block: SignedBlock, root: Bytes32, validators: Validators) {
    self.block = block
    self.root = root
    self.validators = validators
  }

  /// Verifies the proof of all signatures: those of the votes in order, then the proposer's.
  ///
  /// `isValid` says whether the proof shows that these messages were signed.
  /// - Throws: `EMPTY_AGGREGATION_BITS`, `VALIDATOR_INDEX_OUT_OF_RANGE`,
  ///   `PROPOSER_INDEX_OUT_OF_RANGE`, `INVALID_BLOCK_PROOF`.
  public func verified(
    by isValid: (MultiMessageAggregate, [SignedMessage]) -> Bool
  ) throws(Rejection) -> VerifiedBlock {
    guard isValid(block.proof, try signedMessages()) else { throw .invalidBlockProof }
    return VerifiedBlock(self)
  }

  /// What the proof must show.
  func signedMessages() throws(Rejection) -> [SignedMessage] {
    var messages: [SignedMessage] = []
    for attestation in block.block.body.attestations {
      let voters = attestation.aggregationBits.bits
      guard let last = voters.lastSetIndex else { throw .emptyAggregationBits }
      guard last < validators.count else {
        throw .validatorIndexOutOfRange(
          ValidatorIndex(UInt64(last)), validatorCount: validators.count)
      }
      messages.append(validators.message(attestation.data, signedBy: voters))
    }
    let proposer = block.block.proposerIndex
    guard proposer.isWithinRegistry(validatorCount: validators.count) else {
      throw .proposerIndexOutOfRange(proposer, validatorCount: validators.count)
    }
    let key = PublicKey(validators[Int(proposer.rawValue)].proposalPublicKey)
    messages.append(SignedMessage(publicKeys: [key], message: root, slot: block.block.slot))
    return messages
  }
}

/// A vote of one validator whose signature was verified.
public struct VerifiedAttestation: Sendable {
  /// The vote with its signature.
  public let attestation: SignedAttestation

  /// Trusts a vote: one of our own, or one whose signature a test does not verify.
  package init(trusting attestation: SignedAttestation) {
    self.attestation = attestation
  }

  fileprivate init(_ check: AttestationSignatureCheck) {
    attestation = check.attestation
  }
}

/// The check of a single vote's signature, which needs no store.
public struct AttestationSignatureCheck: Sendable {
  /// The vote with its signature.
  public let attestation: SignedAttestation
  /// The key that must have signed.
  public let publicKey: PublicKey

  /// Verifies the signature.
  ///
  /// `isValid` says whether the signature shows that the message's only key signed it.
  /// - Throws: `INVALID_SIGNATURE`.
  public func verified(
    by isValid: (Signature, SignedMessage) -> Bool
  ) throws(Rejection) -> VerifiedAttestation {
    let message = SignedMessage(
      publicKeys: [publicKey], message: attestation.data.hashTreeRoot(),
      slot: attestation.data.slot)
    guard isValid(attestation.signature, message) else { throw .invalidSignature }
    return VerifiedAttestation(self)
  }
}

/// A vote of many validators whose proof was verified.
public struct VerifiedAggregate: Sendable {
  /// The vote with its proof.
  public let attestation: SignedAggregatedAttestation

  /// Trusts an aggregate: one of our own, or one whose proof a test does not verify.
  package init(trusting attestation: SignedAggregatedAttestation) {
    self.attestation = attestation
  }
}

/// The check of an aggregate's proof, which needs no store.
public struct AggregateSignatureCheck: Sendable {
  let attestation: SignedAggregatedAttestation
  let validators: Validators

  /// Verifies the proof.
  ///
  /// `isValid` says whether the proof shows that this message was signed.
  /// - Throws: `INVALID_SIGNATURE`.
  public func verified(
    by isValid: (SingleMessageAggregate, SignedMessage) -> Bool
  ) throws(Rejection) -> VerifiedAggregate {
    let participants = attestation.proof.participants.bits
    let message = validators.message(attestation.data, signedBy: participants)
    guard isValid(attestation.proof, message) else { throw .invalidSignature }
    return VerifiedAggregate(trusting: attestation)
  }
}

extension Validators {
  /// A vote as a message signed by some validators of the registry.
  func message(_ data: AttestationData, signedBy voters: Bits) -> SignedMessage {
    SignedMessage(
      publicKeys: voters.setIndices.map { PublicKey(self[$0].attestationPublicKey) },
      message: data.hashTreeRoot(), slot: data.slot)
  }
}
