internal import Aggregation
public import Consensus
public import ForkChoice
internal import SSZ
internal import XMSS

/// A vote whose evidence in the store is worth a new proof.
public struct AggregationJob: Sendable, Equatable {
  /// What the voters say.
  public let data: AttestationData
  /// The call of the prover.
  public let job: AggregateJob
}

extension Store {
  /// The proofs worth making now, best first, at most `limit` of them.
  ///
  /// Votes of the current slot go first, because safe target and next block wait for them; then
  /// whatever covers more validators, then later targets, then the order of the pools.
  public func rankedAggregationJobs(
    currentSlot: Slot, limit: Int
  ) -> [BlockBuilding.AggregationJob] {
    aggregationJobs
      .map { job in
        let isOld = job.data.slot == currentSlot ? 0 : 1
        let target = Int(clamping: job.data.target.slot.rawValue)
        return (job: job, rank: (isOld, -job.participants.setCount, -target))
      }
      .sorted { $0.rank < $1.rank }
      .prefix(limit)
      .map { BlockBuilding.AggregationJob($0.job, registry: validators) }
  }
}

extension AggregationJob {
  /// Looks up the keys of everyone that the job covers.
  init(_ job: Store.AggregationJob, registry: Validators) {
    data = job.data
    let children = job.children.prefix(AggregationLimits.maximumChildren)
    self.job = AggregateJob(
      message: data.hashTreeRoot(), slot: data.slot,
      children: children.map { SignedProof($0, registry: registry) },
      signers: job.signatures.map(\.validator),
      signatures: job.signatures.map { entry in
        let key = registry[Int(entry.validator.rawValue)].attestationPublicKey
        return KeyedSignature(publicKey: PublicKey(key), signature: entry.signature)
      })
  }
}
