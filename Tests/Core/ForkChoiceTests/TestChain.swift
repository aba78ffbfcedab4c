import Aggregation
import AggregationTestSupport
import Consensus
import Hashing
import SSZ
import StateTransition
import XMSS

@testable import ForkChoice

/// A chain that tests grow as they like: blocks on any parent, proofs that nobody checks.
struct TestChain {
  /// Takes placeholders for proofs and refuses everything else.
  static let backend = MockBackend(real: XMSSListBackend(scheme: .test))

  let genesis: Block
  var store: Store

  init(validatorCount: Int, limits: Store.Limits = Store.Limits()) throws {
    let validators = (0..<validatorCount).map { index in
      Validator(
        attestationPublicKey: PublicKey(Bytes52()), proposalPublicKey: PublicKey(Bytes52()),
        index: ValidatorIndex(UInt64(index)))
    }
    let state = State(genesisTime: 0, validators: try Validators(validators))
    genesis = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    store = try Store(anchor: genesis, state: state, limits: limits)
  }

  /// A valid block on `parent` with one attestation for each entry of `votes`.
  func block(
    on parent: Bytes32, slot: Slot, votes: [(data: AttestationData, voters: [UInt64])] = []
  ) throws -> SignedBlock {
    guard let state = store.state(after: parent) else { throw MissingState() }
    let attestations = try votes.map { vote in
      AggregatedAttestation(
        aggregationBits: try AggregationBits(indices: vote.voters.map { ValidatorIndex($0) }),
        data: vote.data)
    }
    let block = Block(
      slot: slot, proposerIndex: try .proposer(for: slot, validatorCount: store.validators.count),
      parentRoot: parent, stateRoot: .zero,
      body: BlockBody(attestations: try AggregatedAttestations(attestations)))
    return SignedBlock(
      block: try state.seal(block).block,
      proof: MultiMessageAggregate(proof: try ByteList512KiB(MockBackend.header)))
  }

  /// Imports a valid block on `parent` at the slot's beginning and returns its root.
  @discardableResult
  mutating func extend(
    _ parent: Bytes32, slot: Slot, votes: [(data: AttestationData, voters: [UInt64])] = []
  ) throws -> Bytes32 {
    let verified = VerifiedBlock(trusting: try block(on: parent, slot: slot, votes: votes))
    store.onTick(to: Interval(of: slot), hasProposal: true)
    try store.onBlock(verified)
    return verified.root
  }

  /// A vote for `head` with the target and the source that its own chain suggests.
  func vote(for head: Bytes32, slot: Slot, target: Bytes32? = nil) throws -> AttestationData {
    guard let headNode = store.tree[head] else { throw MissingState() }
    var source = headNode.latestJustified
    if source.root == .zero { source = Checkpoint(root: head, slot: 0) }
    let target = target.flatMap { store.tree[$0]?.checkpoint } ?? headNode.checkpoint
    return AttestationData(slot: slot, head: headNode.checkpoint, target: target, source: source)
  }

  static func aggregate(
    _ data: AttestationData, voters: [UInt64], proof: [UInt8] = MockBackend.header
  ) throws -> SignedAggregatedAttestation {
    SignedAggregatedAttestation(
      data: data,
      proof: SingleMessageAggregate(
        participants: try AggregationBits(indices: voters.map { ValidatorIndex($0) }),
        proof: try ByteList512KiB(proof)))
  }

  /// Checks and takes an aggregate whose proof is valid.
  mutating func gossip(_ aggregate: SignedAggregatedAttestation) throws {
    let check = try store.signatureCheck(of: aggregate)
    try store.onAggregatedAttestation(try check.verified(by: Self.backend))
  }

  struct MissingState: Error {}
}

/// SplitMix64: the same numbers from the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
