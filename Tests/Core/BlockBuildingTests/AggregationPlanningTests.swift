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

  @Test func `a job takes as many signatures as it may and the next one the rest`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    chain.store.onTick(to: Interval(.attestationProduction, of: 1), hasProposal: false)
    let data = chain.store.produceAttestationData(slot: 1)
    try receive(&chain.store, data, [0, 1, 2, 3])
    let first = try #require(
      chain.store.rankedAggregationJobs(currentSlot: 1, limit: 1, maximumSignatures: 3).first)
    #expect(first.job.participants.bits.setIndices == [0, 1, 2])
    chain.store.insertKnown(TestChain.proof(data, [0, 1, 2]), for: data)
    let second = try #require(
      chain.store.rankedAggregationJobs(currentSlot: 1, limit: 1, maximumSignatures: 3).first)
    #expect(second.job.signatures.map(\.publicKey) == [TestChain.key(3)])
  }

  @Test func `only the newest data are looked at, however long nothing is finalized`() throws {
    var chain = try TestChain()
    for slot in 1...100 as ClosedRange<UInt64> {
      try chain.extend(slot: Slot(slot))
      chain.store.onTick(to: Interval(.attestationProduction, of: Slot(slot)), hasProposal: false)
      try receive(&chain.store, chain.store.produceAttestationData(slot: Slot(slot)), [0])
    }
    let ranked = chain.store.rankedAggregationJobs(currentSlot: 100, limit: .max)
    #expect(ranked.map(\.data.slot.rawValue) == (69...100).reversed())
  }

  @Test func `the count that ranks a job is the number of voters that it covers`() throws {
    var chain = try TestChain()
    try chain.extend(slot: 1)
    chain.store.onTick(to: Interval(.attestationProduction, of: 1), hasProposal: false)
    let data = chain.store.produceAttestationData(slot: 1)
    func check() {
      let job = chain.store.aggregationJob(for: data)
      #expect(chain.store.provableVoterCount(for: data) == job?.participants.setCount)
    }
    check()
    try receive(&chain.store, data, [0])
    check()
    for voters in [[0, 1], [1, 2], [0, 1, 2], [3]] {
      let aggregate = SignedAggregatedAttestation(data: data, proof: TestChain.proof(data, voters))
      try chain.store.onAggregatedAttestation(VerifiedAggregate(trusting: aggregate))
      check()
    }
    chain.store.insertKnown(TestChain.proof(data, [0, 1, 2, 3]), for: data)
    check()
  }
}
