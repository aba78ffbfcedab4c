public import Consensus
internal import Hashing
public import SSZ
public import XMSS

/// The work of an aggregator. leanSpec: `aggregation.py`.
extension Store {
  /// One proof to make: children that exist already, and signatures of who they do not cover.
  public struct UnprovenVotes: Sendable {
    /// The vote that all signed.
    public let data: AttestationData
    /// Proofs to merge.
    public let children: [SingleMessageAggregate]
    /// Signatures to add, by ascending validator.
    public let signatures: [(validator: ValidatorIndex, signature: Signature)]

    /// The validators that the proof will cover.
    public var participants: Bits {
      var participants = Bits()
      for child in children { participants.formUnion(child.participants.bits) }
      for (validator, _) in signatures { participants.insert(Int(validator.rawValue)) }
      return participants
    }
  }

  /// The proofs that are worth making now, in the order of the pools.
  ///
  /// Only new evidence starts a job: a new proof or a signature.
  /// Known proofs serve as building blocks.
  public var unprovenVotes: [UnprovenVotes] {
    let fresh = newPayloads.entries.map(\.data)
    let signed = attestationSignatures.entries.map(\.data).filter { newPayloads[$0] == nil }
    return (fresh + signed).compactMap { aggregationJob(for: $0) }
  }

  /// Replaces the new proofs by those of an aggregation round and drops the signatures they cover.
  public mutating func completeAggregation(_ aggregates: [SignedAggregatedAttestation]) {
    newPayloads.removeAll()
    newVotes = LatestVotes()
    for aggregate in aggregates {
      newPayloads.insert(aggregate.proof, for: aggregate.data)
      guard let vote = counted(aggregate.data) else { continue }
      _ = newVotes.count(vote, voters: aggregate.proof.participants.bits)
    }
    attestationSignatures.removeAll { newPayloads[$0] != nil }
  }

  mutating func aggregate(
    by prove: (UnprovenVotes) -> SingleMessageAggregate?
  ) -> [SignedAggregatedAttestation] {
    let aggregates = unprovenVotes.compactMap { job in
      prove(job).map { SignedAggregatedAttestation(data: job.data, proof: $0) }
    }
    completeAggregation(aggregates)
    return aggregates
  }

  /// The data with new evidence that may be worth a proof, newest slot first, at most `limit`.
  ///
  /// Of one slot those with larger roots come first, so that equal stores choose alike.
  /// - Complexity: O(n log n) for n data in the pools, which are bounded.
  package func freshData(limit: Int) -> some Sequence<AttestationData> {
    Set(newPayloads.data).union(attestationSignatures.data)
      .sorted { $0.place > $1.place }.prefix(limit)
  }

  /// How many validators a proof made now would cover; `nil` when it would show nothing new.
  ///
  /// Answers what ``aggregationJob(for:)`` would make, without making it.
  package func provableVoterCount(for data: AttestationData) -> Int? {
    var voters = newPayloads.voters(for: data)
    voters.formUnion(knownPayloads.voters(for: data))
    let widest = (newPayloads[data] ?? []).map { $0.participants.bits.setCount }.max()
    let proved = voters.setCount
    voters.formUnion(attestationSignatures.voters(for: data))
    let count = voters.setCount
    let mergesProofs = widest.map { $0 < proved } ?? false
    return count > proved || mergesProofs ? count : nil
  }

  /// The proof to make for a vote; `nil` when it would show nothing new.
  ///
  /// - Parameters:
  ///   - data: What the voters say.
  ///   - maximumSignatures: Signatures in the job; a later one takes the rest.
  /// - Returns: The job.
  package func aggregationJob(
    for data: AttestationData, maximumSignatures: Int = .max
  ) -> UnprovenVotes? {
    let (children, covered) = ProofCoverage.select(
      from: newPayloads[data] ?? [], then: knownPayloads[data] ?? [])
    let signers = attestationSignatures.voters(for: data).subtracting(covered).setIndices
    guard !signers.isEmpty || children.count > 1 else { return nil }
    let entry = attestationSignatures[data]
    let signatures = signers.prefix(maximumSignatures).compactMap { signer in
      let validator = ValidatorIndex(UInt64(signer))
      return entry?[validator].map { (validator: validator, signature: $0) }
    }
    return UnprovenVotes(data: data, children: children, signatures: signatures)
  }
}

extension AttestationData {
  /// Where the data stands among others of a pool, which holds no head with another block's slot.
  fileprivate var place: (UInt64, Bytes32, Bytes32, UInt64, Bytes32, UInt64) {
    (
      slot.rawValue, head.root, target.root, target.slot.rawValue, source.root,
      source.slot.rawValue
    )
  }
}

/// The greedy choice of proofs that together cover the most validators.
public enum ProofCoverage {
  /// Takes the proof that adds most validators again and again, from one pool and then the other.
  ///
  /// Ties go to the proof with the larger encoding, so that every node chooses alike.
  ///
  /// - Returns: The proofs and the validators that they cover.
  /// - Complexity: O(p²) comparisons of bit sets for p proofs in a pool.
  public static func select(
    from first: [SingleMessageAggregate], then second: [SingleMessageAggregate] = []
  ) -> (proofs: [SingleMessageAggregate], covered: Bits) {
    var selected: [SingleMessageAggregate] = []
    var covered = Bits()
    for pool in [first, second] {
      var candidates = pool
      while let best = bestCandidate(candidates, covered) {
        let proof = candidates.remove(at: best)
        selected.append(proof)
        covered.formUnion(proof.participants.bits)
      }
    }
    return (selected, covered)
  }

  /// The position of the proof that adds most, or `nil` when none adds anything.
  private static func bestCandidate(
    _ candidates: [SingleMessageAggregate], _ covered: Bits
  ) -> Int? {
    var best: (position: Int, gain: Int)?
    for (position, proof) in candidates.enumerated() {
      let gain = proof.participants.bits.setCount(notIn: covered)
      guard gain > 0 else { continue }
      guard let leader = best else {
        best = (position, gain)
        continue
      }
      let isTie = gain == leader.gain
      if gain > leader.gain || isTie && candidates[leader.position].isSmaller(than: proof) {
        best = (position, gain)
      }
    }
    return best?.position
  }
}

extension SingleMessageAggregate {
  fileprivate func isSmaller(than other: SingleMessageAggregate) -> Bool {
    sszBytes().lexicographicallyPrecedes(other.sszBytes())
  }
}
