internal import Consensus
internal import ForkChoice
private import Hashing
private import SSZ

/// What leanSpec's generator does to a store while it makes the block of a step.
///
/// It signs votes, aggregates them on a copy of the store and keeps the proofs among the known
/// ones. The vector has neither these votes nor these proofs, but their participants follow.
extension Store {
  /// The store after the generator has built `block`; the vector records the known proofs then.
  func afterBuilding(
    _ block: Block, knownAfterwards recorded: [StoreSnapshot.PayloadEntry]
  ) -> Store {
    guard tree.contains(block.parentRoot) else { return self }
    var copy = self
    copy.onTick(to: Interval(of: block.slot), hasProposal: true) { $0.mockedProof }
    // One proof for each vote with something new: pooled evidence and what the block adds to it.
    let bits = Dictionary(
      block.body.attestations.map { ($0.data, $0.aggregationBits.bits) }, uniquingKeysWith: { $1 })
    for job in copy.aggregationJobs {
      var participants = job.participants
      if let voters = bits[job.data] { participants.formUnion(voters) }
      copy.insertKnown(.mocked(job.data, participants), for: job.data)
    }
    // A vote in the block that is not covered yet was signed for it.
    for attestation in block.body.attestations where !copy.covers(attestation) {
      let voters = attestation.aggregationBits.bits
      copy.insertKnown(.mocked(attestation.data, voters), for: attestation.data)
    }
    copy.insertVotesLeftOut(of: block, recorded)
    var built = self
    for entry in copy.knownPayloads.entries {
      for proof in entry.proofs { built.insertKnown(proof, for: entry.data) }
    }
    return built
  }

  private func covers(_ attestation: AggregatedAttestation) -> Bool {
    let covered = ProofCoverage.select(from: knownPayloads[attestation.data] ?? []).covered
    return attestation.aggregationBits.bits.setCount(notIn: covered) == 0
  }

  /// Adds votes that were signed for the block but did not qualify for it.
  ///
  /// The vector records only their roots; the few votes that the tree allows are tried for them.
  private mutating func insertVotesLeftOut(
    of block: Block, _ recorded: [StoreSnapshot.PayloadEntry]
  ) {
    let votes = Set((knownPayloads.entries + newPayloads.entries).map(\.data))
    let roots = Set(votes.map { $0.hashTreeRoot() })
    let data = Set(block.body.attestations.map { $0.data.hashTreeRoot() })
    for entry in recorded where !roots.contains(entry.dataRoot) && !data.contains(entry.dataRoot) {
      guard let vote = vote(with: entry.dataRoot, before: block.slot) else { continue }
      for participants in entry.participantSets where !participants.isEmpty {
        var voters = Bits(count: participants[participants.count - 1] + 1)
        for index in participants { voters[index] = true }
        insertKnown(.mocked(vote, voters), for: vote)
      }
    }
  }

  private func vote(with root: Bytes32, before slot: Slot) -> AttestationData? {
    let sources = Set(tree.nodes.map(\.latestJustified))
    for head in tree.nodes.reversed() {
      for target in tree.chain(from: head.root) {
        for source in sources {
          var vote = AttestationData(
            slot: head.slot, head: head.checkpoint, target: target.checkpoint, source: source)
          while vote.slot <= slot {
            if vote.hashTreeRoot() == root { return vote }
            vote.slot = vote.slot + 1
          }
        }
      }
    }
    return nil
  }
}

extension Store.AggregationJob {
  /// The placeholder that a mocked prover makes.
  var mockedProof: SingleMessageAggregate { .mocked(data, participants) }
}

extension SingleMessageAggregate {
  /// A placeholder: leanSpec's prefix and a digest of what it stands for.
  fileprivate static func mocked(_ data: AttestationData, _ voters: Bits) -> Self {
    let prefix = Array("\0MOCKED-AGGREGATION-PROOF\0".utf8)
    let participants = AggregationBits(unchecked: voters)
    let digest = SHA256.hash(data.hashTreeRoot(), participants.hashTreeRoot())
    return SingleMessageAggregate(
      participants: participants, proof: ByteList512KiB(unchecked: prefix + digest.bytes))
  }
}
