import Consensus
import Hashing
import SSZ
import StateTransition
import Testing
import XMSS

struct StateTransitionTests {
  private func genesis(validatorCount: Int) throws -> State {
    let validators = (0..<validatorCount).map { index in
      Validator(
        attestationPublicKey: PublicKey(Bytes52()), proposalPublicKey: PublicKey(Bytes52()),
        index: ValidatorIndex(UInt64(index)))
    }
    return State(genesisTime: 0, validators: try Validators(validators))
  }

  /// The next block on `state` in `slot` with votes of `voters` for the parent.
  private func block(
    on state: State, slot: Slot, voters: [UInt64] = []
  ) throws -> (block: Block, postState: State) {
    let advanced = try state.processSlots(to: slot)
    let parentRoot = advanced.latestBlockHeader.hashTreeRoot()
    let parent = Checkpoint(root: parentRoot, slot: state.latestBlockHeader.slot)
    let isGenesis = parent.slot == 0
    var attestations: [AggregatedAttestation] = []
    if !voters.isEmpty {
      attestations.append(
        AggregatedAttestation(
          aggregationBits: try AggregationBits(indices: voters.map { ValidatorIndex($0) }),
          data: AttestationData(
            slot: parent.slot, head: parent, target: parent,
            source: isGenesis ? parent : state.latestJustified)))
    }
    return try state.seal(
      Block(
        slot: slot,
        proposerIndex: try .proposer(for: slot, validatorCount: state.validators.count),
        parentRoot: parentRoot, stateRoot: .zero,
        body: BlockBody(attestations: try AggregatedAttestations(attestations))))
  }

  @Test func `the incremental root equals a full re-hash after every block`() throws {
    var state = try genesis(validatorCount: 7)
    var slot: UInt64 = 0
    for step in 0..<700 as Range<UInt64> {
      slot += step % 11 == 0 ? 3 : 1
      let voters: [UInt64] = [[0, 1, 2, 3, 4], [1], [], [5, 6]][Int(step / 40 % 4)]
      let next = try block(on: state, slot: Slot(slot), voters: voters)
      state = try state.stateTransition(next.block)
      #expect(state == next.postState)
      let decoded = try State(ssz: state.sszBytes())
      #expect(decoded == state)
      #expect(decoded.hashTreeRoot() == next.block.stateRoot)
    }
    #expect(state.latestFinalized.slot > 0)
    #expect(!state.justificationsRoots.isEmpty)
  }

  @Test func `a block with another state root is refused`() throws {
    let state = try genesis(validatorCount: 3)
    var block = try block(on: state, slot: 1).block
    let computed = block.stateRoot
    block.stateRoot = .zero
    #expect(throws: Rejection.stateRootMismatch(block: .zero, computed: computed)) {
      try state.stateTransition(block)
    }
  }

  @Test func `a slot far beyond the history is refused without delay`() throws {
    let state = try genesis(validatorCount: 3)
    let slot = Slot(UInt64.max / 3 * 3)
    let advanced = try state.processSlots(to: slot)
    let block = Block(
      slot: slot, proposerIndex: 0, parentRoot: advanced.latestBlockHeader.hashTreeRoot(),
      stateRoot: .zero, body: BlockBody())
    #expect(throws: Rejection.blockSlotGapTooLarge(block: slot, parent: 0)) {
      try state.stateTransition(block)
    }
  }

  @Test func `a state whose lists contradict each other is refused`() throws {
    let state = try genesis(validatorCount: 3)
    let sealed = try block(on: state, slot: 1).block
    var odd = state
    odd.justificationsRoots = try JustificationRoots([SHA256.hash([1])])
    odd.justificationsValidators = try JustificationValidators(Bits(count: 2))
    var other = sealed
    other.parentRoot = try odd.processSlots(to: 1).latestBlockHeader.hashTreeRoot()
    #expect(
      throws: Rejection.justificationVotesLengthMismatch(
        voteCount: 2, targetCount: 1, validatorCount: 3)
    ) { try odd.stateTransition(other) }
    odd.justificationsRoots = try JustificationRoots([.zero])
    odd.justificationsValidators = try JustificationValidators(Bits(count: 3))
    other.parentRoot = try odd.processSlots(to: 1).latestBlockHeader.hashTreeRoot()
    #expect(throws: Rejection.zeroHashJustificationRoot) {
      try odd.stateTransition(other)
    }
  }

  @Test func `votes for targets before the new finalized slot are forgotten`() throws {
    // Slot 1 gets one vote of five and stays pending, then 2 and 3 are justified by four.
    var state = try genesis(validatorCount: 5)
    for (slot, voters) in [(1, []), (2, [0]), (3, [0, 1, 2, 3])] as [(UInt64, [UInt64])] {
      state = try block(on: state, slot: Slot(slot), voters: voters).postState
    }
    #expect(state.justificationsRoots.count == 1)
    #expect(state.latestJustified.slot == 2)
    state = try block(on: state, slot: 4, voters: [0, 1, 2, 3]).postState
    #expect(state.latestFinalized.slot == 2)
    #expect(state.justificationsRoots.isEmpty)
    #expect(state.justifiedSlots.bits == Bits([true]))
  }
}
