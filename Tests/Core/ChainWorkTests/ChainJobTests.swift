import Aggregation
import AggregationTestSupport
import BlockBuilding
import ChainTestSupport
import Consensus
import ForkChoice
import SSZ
import Testing
import XMSS

@testable import ChainWork

struct ChainJobTests {
  private func reason(_ result: JobResult) -> String {
    switch result.failure {
    case nil: "product"
    case .rejected(let rejection): "rejected: \(rejection)"
    case .broken(let reason): "failed: \(reason)"
    }
  }

  /// A fresh chain in slot 1.
  private func store() throws -> Store {
    var store = try Fixture.genesisStore(validators: 4)
    store.onTick(to: Interval(.aggregation, of: 1), hasProposal: false)
    return store
  }

  @Test func `a prover that fails says nothing about what it was to check`() throws {
    let store = try store()
    let candidate = try ProposalView(of: store, slot: 1, proposerIndex: 1).select().uncompacted
      .seal()
    let block = SignedBlock(
      block: candidate.block, proof: MultiMessageAggregate(proof: try ByteList512KiB([1])))
    let check = try #require(try store.signatureCheck(of: block))
    let received = ReceivedBlock(
      block: block, root: check.root, origin: MessageOrigin(peer: "a"), byteCount: 1, arrived: 0)
    let job = ChainJob.verifyBlock(received, check)
    let broken = job.run(on: BrokenBackend(), scheme: .test)
    #expect(reason(broken) == "failed: backendFailed(\"broken\")")
    let strict = job.run(on: XMSSListBackend(scheme: .test), scheme: .test)
    #expect(reason(strict) == "rejected: \(Rejection.invalidBlockProof)")
  }

  @Test func `a prover that fails says nothing about an aggregate`() throws {
    let store = try store()
    let aggregate = SignedAggregatedAttestation(
      data: store.produceAttestationData(slot: 1),
      proof: SingleMessageAggregate(
        participants: try AggregationBits(indices: [0, 1] as [ValidatorIndex]),
        proof: try ByteList512KiB([1])))
    let job = ChainJob.verifyAggregate(
      Unverified(
        try store.signatureCheck(of: aggregate), from: MessageOrigin(peer: "a")))
    #expect(
      reason(job.run(on: BrokenBackend(), scheme: .test)) == "failed: backendFailed(\"broken\")")
    #expect(
      reason(job.run(on: XMSSListBackend(scheme: .test), scheme: .test))
        == "rejected: \(Rejection.invalidSignature)")
  }
}
