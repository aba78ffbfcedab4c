private import BlockBuilding
internal import Consensus
internal import ForkChoice
private import Hashing
private import SSZ

/// What leanSpec's generator does to a store while it makes the block of a step.
///
/// It signs votes, aggregates them on a copy of the store, builds the block from that copy, and
/// keeps the copy's proofs among the known ones. A vector does not have the votes, but it records
/// whom all known proofs cover: what the copy had no evidence for, the generator signed.
struct BlockGeneration {
  /// The store with the proofs that the generator made.
  private(set) var store: Store
  /// The copy from which it built the block; `nil` when the block's parent is not known.
  private(set) var builder: Store?

  /// Follows the generator.
  ///
  /// - Parameters:
  ///   - block: The block that it made.
  ///   - store: The store before.
  ///   - recorded: The known proofs after the step.
  ///   - isValid: Whether the step imports the block: then votes that its body has and the record
  ///     has not were signed too, and pruned by the import.
  /// - Throws: ``Mismatch`` for a vote that the record names and no block allows.
  init(
    of block: Block, on store: Store, recorded: [StoreSnapshot.PayloadEntry], isValid: Bool
  ) throws(Mismatch) {
    self.store = store
    guard store.tree.contains(block.parentRoot) else { return }
    var copy = store
    copy.onTick(to: Interval(of: block.slot), hasProposal: true) { $0.mockedProof }
    let shown = try SignedVotes(of: block, recorded: recorded, isValid: isValid, copy)
    // One proof for each vote with something new, over all that is known of it.
    var made = copy.unprovenVotes.map { (data: $0.data, voters: $0.participants) }
    for (data, voters) in shown.votes where voters.setCount(notIn: copy.evidence(for: data)) > 0 {
      made.removeAll { $0.data == data }
      made.append((data, voters.union(copy.evidence(for: data))))
    }
    for (data, voters) in made { copy.insertKnown(.mocked(data, voters), for: data) }
    copy.updateHead()
    for entry in copy.knownPayloads.entries {
      for proof in entry.proofs { self.store.insertKnown(proof, for: entry.data) }
    }
    builder = copy
  }

  /// Builds the block again from the same store: ours must be the same, bit for bit.
  ///
  /// Blocks that the generator put elsewhere than on the head are no builder's work.
  func checkRebuilding(_ block: Block) throws {
    guard let builder,
      let view = try? ProposalView(
        of: builder, slot: block.slot, proposerIndex: block.proposerIndex),
      view.parentRoot == block.parentRoot
    else { return }
    let selection = try view.select(SelectionRules(order: .targetSlot))
    let merged = selection.compactionJobs.map { job in
      SingleMessageAggregate(
        participants: job.participants, proof: ByteList512KiB(unchecked: []))
    }
    let rebuilt = try selection.compacted(by: merged).seal()
    guard rebuilt.block == block else {
      throw Mismatch(
        expected: "block \(block.hashTreeRoot())",
        actual: "\(rebuilt.root) with \(rebuilt.block.body.attestations.count) attestations")
    }
  }
}

/// Everyone whom the known proofs cover after a step, by vote.
private struct SignedVotes {
  private(set) var votes: [(data: AttestationData, voters: Bits)] = []

  init(
    of block: Block, recorded: [StoreSnapshot.PayloadEntry], isValid: Bool, _ store: Store
  ) throws(Mismatch) {
    var recorded = Dictionary(
      recorded.map { ($0.dataRoot, $0.voters) }, uniquingKeysWith: { $0.union($1) })
    for attestation in block.body.attestations {
      let voters = recorded.removeValue(forKey: attestation.data.hashTreeRoot())
      if let voters = voters ?? (isValid ? attestation.aggregationBits.bits : nil) {
        votes.append((attestation.data, voters))
      }
    }
    for data in store.knownVotes where !recorded.isEmpty {
      if let voters = recorded.removeValue(forKey: data.hashTreeRoot()) {
        votes.append((data, voters))
      }
    }
    // What is left was signed for this block and left out of it.
    let roots = recorded.filter { $0.value.setCount > 0 }.keys
    for data in store.possibleVotes(with: Set(roots)) {
      if let voters = recorded.removeValue(forKey: data.hashTreeRoot()) {
        votes.append((data, voters))
      }
    }
    guard let missing = recorded.first(where: { $0.value.setCount > 0 }) else { return }
    throw Mismatch(expected: "a vote with root \(missing.key)", actual: "no block allows one")
  }
}

extension Store {
  /// Everyone whom proofs or signatures show to have cast a vote.
  fileprivate func evidence(for data: AttestationData) -> Bits {
    var voters = newPayloads.voters(for: data).union(knownPayloads.voters(for: data))
    for (validator, _) in attestationSignatures[data]?.signatures ?? [] {
      voters.insert(Int(validator.rawValue))
    }
    return voters
  }

  fileprivate var knownVotes: [AttestationData] {
    knownPayloads.entries.map(\.data) + newPayloads.entries.map(\.data)
      + attestationSignatures.entries.map(\.data)
  }

  /// The votes with these roots: all that validators may cast are tried, which are not many.
  fileprivate func possibleVotes(with roots: Set<Bytes32>) -> [AttestationData] {
    var missing = roots
    var votes: [AttestationData] = []
    for head in tree.nodes.reversed() {
      for target in tree.chain(from: head.root) {
        for source in tree.chain(from: target.root) {
          for slot in head.slot.rawValue...max(head.slot, time.slot).rawValue {
            guard !missing.isEmpty else { return votes }
            let vote = AttestationData(
              slot: Slot(slot), head: head.checkpoint, target: target.checkpoint,
              source: source.checkpoint)
            if missing.remove(vote.hashTreeRoot()) != nil { votes.append(vote) }
          }
        }
      }
    }
    return votes
  }
}

extension StoreSnapshot.PayloadEntry {
  fileprivate var voters: Bits {
    participantSets.joined().reduce(into: Bits()) { $0.insert($1) }
  }
}

extension Bits {
  fileprivate func union(_ other: Bits) -> Bits {
    var union = self
    union.formUnion(other)
    return union
  }
}

extension Store.UnprovenVotes {
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
