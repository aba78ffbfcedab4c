import Aggregation
import AggregationTestSupport
import Consensus
import Hashing
import SSZ
import StateTransition
import Testing
import XMSS

@testable import ForkChoice

/// Real keys and signatures of the test scheme.
struct SignatureChecksTests {
  private let signer: TestSigner
  private let store: Store

  init() throws {
    signer = try TestSigner(count: 3)
    let validators = signer.publicKeys.enumerated().map { index, key in
      Validator(
        attestationPublicKey: key, proposalPublicKey: key, index: ValidatorIndex(UInt64(index)))
    }
    let state = State(genesisTime: 0, validators: try Validators(validators))
    let genesis = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    store = try Store(anchor: genesis, state: state)
  }

  private func attestation(of validator: Int, signedBy key: Int) throws -> SignedAttestation {
    let data = store.produceAttestationData(slot: 0)
    let signed = try signer.sign(key, message: data.hashTreeRoot(), slot: 0)
    return SignedAttestation(
      validatorIndex: ValidatorIndex(UInt64(validator)), data: data, signature: signed.signature)
  }

  @Test func `only a signature of the validator's own key is taken, and only aggregators keep it`()
    throws
  {
    let own = try store.signatureCheck(of: attestation(of: 1, signedBy: 1))
    let foreign = try store.signatureCheck(of: attestation(of: 1, signedBy: 2))
    #expect(throws: Rejection.invalidSignature) { try foreign.verified(scheme: .test) }
    let together = try AttestationSignatureCheck.verified(
      [foreign, own], by: XMSSListBackend(scheme: .test), scheme: .test)
    #expect(together.map { $0 != nil } == [false, true])

    let verified = try own.verified(scheme: .test)
    var store = store
    #expect(try !store.onAttestation(verified, isAggregator: false))
    #expect(store == self.store)
    #expect(try store.onAttestation(verified, isAggregator: true))
    #expect(try !store.onAttestation(verified, isAggregator: true))
    #expect(store.attestationSignatures.entries.map { $0.signatures.map(\.validator) } == [[1]])
  }

  @Test func `an aggregate is taken only with a proof of exactly its participants`() throws {
    let data = store.produceAttestationData(slot: 0)
    let backend = XMSSListBackend(scheme: .test)
    let signatures = try signer.sign(0, 2, message: data.hashTreeRoot(), slot: 0)
    let proof = try backend.aggregate(
      children: [], signatures: signatures, message: data.hashTreeRoot(), slot: 0)
    let valid = try TestChain.aggregate(data, voters: [0, 2], proof: proof)
    var store = store
    try store.onAggregatedAttestation(
      try store.signatureCheck(of: valid).verified(by: backend))
    #expect(store.newPayloads[data] == [valid.proof])
    let other = try TestChain.aggregate(data, voters: [0, 1], proof: proof)
    #expect(throws: Rejection.invalidSignature) {
      try store.signatureCheck(of: other).verified(by: backend)
    }
  }
}
