private import BlockBuilding
private import Consensus
private import ForkChoice
private import Hashing
private import SSZ
private import StateTransition
private import XMSS

extension BenchmarkSuite {
  /// What a slot costs after many slots without finality: sixteen times as many must not cost more.
  ///
  /// Half of 256 validators vote in every slot, which justifies nothing.
  static let unfinalized = BenchmarkSuite("unfinalized") { _ in
    let (few, many) = (500, 8_000)
    return try cases(slots: few, baseline: nil) + cases(slots: many, baseline: few)
  }

  private static func cases(slots: Int, baseline: Int?) throws -> [Benchmark] {
    let chain = try UnfinalizedChain(slots: slots)
    // As far from a state that is kept as a block can be.
    let (store, old) = (chain.store, chain.store.tree.nodes[slots / 2 | 31])
    let vote = store.produceAttestationData(slot: store.time.slot)
    func benchmark<Output>(
      _ name: String, goal: Duration? = nil, _ body: @escaping () throws -> Output
    ) -> Benchmark {
      Benchmark(
        "\(name), slot \(slots)", goal: goal, baseline: baseline.map { "\(name), slot \($0)" },
        body: body)
    }
    return [
      benchmark("check of a vote", goal: .microseconds(10)) { try store.validate(vote) },
      benchmark("ranking of aggregation jobs", goal: .milliseconds(1)) {
        store.rankedAggregationJobs(currentSlot: store.time.slot, limit: 2)
      },
      benchmark("votes of a block", goal: .milliseconds(5)) {
        try ProposalView(
          of: store, slot: store.time.slot + 1,
          proposerIndex: .proposer(
            for: store.time.slot + 1, validatorCount: store.validators.count)
        ).select()
      },
      benchmark("state of an old block", goal: .milliseconds(50)) { store.state(after: old.root) },
      // Last, because the chain grows.
      benchmark("block, votes and ticks of a slot", goal: .milliseconds(5)) {
        try chain.advance()
      },
    ]
  }
}

/// A chain on which half of the validators vote.
private final class UnfinalizedChain {
  private(set) var store: Store
  private let signature: Signature

  init(slots: Int) throws {
    let validators = (0..<256 as Range<UInt64>).map { index in
      Validator(
        attestationPublicKey: PublicKey(Bytes52()), proposalPublicKey: PublicKey(Bytes52()),
        index: ValidatorIndex(index))
    }
    let state = State(genesisTime: 0, validators: try Validators(validators))
    let genesis = Block(
      slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: state.hashTreeRoot(),
      body: BlockBody())
    store = try Store(anchor: genesis, state: state)
    signature = try Signature(ssz: UnfinalizedChain.emptySignature, scheme: .test)
    for _ in 0..<slots { try advance() }
  }

  /// A signature of the test scheme with offsets and no content; nobody verifies it here.
  private static let emptySignature: [UInt8] = {
    let hashes = 40 + 8 * 32
    var bytes = [UInt8](repeating: 0, count: Scheme.test.signatureByteCount)
    bytes[0] = 36
    (bytes[32], bytes[33]) = (UInt8(hashes & 255), UInt8(hashes >> 8))
    bytes[36] = 4
    return bytes
  }()

  /// Lets a slot pass: a block with the votes of the slot before, the votes of this one, a proof.
  func advance() throws {
    let slot = store.time.slot + 1
    let proposer = try ValidatorIndex.proposer(for: slot, validatorCount: store.validators.count)
    store.onTick(to: Interval(of: slot), hasProposal: true)
    guard let state = store.state(after: store.head) else { throw MissingState() }
    var body = BlockBody()
    if let last = store.knownPayloads.entries.last(where: { !$0.proofs.isEmpty }) {
      body.attestations.append(
        AggregatedAttestation(aggregationBits: last.proofs[0].participants, data: last.data))
    }
    let block = try state.seal(
      Block(
        slot: slot, proposerIndex: proposer, parentRoot: store.head, stateRoot: .zero, body: body)
    ).block
    let proof = MultiMessageAggregate(proof: try ByteList512KiB())
    try store.onBlock(VerifiedBlock(trusting: SignedBlock(block: block, proof: proof)))
    try vote(in: slot)
    store.onTick(to: Interval(.endOfSlot, of: slot), hasProposal: false)
  }

  private func vote(in slot: Slot) throws {
    let data = store.produceAttestationData(slot: slot)
    let voters = (0..<128 as Range<UInt64>).map { ValidatorIndex($0) }
    for voter in voters.prefix(16) {
      let vote = SignedAttestation(validatorIndex: voter, data: data, signature: signature)
      try store.onAttestation(VerifiedAttestation(trusting: vote), isAggregator: true)
    }
    let proof = SingleMessageAggregate(
      participants: try AggregationBits(indices: voters), proof: try ByteList512KiB())
    try store.onAggregatedAttestation(
      VerifiedAggregate(trusting: SignedAggregatedAttestation(data: data, proof: proof)))
  }

  private struct MissingState: Error {}
}
