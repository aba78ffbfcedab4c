internal import Aggregation
internal import Chain
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import SSZ

/// Something that a hostile peer does to the others in every slot.
package enum Attack: String, Sendable, CaseIterable {
  /// One proof, with lists of participants of many lengths.
  case paddedParticipants
  /// Signed votes of one validator for everything that can be voted for, single and with proofs.
  case manyVotes
  /// One vote over and over, and as often in the name of others.
  case copies
  /// Blocks of others with noise for a proof, sent under many names as soon as they come.
  case forgedCopies
  /// Votes of everybody, with noise for a proof.
  case forgedVotes
  /// Blocks, votes and a head of slots that are far away.
  case farFuture
  /// Blocks on parents that nobody has.
  case orphans
  /// Votes for blocks that nobody has.
  case unknownHeads
  /// Requests that are never answered.
  case silence
}

extension Cluster {
  /// Copies, votes and blocks of one kind that a hostile peer sends in a slot.
  ///
  /// Beyond every limit for one peer within a few slots, and few enough for thousands of runs.
  private static let floodCount = 40

  /// The names of one forger: a peer id costs nothing.
  private static let forgedNames = 16

  func isAttacking(_ node: NodeIndex, by attack: Attack) -> Bool {
    plan.attacks.contains(attack) && adversary.nodes.contains(node) && !isQuiet
  }

  /// Does what hostile peers do in every slot, around a vote of their own.
  mutating func attack(with vote: SignedAttestation, _ node: NodeIndex) {
    for attack in Attack.allCases where plan.attacks.contains(attack) {
      switch attack {
      case .paddedParticipants: padParticipants(vote, node)
      case .manyVotes: voteForEverything(vote, node)
      case .copies: sendCopies(of: vote, node)
      case .forgedVotes:
        for _ in 0..<8 { broadcast(.aggregate(garbage(for: vote.data)), from: node) }
      case .farFuture: sendFarFuture(vote, node)
      case .orphans: sendOrphans(near: vote.data.slot, node)
      case .unknownHeads: voteForNothing(vote, node)
      case .forgedCopies, .silence: break
      }
    }
  }

  private mutating func padParticipants(_ vote: SignedAttestation, _ node: NodeIndex) {
    guard let aggregate = proven(vote) else { return }
    let voters = aggregate.proof.participants.bits
    for padding in 1...32 {
      var longer = Bits(repeating: false, count: voters.count + padding)
      longer.formUnion(voters)
      var padded = aggregate
      padded.proof = SingleMessageAggregate(
        participants: AggregationBits(unchecked: longer), proof: aggregate.proof.proof)
      broadcast(.aggregate(padded), from: node)
    }
  }

  /// The vote with a proof of its signature.
  private func proven(_ vote: SignedAttestation) -> SignedAggregatedAttestation? {
    let key = SimulatedKeys.publicKey(of: vote.validatorIndex, role: .attestation)
    let proof = try? backend.aggregate(
      children: [], signatures: [KeyedSignature(publicKey: key, signature: vote.signature)],
      message: vote.data.hashTreeRoot(), slot: vote.data.slot.rawValue)
    let participants = try? AggregationBits(indices: [vote.validatorIndex])
    guard let proof, let participants else { return nil }
    return SignedAggregatedAttestation(
      data: vote.data,
      proof: SingleMessageAggregate(
        participants: participants, proof: ByteList512KiB(unchecked: proof)))
  }

  private mutating func voteForEverything(_ vote: SignedAttestation, _ node: NodeIndex) {
    guard let tree = nodes[node].chain?.store.tree else { return }
    let blocks = tree.chain(from: vote.data.head.root).prefix(9).map(\.checkpoint)
    for (number, head) in blocks.enumerated() {
      for target in blocks[number...] {
        var data = vote.data
        (data.head, data.target) = (head, target)
        guard data.target.slot >= data.source.slot else { continue }
        let other = signed(data, by: vote.validatorIndex)
        broadcast(.attestation(other), from: node)
        if let aggregate = proven(other) { broadcast(.aggregate(aggregate), from: node) }
      }
    }
  }

  private mutating func sendCopies(of vote: SignedAttestation, _ node: NodeIndex) {
    for number in 0..<Cluster.floodCount {
      broadcast(.attestation(vote), from: node)
      var forged = vote
      forged.validatorIndex = ValidatorIndex(UInt64(number % options.validatorCount))
      broadcast(.attestation(forged), from: node)
    }
  }

  /// Sends a block with noise for a proof to everybody, in the hope to be there first.
  mutating func forge(copiesOf block: SignedBlock, _ node: NodeIndex) {
    guard isAttacking(node, by: .forgedCopies) else { return }
    for number in 0..<Cluster.forgedNames {
      let proof = MultiMessageAggregate(proof: noise(72))
      broadcast(
        .forgery(SignedBlock(block: block.block, proof: proof), name: "sybil\(number)"), from: node)
    }
  }

  private mutating func sendFarFuture(_ vote: SignedAttestation, _ node: NodeIndex) {
    let slot = vote.data.slot
    for far in [slot + 3, slot + 1000, Slot(.max)] {
      var data = vote.data
      data.slot = far
      broadcast(.attestation(signed(data, by: vote.validatorIndex)), from: node)
      data.target.slot = far
      broadcast(.attestation(signed(data, by: vote.validatorIndex)), from: node)
      broadcast(.block(emptyBlock(far, on: vote.data.head.root)), from: node)
    }
  }

  private mutating func sendOrphans(near slot: Slot, _ node: NodeIndex) {
    for number in 0..<UInt64(Cluster.floodCount) {
      let parent = Bytes32(adversary.noise(32)) ?? .zero
      broadcast(.block(emptyBlock(slot.saturatingSubtract(number % 4), on: parent)), from: node)
    }
  }

  private mutating func emptyBlock(_ slot: Slot, on parent: Bytes32) -> SignedBlock {
    let proposer = ValidatorIndex(slot.rawValue % UInt64(options.validatorCount))
    return SignedBlock(
      block: Block(
        slot: slot, proposerIndex: proposer, parentRoot: parent,
        stateRoot: Bytes32(adversary.noise(32)) ?? .zero, body: BlockBody()),
      proof: MultiMessageAggregate(proof: noise(72)))
  }

  private mutating func voteForNothing(_ vote: SignedAttestation, _ node: NodeIndex) {
    for number in 0..<Cluster.floodCount {
      var data = vote.data
      if number % 4 == 0 || data.head == vote.data.head {
        data.head.root = Bytes32(adversary.noise(32)) ?? .zero
      }
      broadcast(.attestation(signed(data, by: vote.validatorIndex)), from: node)
    }
  }
}
