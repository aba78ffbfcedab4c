public import Aggregation
public import Consensus
internal import ForkChoice
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

/// What shows that the proposer signed its block: a proof of its own, or the signature itself for a
/// prover that folds it into the merge.
public enum ProposerEvidence: Sendable {
  /// The proof of the wrap stage.
  case proof(SingleMessageAggregate)
  /// The signature as it was made.
  case signature(Signature)
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
    postState.validators[Int(block.proposerIndex.rawValue)].proposalPublicKey
  }

  /// The job that turns the proposer's signature over ``root`` into a proof.
  public func wrapJob(signature: Signature) -> AggregateJob {
    AggregateJob(
      message: root, slot: block.slot,
      signers: [block.proposerIndex],
      signatures: [KeyedSignature(publicKey: proposalKey, signature: signature)])
  }

  /// The job that merges the attestations' proofs and what the proposer has into the proof of the
  /// block.
  public func mergeJob(_ evidence: ProposerEvidence) -> MergeJob {
    let attestations = proofs.map { SignedProof($0, registry: postState.validators) }
    switch evidence {
    case .proof(let proof):
      return MergeJob(
        components: attestations + [SignedProof(aggregate: proof, publicKeys: [proposalKey])],
        proposer: nil)
    case .signature(let signature):
      return MergeJob(
        components: attestations,
        proposer: SignedMessage(
          publicKey: proposalKey, message: root, slot: block.slot.rawValue, signature: signature))
    }
  }

  /// The signed block; a proof that another process made is verified before anybody sees it.
  ///
  /// - Throws: What the backend refuses.
  public func proven(
    by backend: some AggregationBackend, with evidence: ProposerEvidence
  ) throws -> SignedBlock {
    let proof = try mergeJob(evidence).run(on: backend)
    let signed = SignedBlock(block: block, proof: proof)
    guard backend.capabilities.isForeign else { return signed }
    return try BlockSignatureCheck(of: signed, validators: postState.validators)
      .verified(by: backend).signedBlock
  }
}
