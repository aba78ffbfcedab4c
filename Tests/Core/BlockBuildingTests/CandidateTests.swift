import Aggregation
import BlockBuilding
import Consensus
import ForkChoice
import Hashing
import SSZ
import Testing
import XMSS

struct CandidateTests {
  private let prover = ListProver()

  private func signature() throws -> Signature {
    var bytes = [UInt8](repeating: 0, count: 424)
    (bytes[0], bytes[32], bytes[33], bytes[36]) = (36, 40, 1, 4)
    return try Signature(ssz: bytes, scheme: .test)
  }

  private func chainWithTwoProofs() throws -> (chain: TestChain, data: AttestationData) {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    let data = chain.vote(slot: 1, [0, 1])
    chain.store.insertKnown(TestChain.proof(data, [1, 2]), for: data)
    return (chain, data)
  }

  @Test func `proofs of equal data are merged into one`() throws {
    let (chain, data) = try chainWithTwoProofs()
    let selection = try chain.view(slot: 2).select()
    let proofs = try selection.compactionJobs.map { try $0.run(on: prover) }
    let candidate = try selection.compacted(by: proofs).seal()
    #expect(proofs == [TestChain.proof(data, [0, 1, 2])])
    #expect(
      candidate.block.body.attestations.elements == [
        AggregatedAttestation(aggregationBits: TestChain.bits([0, 1, 2]), data: data)
      ])
    #expect(candidate.voterCount == 3)
  }

  @Test func `merging proofs does not change what the block justifies`() throws {
    let (chain, _) = try chainWithTwoProofs()
    let selection = try chain.view(slot: 2).select()
    let proofs = try selection.compactionJobs.map { try $0.run(on: prover) }
    let merged = try selection.compacted(by: proofs).seal()
    let widest = try selection.uncompacted.seal()
    #expect(merged.postState.latestJustified.slot == 1)
    #expect(widest.postState.latestJustified.slot == 0)
  }

  @Test func `a vote whose proofs cannot be merged is left out`() throws {
    let (chain, _) = try chainWithTwoProofs()
    let selection = try chain.view(slot: 2).select()
    #expect(try selection.compacted(by: [nil]).seal().block.body == BlockBody())
  }

  @Test func `scenario 14: an offending proof is dropped and the vote is kept`() throws {
    let (chain, data) = try chainWithTwoProofs()
    var poisoned = chain
    let bad = SingleMessageAggregate(
      participants: TestChain.bits([3]), proof: ByteList512KiB(unchecked: [1, 2, 3]))
    poisoned.store.insertKnown(bad, for: data)
    let jobs = try poisoned.view(slot: 2).select().compactionJobs
    let (proof, dropped) = try #require(
      try jobs.map { try $0.runDroppingOffenders(on: prover) }.first)
    #expect(proof == TestChain.proof(data, [0, 1, 2]))
    #expect(dropped == [bad])
  }

  @Test func `the block verifies after sealing, signing, wrapping and merging`() throws {
    let (chain, data) = try chainWithTwoProofs()
    let selection = try chain.view(slot: 2).select()
    let proofs = try selection.compactionJobs.map { try $0.run(on: prover) }
    let candidate = try selection.compacted(by: proofs).seal()
    let wrapped = try candidate.wrapJob(signature: signature()).run(on: prover)
    let signed = try candidate.proven(by: prover, with: .proof(wrapped))

    #expect(wrapped.participants == TestChain.bits([2]))
    #expect(signed.block.hashTreeRoot() == candidate.root)
    try prover.verify(
      signed.proof.proof.bytes,
      components: [
        ComponentBinding(
          publicKeys: [0, 1, 2].map(TestChain.key), message: data.hashTreeRoot(), slot: 1),
        ComponentBinding(publicKeys: [TestChain.key(102)], message: candidate.root, slot: 2),
      ])
    var store = chain.store
    store.onTick(to: Interval(of: 2), hasProposal: true)
    #expect(try store.onBlock(VerifiedBlock(trusting: signed)))
    #expect(store.state(after: candidate.root) == candidate.postState)
  }

  @Test func `a block leaves with the proof of another process only when that verifies`() throws {
    let (chain, _) = try chainWithTwoProofs()
    let candidate = try chain.view(slot: 2).select().uncompacted.seal()
    let evidence = ProposerEvidence.signature(try signature())
    let block = try candidate.proven(by: ListProver(isForeign: true), with: evidence)
    #expect(block == (try candidate.proven(by: prover, with: evidence)))
    for wrong in [[], [1, 2, 3], Array(block.proof.proof.bytes.dropLast())] as [[UInt8]] {
      #expect(throws: Rejection.invalidBlockProof) {
        try candidate.proven(by: ListProver(isForeign: true, falseMerge: wrong), with: evidence)
      }
    }
  }
}
