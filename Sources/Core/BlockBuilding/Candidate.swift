internal import Aggregation
public import Consensus
public import Hashing
internal import SSZ
internal import StateTransition
public import XMSS

/// One attestation data with the one proof that a block carries for it.
public struct CompactVote: Sendable, Equatable {
  /// What the voters say.
  public let data: AttestationData
  /// The proof of all of them.
  public let proof: SingleMessageAggregate
}

/// The votes of a block, each data with one proof.
public struct CompactSelection: Sendable {
  /// What the choice was made from.
  public let view: ProposalView
  /// The votes in the order of the body.
  public let votes: [CompactVote]
}

extension Selection {
  /// One job for each vote that several proofs cover.
  public var compactionJobs: [AggregateJob] {
    votes.filter { $0.proofs.count > 1 }.map { vote in
      AggregateJob(
        message: vote.data.hashTreeRoot(), slot: vote.data.slot,
        children: vote.proofs.map { SignedProof($0, registry: view.parentState.validators) })
    }
  }

  /// Takes the single proof of each job, in their order, in place of the proofs it merged; a vote
  /// whose job made none stays out.
  public func compacted(by proofs: [SingleMessageAggregate?]) -> CompactSelection {
    var made = proofs[...]
    let compact = votes.compactMap { vote -> CompactVote? in
      let proof = vote.proofs.count > 1 ? made.removeFirst() : vote.proofs[0]
      return proof.map { CompactVote(data: vote.data, proof: $0) }
    }
    precondition(made.isEmpty, "\(made.count) proofs belong to no job")
    return CompactSelection(view: view, votes: compact)
  }

  /// Takes the widest proof of each vote and merges nothing: what a hurried fallback does.
  public var uncompacted: CompactSelection {
    CompactSelection(
      view: view, votes: votes.map { CompactVote(data: $0.data, proof: $0.proofs[0]) })
  }
}

extension CompactSelection {
  /// Runs the state transition and fills in its root: from here on the block's root is final.
  ///
  /// - Throws: A rejection when the block is not valid on its parent.
  public func seal() throws(Rejection) -> Candidate {
    let unsealed = view.block(
      attestations: votes.map {
        AggregatedAttestation(aggregationBits: $0.proof.participants, data: $0.data)
      })
    let (block, postState) = try view.parentState.seal(unsealed)
    return Candidate(
      block: block, root: block.hashTreeRoot(), postState: postState, proofs: votes.map(\.proof))
  }
}

/// A complete block without a signature: free to be thrown away.
public struct Candidate: Sendable {
  /// The block with its state root.
  public let block: Block
  /// The root of the block, the message that its proposer signs.
  public let root: Bytes32
  /// The state after the block.
  public let postState: State
  /// The proof of each attestation in the body.
  public let proofs: [SingleMessageAggregate]

  /// How many validators have a vote in the block.
  public var voterCount: Int {
    var voters = Bits()
    for proof in proofs { voters.formUnion(proof.participants.bits) }
    return voters.setCount
  }

  private var proposalKey: PublicKey {
    PublicKey(postState.validators[Int(block.proposerIndex.rawValue)].proposalPublicKey)
  }

  /// The job that turns the proposer's signature over ``root`` into a proof.
  public func wrapJob(signature: Signature) -> AggregateJob {
    AggregateJob(
      message: root, slot: block.slot,
      signers: [block.proposerIndex],
      signatures: [KeyedSignature(publicKey: proposalKey, signature: signature)])
  }

  /// The job that merges the attestations' proofs and the proposer's into the proof of the block.
  public func mergeJob(proposerProof: SingleMessageAggregate) -> MergeJob {
    let attestations = proofs.map { SignedProof($0, registry: postState.validators) }
    return MergeJob(
      components: attestations + [SignedProof(aggregate: proposerProof, publicKeys: [proposalKey])])
  }

  /// The signed block.
  public func assemble(_ proof: MultiMessageAggregate) -> SignedBlock {
    SignedBlock(block: block, proof: proof)
  }
}
