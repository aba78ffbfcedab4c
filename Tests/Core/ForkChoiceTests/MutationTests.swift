import AggregationTestSupport
import Consensus
import Hashing
import SSZ
import StateTransition
import Testing

@testable import ForkChoice

/// Valid blocks and votes with random fields changed: accepted or refused by name, never a trap.
struct MutationTests {
  /// A chain with forks, justification and finality.
  private func chain() throws -> TestChain {
    var chain = try TestChain(validatorCount: 4)
    var parent = chain.store.head
    for slot in 1...12 as ClosedRange<UInt64> {
      let vote = try chain.vote(for: parent, slot: Slot(slot - 1))
      let votes = slot > 1 ? [(vote, [0, 1, 2] as [UInt64])] : []
      if slot % 4 == 0 { try chain.extend(parent, slot: Slot(slot)) }
      parent = try chain.extend(parent, slot: Slot(slot), votes: votes)
    }
    return chain
  }

  @Test func `a changed block is taken or refused and a refusal leaves the store as it was`()
    throws
  {
    let chain = try chain()
    let tip = chain.store.head
    let votes = [
      (try chain.vote(for: tip, slot: 12), [0, 1, 3] as [UInt64]),
      (try chain.vote(for: tip, slot: 13), [2]),
    ]
    let valid = try chain.block(on: tip, slot: 13, votes: votes)
    var random = SeededGenerator(seed: 1)
    var reasons: Set<Rejection.Reason> = []
    for _ in 0..<4_000 {
      var block = valid.block
      for _ in 0..<Int.random(in: 1...2, using: &random) { mutate(&block, chain, &random) }
      // Half of the blocks name the state that they lead to, so that more than the root decides.
      if Bool.random(using: &random), let parent = chain.store.state(after: block.parentRoot),
        let sealed = try? parent.seal(block)
      {
        block = sealed.block
      }
      var store = chain.store
      do {
        let signed = SignedBlock(block: block, proof: valid.proof)
        guard let check = try store.signatureCheck(of: signed) else { continue }
        try store.onBlock(try check.verified(by: TestChain.backend))
        #expect(store != chain.store)
      } catch let error as Rejection {
        reasons.insert(error.reason)
        #expect(store == chain.store)
      }
    }
    #expect(
      reasons.isSuperset(of: [
        .blockSlotNotInFuture, .wrongProposer, .stateRootMismatch, .unknownParentBlock,
        .proposerIndexOutOfRange, .duplicateAttestationData, .emptyAggregationBits,
        .validatorIndexOutOfRange, .justifiedSlotOutOfRange, .blockSlotGapTooLarge,
        .blockTooFarInFuture, .tooManyBlocksInSlot,
      ]), "\(reasons)")
  }

  @Test func `a changed vote is taken or refused and a refusal leaves the store as it was`() throws
  {
    let chain = try chain()
    let nodes = chain.store.tree.nodes
    var random = SeededGenerator(seed: 2)
    var reasons: Set<Rejection.Reason> = []
    for _ in 0..<10_000 {
      let head = nodes[Int.random(in: 0..<nodes.count, using: &random)]
      var data = try chain.vote(for: head.root, slot: max(head.slot, chain.store.time.slot))
      for _ in 0..<Int.random(in: 0...2, using: &random) { mutate(&data, chain, &random) }
      var bits = Bits(count: Int.random(in: 1...6, using: &random))
      for index in bits.indices { bits[index] = Bool.random(using: &random) }
      let isValid = Int.random(in: 0..<10, using: &random) > 0
      let aggregate = SignedAggregatedAttestation(
        data: data,
        proof: SingleMessageAggregate(
          participants: try AggregationBits(bits),
          proof: try ByteList512KiB(isValid ? MockBackend.header : [])))
      var store = chain.store
      do {
        let check = try store.signatureCheck(of: aggregate)
        try store.onAggregatedAttestation(try check.verified(by: TestChain.backend))
        #expect(store != chain.store)
        store.onTick(to: store.time + 7, hasProposal: true)
      } catch let error as Rejection {
        reasons.insert(error.reason)
        #expect(store == chain.store)
      }
    }
    #expect(
      reasons == [
        .unknownSourceBlock, .unknownTargetBlock, .unknownHeadBlock, .sourceAfterTarget,
        .headOlderThanTarget, .sourceSlotMismatch, .targetSlotMismatch, .headSlotMismatch,
        .sourceNotAncestorOfTarget, .targetNotAncestorOfHead, .headNotDescendantOfFinalized,
        .attestationSlotBeforeHead,
        .attestationTooFarInFuture, .validatorNotInState, .emptyAggregationBits, .invalidSignature,
      ])
  }

  private func mutate(_ block: inout Block, _ chain: TestChain, _ random: inout SeededGenerator) {
    switch Int.random(in: 0..<9, using: &random) {
    case 0: block.slot = Slot(number(&random))
    case 1: block.proposerIndex = ValidatorIndex(number(&random))
    case 2: block.parentRoot = root(chain, &random)
    case 3: block.stateRoot = root(chain, &random)
    case 4: change(&block) { $0.removeLast() }
    case 5: change(&block) { $0.append($0[0]) }
    case 6:
      // A valid slot and its proposer, so that the history decides.
      block.slot = [16, 20, 300, 300_000].randomElement(using: &random) ?? 16
      block.proposerIndex = 0
    default:
      change(&block) { attestations in
        let position = Int.random(in: 0..<attestations.count, using: &random)
        if Bool.random(using: &random) {
          mutate(&attestations[position].data, chain, &random)
        } else {
          let bits = Bits((0..<6).map { _ in Int.random(in: 0..<4, using: &random) == 0 })
          attestations[position].aggregationBits = AggregationBits(unchecked: bits)
        }
      }
    }
  }

  private func change(_ block: inout Block, _ body: (inout [AggregatedAttestation]) -> Void) {
    var attestations = Array(block.body.attestations)
    guard !attestations.isEmpty else { return }
    body(&attestations)
    guard let list = try? AggregatedAttestations(attestations) else { return }
    block.body = BlockBody(attestations: list)
  }

  private func mutate(
    _ data: inout AttestationData, _ chain: TestChain, _ random: inout SeededGenerator
  ) {
    switch Int.random(in: 0..<7, using: &random) {
    case 0: data.slot = Slot(number(&random))
    case 1: data.head.root = root(chain, &random)
    case 2: data.head.slot = Slot(number(&random))
    case 3: data.target.root = root(chain, &random)
    case 4: data.target.slot = Slot(number(&random))
    case 5: data.source.root = root(chain, &random)
    default: data.source.slot = Slot(number(&random))
    }
  }

  /// Mostly a small number, sometimes one at an edge.
  private func number(_ random: inout SeededGenerator) -> UInt64 {
    let edges: [UInt64] = [0, 1 << 18, (1 << 18) + 1, 1 << 63, .max - 1, .max]
    return Int.random(in: 0..<4, using: &random) == 0
      ? edges[Int.random(in: 0..<edges.count, using: &random)]
      : UInt64.random(in: 0...20, using: &random)
  }

  /// Mostly the root of a known block.
  private func root(_ chain: TestChain, _ random: inout SeededGenerator) -> Bytes32 {
    let nodes = chain.store.tree.nodes
    return switch Int.random(in: 0..<5, using: &random) {
    case 0: .zero
    case 1: SHA256.hash([UInt8.random(in: 0...255, using: &random)])
    default: nodes[Int.random(in: 0..<nodes.count, using: &random)].root
    }
  }
}
