import Aggregation
import BlockBuilding
import Consensus
import ForkChoice
import Hashing
import SSZ
import Testing
import XMSS

struct AggregationPlanningTests {
  private let prover = ListProver()

  /// Puts single votes into the store, as gossip would.
  private func receive(_ store: inout Store, _ data: AttestationData, _ voters: [Int]) throws {
    var bytes = [UInt8](repeating: 0, count: 424)
    (bytes[0], bytes[32], bytes[33], bytes[36]) = (36, 40, 1, 4)
    for voter in voters {
      let attestation = SignedAttestation(
        validatorIndex: ValidatorIndex(UInt64(voter)), data: data,
        signature: try Signature(ssz: bytes, scheme: .test))
      try store.onAttestation(VerifiedAttestation(trusting: attestation), isAggregator: true)
    }
  }

  @Test func `votes of the current slot go first, then what covers more`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    var votes: [AttestationData] = []
    for slot in 1...3 {
      chain.store.onTick(
        to: Interval(.attestationProduction, of: Slot(UInt64(slot))), hasProposal: false)
      votes.append(chain.store.produceAttestationData(slot: Slot(UInt64(slot))))
    }
    try receive(&chain.store, votes[0], [0])
    try receive(&chain.store, votes[1], [0, 1, 2])
    try receive(&chain.store, votes[2], [0, 1])
    let ranked = chain.store.rankedAggregationJobs(currentSlot: 3, limit: 8)
    #expect(ranked.map(\.data.slot) == [3, 2, 1])
    #expect(chain.store.rankedAggregationJobs(currentSlot: 3, limit: 1) == [ranked[0]])
  }

  @Test func `a job covers proofs and the signatures that they lack`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    let data = chain.vote(slot: 1, [0, 1])
    try receive(&chain.store, data, [1, 2])
    let job = try #require(chain.store.rankedAggregationJobs(currentSlot: 1, limit: 1).first)
    #expect(job.job.children.map(\.aggregate) == [TestChain.proof(data, [0, 1])])
    #expect(job.job.signatures.map(\.publicKey) == [TestChain.key(2)])
    #expect(try job.job.run(on: prover) == TestChain.proof(data, [0, 1, 2]))
  }

  @Test func `nothing fresh, no job`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    chain.vote(slot: 1, [0, 1])
    #expect(chain.store.rankedAggregationJobs(currentSlot: 1, limit: 8) == [])
  }
}
