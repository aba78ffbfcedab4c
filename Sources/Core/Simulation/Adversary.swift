internal import Aggregation
internal import Chain
internal import ChainEvents
internal import Consensus
internal import ForkChoice
internal import Hashing
internal import Randomness
internal import SSZ
internal import StateTransition
internal import XMSS

/// Nodes that do not follow the protocol: the engine is honest, what leaves the node is not.
///
/// They sign without a journal, so all their lies are validly signed, which is the worst case.
struct Adversary: Sendable {
  /// What is done with a block of its own.
  enum BlockTrick: CaseIterable {
    /// It is sent as it should be.
    case none
    /// Half of the peers get another block of the same slot.
    case equivocate
    /// It is sent one to seven seconds later.
    case delay
    /// Nobody gets it.
    case withhold
  }

  /// What is sent along with a vote of its own.
  enum VoteTrick: CaseIterable {
    case none
    /// A vote for a slot that has not begun.
    case future
    /// A second vote of the same slot, for the parent of the head.
    case equivocate
    /// A vote that is signed by nobody.
    case forged
    /// A proof made of noise.
    case garbageAggregate
    /// A block made of noise.
    case garbageBlock
  }

  let nodes: Set<NodeIndex>
  var random: SeededRandom

  init(nodes: Set<NodeIndex>, seed: UInt64) {
    self.nodes = nodes
    random = SeededRandom(seed: seed, stream: .adversary)
  }

  mutating func blockTrick() -> BlockTrick {
    BlockTrick.allCases[random.below(BlockTrick.allCases.count)]
  }

  mutating func voteTrick() -> VoteTrick {
    VoteTrick.allCases[random.below(VoteTrick.allCases.count)]
  }

  mutating func noise(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }
}

// What leaves a node, honest or not.
extension Cluster {
  mutating func publish(_ block: SignedBlock, _ node: NodeIndex) {
    guard adversary.nodes.contains(node), !isQuiet else {
      return broadcast(.block(block), from: node)
    }
    if let delay = plan.blockDelayMilliseconds {
      queue.schedule(.lateBroadcast(node, .block(block)), at: queue.now.advanced(by: delay))
      return
    }
    let trick = adversary.blockTrick()
    log.append(world: "node\(node) sends its block: \(trick)", at: queue.now)
    switch trick {
    case .none: broadcast(.block(block), from: node)
    case .equivocate: equivocate(block, node)
    case .delay:
      let delay = adversary.random.within(1000...7000)
      queue.schedule(.lateBroadcast(node, .block(block)), at: queue.now.advanced(by: delay))
    case .withhold: break
    }
  }

  /// Sends `block` to some peers and an empty block of the same slot to the others.
  private mutating func equivocate(_ block: SignedBlock, _ node: NodeIndex) {
    var peers = nodes.indices.filter { $0 != node }
    adversary.random.shuffle(&peers)
    let half = peers.count / 2
    broadcast(.block(block), from: node, to: Array(peers[half...]))
    guard let twin = emptyTwin(of: block, node) else { return }
    broadcast(.block(twin), from: node, to: Array(peers[..<half]))
  }

  private func emptyTwin(of block: SignedBlock, _ node: NodeIndex) -> SignedBlock? {
    guard let parent = nodes[node].chain?.store.state(after: block.block.parentRoot) else {
      return nil
    }
    var twin = block.block
    twin.body = BlockBody()
    guard let (sealed, _) = try? parent.seal(twin) else { return nil }
    let key = SimulatedKeys.publicKey(of: sealed.proposerIndex, role: .proposal)
    let signature = SimulatedKeys.sign(sealed.hashTreeRoot(), slot: sealed.slot, with: key)
    let proof = try? backend.aggregate(
      children: [], signatures: [KeyedSignature(publicKey: key, signature: signature)],
      message: sealed.hashTreeRoot(), slot: sealed.slot.rawValue)
    guard let proof else { return nil }
    let bytes = ByteList512KiB(unchecked: proof)
    return SignedBlock(block: sealed, proof: MultiMessageAggregate(proof: bytes))
  }

  mutating func publish(_ vote: SignedAttestation, _ node: NodeIndex) {
    broadcast(.attestation(vote), from: node)
    guard adversary.nodes.contains(node), !isQuiet, plan.blockDelayMilliseconds == nil else {
      return
    }
    attack(with: vote, node)
    switch adversary.voteTrick() {
    case .none: break
    case .future:
      var data = vote.data
      data.slot = Slot(data.slot.rawValue + UInt64(adversary.random.within(1...5)))
      broadcast(.attestation(signed(data, by: vote.validatorIndex)), from: node)
    case .equivocate:
      guard let tree = nodes[node].chain?.store.tree,
        let parent = tree.parent(of: vote.data.head.root), parent.slot >= vote.data.target.slot
      else { return }
      var data = vote.data
      data.head = parent.checkpoint
      broadcast(.attestation(signed(data, by: vote.validatorIndex)), from: node)
    case .forged:
      var forged = vote
      let anybody = adversary.random.below(2 * options.validatorCount)
      forged.validatorIndex = ValidatorIndex(UInt64(anybody))
      broadcast(.attestation(forged), from: node)
    case .garbageAggregate: broadcast(.aggregate(garbage(for: vote.data)), from: node)
    case .garbageBlock: broadcast(.block(garbageBlock(on: vote.data.head)), from: node)
    }
  }

  func signed(_ data: AttestationData, by validator: ValidatorIndex) -> SignedAttestation {
    let key = SimulatedKeys.publicKey(of: validator, role: .attestation)
    return SignedAttestation(
      validatorIndex: validator, data: data,
      signature: SimulatedKeys.sign(data.hashTreeRoot(), slot: data.slot, with: key))
  }

  mutating func garbage(for data: AttestationData) -> SignedAggregatedAttestation {
    let count = 1 + adversary.random.below(options.validatorCount * 2)
    return SignedAggregatedAttestation(
      data: data,
      proof: SingleMessageAggregate(
        participants: AggregationBits(unchecked: Bits(repeating: true, count: count)),
        proof: noise(72)))
  }

  private mutating func garbageBlock(on parent: Checkpoint) -> SignedBlock {
    let slot = Slot(parent.slot.rawValue + 1 + UInt64(adversary.random.below(3)))
    let root = Bytes32(adversary.noise(32)) ?? .zero
    let isOrphan = adversary.random.chance(perMille: 500)
    return SignedBlock(
      block: Block(
        slot: slot, proposerIndex: ValidatorIndex(slot.rawValue % UInt64(options.validatorCount)),
        parentRoot: isOrphan ? root : parent.root, stateRoot: root, body: BlockBody()),
      proof: MultiMessageAggregate(proof: noise(72)))
  }

  mutating func noise(_ count: Int) -> ByteList512KiB {
    ByteList512KiB(unchecked: adversary.noise(count))
  }
}
