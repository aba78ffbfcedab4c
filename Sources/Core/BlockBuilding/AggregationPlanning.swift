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
  /// The data looked at for one ranking: those of the last slots, also where the chain is split.
  ///
  /// Votes before them have been proved, or their slot has passed and others count.
  static let rankedDataLimit = 32

  /// The proofs worth making now, best first, at most `limit` of them.
  ///
  /// Votes of the current slot go first, because safe target and next block wait for them; then
  /// whatever covers more validators, then later targets and slots.
  ///
  /// - Parameters:
  ///   - currentSlot: The slot whose votes go first.
  ///   - limit: The most jobs.
  ///   - maximumSignatures: The most signatures in one job: what the prover has time for.
  /// - Returns: The jobs, best first.
  /// - Complexity: Bounded: it depends neither on how long the chain does not finalize nor, but for
  ///   the jobs that are answered, on how many signatures there are.
  public func rankedAggregationJobs(
    currentSlot: Slot, limit: Int, maximumSignatures: Int = .max
  ) -> [AggregationJob] {
    freshData(limit: Store.rankedDataLimit)
      .compactMap { data in
        provableVoterCount(for: data).map { count in
          let isOld = data.slot == currentSlot ? 0 : 1
          let (target, slot) = (data.target.slot.rawValue, data.slot.rawValue)
          return (data: data, rank: (isOld, -count, .max - target, .max - slot))
        }
      }
      .sorted { (left: (data: AttestationData, rank: (Int, Int, UInt64, UInt64)), right) in
        left.rank < right.rank
      }
      .prefix(limit)
      .compactMap { aggregationJob(for: $0.data, maximumSignatures: maximumSignatures) }
      .map { AggregationJob($0, registry: validators) }
  }
}

extension AggregationJob {
  /// Looks up the keys of everyone that the job covers.
  init(_ job: Store.UnprovenVotes, registry: Validators) {
    data = job.data
    let children = job.children.prefix(AggregationLimits.maximumChildren)
    self.job = AggregateJob(
      message: data.hashTreeRoot(), slot: data.slot,
      children: children.map { SignedProof($0, registry: registry) },
      signers: job.signatures.map(\.validator),
      signatures: job.signatures.map { entry in
        let key = registry[Int(entry.validator.rawValue)].attestationPublicKey
        return KeyedSignature(publicKey: key, signature: entry.signature)
      })
  }
}
