import Aggregation
import BlockBuilding
import Consensus
import ForkChoice
import Hashing
import SSZ
import Testing
import XMSS

struct ReaggregationTests {
  private let prover = ListProver()

  /// A chain that has a block with votes that it never saw as proofs, and that block.
  private func chainWithForeignVotes() throws -> (TestChain, SignedBlock, AttestationData) {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    var other = chain
    let data = other.vote(slot: 1, [0, 1])
    let candidate = try other.view(slot: 2).select().uncompacted.seal()
    let wrapped = SingleMessageAggregate(
      participants: TestChain.bits([2]),
      proof: ByteList512KiB(
        unchecked: ListProver.proof([TestChain.key(102)], candidate.root, 2)))
    let signed = try candidate.proven(by: prover, with: .proof(wrapped))
    chain.store.onTick(to: Interval(of: 2), hasProposal: false)
    try chain.store.onBlock(VerifiedBlock(trusting: signed))
    return (chain, signed, data)
  }

  @Test func `votes that only a block carries are split off its proof`() throws {
    let (chain, signed, data) = try chainWithForeignVotes()
    let jobs = chain.store.reaggregationJobs(of: signed, limit: 4)
    #expect(try jobs.map { try $0.run(on: prover) } == [TestChain.proof(data, [0, 1])])
  }

  @Test func `our own proofs of the same vote are merged in`() throws {
    var (chain, signed, data) = try chainWithForeignVotes()
    chain.store.insertKnown(TestChain.proof(data, [1, 3]), for: data)
    let jobs = chain.store.reaggregationJobs(of: signed, limit: 4)
    #expect(try jobs.map { try $0.run(on: prover) } == [TestChain.proof(data, [0, 1, 3])])
  }

  @Test func `voters that our proofs cover are no reason`() throws {
    var (chain, signed, data) = try chainWithForeignVotes()
    chain.store.insertKnown(TestChain.proof(data, [0, 1]), for: data)
    #expect(chain.store.reaggregationJobs(of: signed, limit: 4) == [])
  }
}
