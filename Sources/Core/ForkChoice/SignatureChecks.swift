public import Aggregation
public import Consensus
public import Hashing
internal import SSZ
public import XMSS

/// A block whose proof was verified.
///
/// Only a ``BlockSignatureCheck`` makes one, so no import can forget the check.
public struct VerifiedBlock: Sendable {
  /// The block with its proof.
  public let signedBlock: SignedBlock
  /// The root of the block.
  public let root: Bytes32

  /// Trusts a block: one of our own, or one whose proof is a placeholder.
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
  /// The root of the block.
  public let root: Bytes32
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

  /// Verifies the proof of all signatures.
  ///
  /// - Throws: `EMPTY_AGGREGATION_BITS`, `VALIDATOR_INDEX_OUT_OF_RANGE`,
  ///   `PROPOSER_INDEX_OUT_OF_RANGE`, `INVALID_BLOCK_PROOF`; or `AggregationError.backendFailed`,
  ///   which says nothing about the block.
  public func verified(by backend: any AggregationBackend) throws -> VerifiedBlock {
    let components = try components()
    do throws(AggregationError) {
      try backend.verify(block.proof.proof.bytes, components: components)
    } catch {
      throw error.blame(.invalidBlockProof)
    }
    return trusted
  }

  /// The block as if its proof was verified, for proofs that are placeholders.
  package var trusted: VerifiedBlock { VerifiedBlock(self) }

  /// What the proof must show: the signatures of the votes in order, then the proposer's.
  package func components() throws(Rejection) -> [ComponentBinding] {
    var components: [ComponentBinding] = []
    for attestation in block.block.body.attestations {
      let voters = attestation.aggregationBits.bits
      guard let last = voters.lastSetIndex else { throw .emptyAggregationBits }
      guard last < validators.count else {
        throw .validatorIndexOutOfRange(
          ValidatorIndex(UInt64(last)), validatorCount: validators.count)
      }
      components.append(validators.binding(of: voters, to: attestation.data))
    }
    let proposer = block.block.proposerIndex
    guard proposer.isWithinRegistry(validatorCount: validators.count) else {
      throw .proposerIndexOutOfRange(proposer, validatorCount: validators.count)
    }
    let key = validators[Int(proposer.rawValue)].proposalPublicKey
    components.append(
      ComponentBinding(publicKeys: [key], message: root, slot: block.block.slot.rawValue))
    return components
  }
}

/// A vote of one validator whose signature was verified.
public struct VerifiedAttestation: Sendable {
  /// The vote with its signature.
  public let attestation: SignedAttestation

  /// Trusts a vote: one of our own, or one of a test that does not sign.
  package init(trusting attestation: SignedAttestation) {
    self.attestation = attestation
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
  /// - Throws: `INVALID_SIGNATURE`.
  public func verified(scheme: Scheme) throws(Rejection) -> VerifiedAttestation {
    guard scheme.verify([signed])[0] else { throw .invalidSignature }
    return trusted
  }

  private var signed: SignedMessage {
    SignedMessage(
      publicKey: publicKey, message: attestation.data.hashTreeRoot(),
      slot: attestation.data.slot.rawValue, signature: attestation.signature)
  }

  /// The vote as if its signature was verified, for signatures that are placeholders.
  package var trusted: VerifiedAttestation { VerifiedAttestation(trusting: attestation) }

  /// Verifies signatures together, at half the cost of one by one.
  ///
  /// - Returns: For each check the verified vote, or `nil` where the signature is not valid.
  /// - Throws: `AggregationError.backendFailed`, which says nothing about the votes.
  public static func verified(
    _ checks: [AttestationSignatureCheck], by backend: any AggregationBackend, scheme: Scheme,
    on workers: Workers = .callingThread
  ) throws(AggregationError) -> [VerifiedAttestation?] {
    let verdicts = try backend.verify(checks.map(\.signed), scheme: scheme, on: workers)
    return zip(checks, verdicts).map { check, isValid in isValid ? check.trusted : nil }
  }
}

/// A vote of many validators whose proof was verified.
public struct VerifiedAggregate: Sendable {
  /// The vote with its proof.
  public let attestation: SignedAggregatedAttestation

  /// Trusts an aggregate: one of our own, or one whose proof is a placeholder.
  package init(trusting attestation: SignedAggregatedAttestation) {
    self.attestation = attestation
  }
}

/// The check of an aggregate's proof, which needs no store.
public struct AggregateSignatureCheck: Sendable {
  package let attestation: SignedAggregatedAttestation
  let validators: Validators

  /// Verifies the proof.
  ///
  /// - Throws: `INVALID_SIGNATURE`; or `AggregationError.backendFailed`, which says nothing about
  ///   the vote.
  public func verified(by backend: any AggregationBackend) throws -> VerifiedAggregate {
    let binding = validators.binding(
      of: attestation.proof.participants.bits, to: attestation.data)
    do throws(AggregationError) {
      try backend.verify(
        attestation.proof.proof.bytes, publicKeys: binding.publicKeys, message: binding.message,
        slot: binding.slot)
    } catch {
      throw error.blame(.invalidSignature)
    }
    return trusted
  }

  /// The vote as if its proof was verified, for proofs that are placeholders.
  package var trusted: VerifiedAggregate { VerifiedAggregate(trusting: attestation) }
}

extension AggregationError {
  /// The rejection of what was checked, unless it was the backend that failed.
  fileprivate func blame(_ rejection: Rejection) -> any Error {
    if case .backendFailed = self { self } else { rejection }
  }
}

extension Validators {
  /// The demand that some validators of the registry signed a vote.
  fileprivate func binding(of voters: Bits, to data: AttestationData) -> ComponentBinding {
    ComponentBinding(
      publicKeys: voters.setIndices.map { self[$0].attestationPublicKey },
      message: data.hashTreeRoot(), slot: data.slot.rawValue)
  }
}
