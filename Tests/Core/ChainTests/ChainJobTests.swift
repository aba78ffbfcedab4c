import Aggregation
import AggregationTestSupport
import BlockBuilding
import Consensus
import ForkChoice
import SSZ
import Testing
import XMSS

@testable import Chain

struct ChainWorkTests {
  private func reason(_ result: JobResult) -> String {
    switch result.failure {
    case nil: "product"
    case .rejected(let rejection): "rejected: \(rejection)"
    case .broken(let reason): "failed: \(reason)"
    }
  }

  @Test func `a prover that fails says nothing about what it was to check`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 1, plus: 100)
    let block = try run.foreignBlock(1)
    let check = try #require(try run.engine.store.signatureCheck(of: block))
    let received = ReceivedBlock(
      block: block, root: check.root, origin: MessageOrigin(peer: "a"), byteCount: 1, arrived: 0)
    let job = ChainJob.verifyBlock(received, check)
    let broken = job.run(on: BrokenBackend(), scheme: .test)
    #expect(reason(broken) == "failed: backendFailed(\"broken\")")
    let strict = job.run(on: XMSSListBackend(scheme: .test), scheme: .test)
    #expect(reason(strict) == "rejected: \(Rejection.invalidBlockProof)")
  }

  @Test func `a prover that fails says nothing about an aggregate`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 1, plus: 1700)
    let aggregate = SignedAggregatedAttestation(
      data: run.engine.store.produceAttestationData(slot: 1),
      proof: SingleMessageAggregate(
        participants: try AggregationBits(indices: [0, 1] as [ValidatorIndex]),
        proof: try ByteList512KiB([1])))
    let job = ChainJob.verifyAggregate(
      Unverified(
        try run.engine.store.signatureCheck(of: aggregate), from: MessageOrigin(peer: "a")))
    #expect(
      reason(job.run(on: BrokenBackend(), scheme: .test)) == "failed: backendFailed(\"broken\")")
    #expect(
      reason(job.run(on: XMSSListBackend(scheme: .test), scheme: .test))
        == "rejected: \(Rejection.invalidSignature)")
  }
}
