import BlockBuilding
import Consensus
import ForkChoice
import Hashing
import SSZ
import XMSS

/// A chain to build on: four validators, blocks by our own builder, votes as a test wants them.
struct TestChain {
  static let validatorCount = 4

  var store: Store

  init() throws {
    let validators = (0..<UInt64(TestChain.validatorCount)).map { index in
      Validator(
        attestationPublicKey: TestChain.key(UInt8(index)),
        proposalPublicKey: TestChain.key(UInt8(index) + 100), index: ValidatorIndex(index))
    }
    let state = State(genesisTime: 0, validators: try Validators(validators))
    let genesis = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    store = try Store(anchor: genesis, state: state)
  }

  static func key(_ number: UInt8) -> PublicKey {
    PublicKey(Bytes52(Array(repeating: number, count: 52)) ?? Bytes52())
  }

  func view(slot: Slot) throws -> ProposalView {
    try ProposalView(
      of: store, slot: slot,
      proposerIndex: ValidatorIndex(slot.rawValue % UInt64(TestChain.validatorCount)))
  }

  /// Builds the block of a slot from everything known and takes it in.
  @discardableResult
  mutating func extend(slot: Slot) throws -> Candidate {
    let candidate = try view(slot: slot).select().uncompacted.seal()
    store.onTick(to: Interval(of: slot), hasProposal: true)
    let proof = MultiMessageAggregate(proof: ByteList512KiB(unchecked: []))
    try store.onBlock(VerifiedBlock(trusting: SignedBlock(block: candidate.block, proof: proof)))
    return candidate
  }

  /// A proof that `voters` signed `data`.
  static func proof(_ data: AttestationData, _ voters: [Int]) -> SingleMessageAggregate {
    let keys = voters.map { key(UInt8($0)) }
    let bytes = ListProver.proof(keys, data.hashTreeRoot(), data.slot.rawValue)
    return SingleMessageAggregate(
      participants: bits(voters), proof: ByteList512KiB(unchecked: bytes))
  }

  static func bits(_ voters: [Int]) -> AggregationBits {
    var bits = Bits()
    for voter in voters { bits.insert(voter) }
    return AggregationBits(unchecked: bits)
  }

  /// A vote that wants to justify the head at once, as votes do when the safe target keeps up.
  func voteForHead(slot: Slot) -> AttestationData {
    var data = store.produceAttestationData(slot: slot)
    data.target = data.head
    return data
  }

  /// Makes `voters` vote in `slot` for the head; the votes count at once.
  @discardableResult
  mutating func vote(slot: Slot, _ voters: [Int]) -> AttestationData {
    let data = voteForHead(slot: slot)
    store.insertKnown(TestChain.proof(data, voters), for: data)
    return data
  }
}
