public import Aggregation
public import Consensus
internal import SSZ
public import XMSS

/// The signature checks with the real thing: an aggregation backend, or the scheme itself.
extension BlockSignatureCheck {
  /// Verifies the block's proof with `backend`.
  ///
  /// - Throws: `EMPTY_AGGREGATION_BITS`, `VALIDATOR_INDEX_OUT_OF_RANGE`,
  ///   `PROPOSER_INDEX_OUT_OF_RANGE`, `INVALID_BLOCK_PROOF`.
  public func verified(
    by backend: any AggregationBackend
  ) throws(Rejection) -> VerifiedBlock {
    try verified { proof, messages in
      do throws(AggregationError) {
        try backend.verify(proof.proof.bytes, components: messages.map(\.binding))
        return true
      } catch {
        return false
      }
    }
  }
}

extension AggregateSignatureCheck {
  /// Verifies the proof with `backend`.
  ///
  /// - Throws: `INVALID_SIGNATURE`.
  public func verified(
    by backend: any AggregationBackend
  ) throws(Rejection) -> VerifiedAggregate {
    try verified { proof, signed in
      do throws(AggregationError) {
        try backend.verify(
          proof.proof.bytes, publicKeys: signed.publicKeys, message: signed.message,
          slot: signed.slot.rawValue)
        return true
      } catch {
        return false
      }
    }
  }
}

extension AttestationSignatureCheck {
  /// Verifies the signature under `scheme`.
  ///
  /// - Throws: `INVALID_SIGNATURE`.
  public func verified(scheme: Scheme) throws(Rejection) -> VerifiedAttestation {
    try verified { signature, signed in
      publicKey.verify(
        signature, message: signed.message, slot: signed.slot.rawValue, scheme: scheme)
    }
  }
}

extension SignedMessage {
  /// What a component of a proof must show.
  public var binding: ComponentBinding {
    ComponentBinding(publicKeys: publicKeys, message: message, slot: slot.rawValue)
  }
}
