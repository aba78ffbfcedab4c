public import Aggregation
public import Consensus
public import ForkChoice
public import Hashing
public import SSZ
public import XMSS

/// A vote that reached us inside a block only: its proof must be split off before it counts.
public struct ReaggregationJob: Sendable, Equatable {
  /// What the voters say.
  public let data: AttestationData
  /// Who says it, by the block.
  public let participants: AggregationBits
  /// The proof of the whole block.
  public let blockProof: MultiMessageAggregate
  /// The position of the vote among the components of that proof.
  public let component: Int
  /// The keys of each component: the attestations' in order, then the proposer's.
  public let componentKeys: [[PublicKey]]
  /// The message that names the component to split off.
  public let message: Bytes32
  /// Proofs of the same vote that we have, to be merged with it.
  public let local: [SignedProof]

  /// Splits the vote's proof off and merges ours into it.
  ///
  /// - Throws: What the backend refuses.
  public func run(
    on backend: some AggregationBackend
  ) throws(AggregationError) -> SingleMessageAggregate {
    let split = try backend.split(
      blockProof.proof.bytes, publicKeysPerComponent: componentKeys, message: message)
    let aggregate = SingleMessageAggregate(
      participants: participants, proof: try ByteList512KiB(proof: split))
    guard !local.isEmpty else { return aggregate }
    let ours = SignedProof(aggregate: aggregate, publicKeys: componentKeys[component])
    return try AggregateJob(message: message, slot: data.slot, children: [ours] + local)
      .run(on: backend)
  }
}

extension Store {
  /// The votes of a block that are worth splitting off, those with most unknown voters first.
  ///
  /// Votes for targets that are justified already cannot matter any more; nor can voters whom our
  /// own proofs cover.
  public func reaggregationJobs(of signed: SignedBlock, limit: Int) -> [ReaggregationJob] {
    signed.block.body.attestations.indices
      .map { (component: $0, gain: gain(of: signed.block.body.attestations[$0])) }
      .filter { $0.gain > 0 }
      .sorted { $0.gain > $1.gain }
      .prefix(limit)
      .map { reaggregationJob(for: $0.component, of: signed) }
  }

  /// How many voters an attestation in a block has that matter and that our proofs lack.
  private func gain(of attestation: AggregatedAttestation) -> Int {
    guard attestation.data.target.slot > latestJustified.slot else { return 0 }
    let proofs = (newPayloads[attestation.data] ?? []) + (knownPayloads[attestation.data] ?? [])
    let covered = proofs.reduce(into: Bits()) { $0.formUnion($1.participants.bits) }
    return attestation.aggregationBits.bits.setCount(notIn: covered)
  }

  private func reaggregationJob(for component: Int, of signed: SignedBlock) -> ReaggregationJob {
    let attestation = signed.block.body.attestations[component]
    let local = ProofCoverage.select(
      from: newPayloads[attestation.data] ?? [], then: knownPayloads[attestation.data] ?? [])
    let children = local.proofs.prefix(AggregationLimits.maximumChildren - 1)
    let proposer = validators[Int(signed.block.proposerIndex.rawValue)]
    let attesterKeys = signed.block.body.attestations.map { attestation in
      attestation.aggregationBits.bits.setIndices.map {
        validators[$0].attestationPublicKey
      }
    }
    return ReaggregationJob(
      data: attestation.data, participants: attestation.aggregationBits, blockProof: signed.proof,
      component: component, componentKeys: attesterKeys + [[proposer.proposalPublicKey]],
      message: attestation.data.hashTreeRoot(),
      local: children.map { SignedProof($0, registry: validators) })
  }
}
