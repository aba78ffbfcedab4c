import Aggregation
import AggregationTestSupport
import Chain
import Consensus
import ForkChoice
import Hashing
import SSZ
import Synchronization
import Testing
import XMSS

@testable import LeanNode

struct LaneExecutorTests {
  private func executor(_ backend: any AggregationBackend) -> LaneExecutor {
    LaneExecutor(backend: SwitchableBackend(backend), scheme: .test, name: "test")
  }

  @Test(.timeLimit(.minutes(1)))
  func `scenario 51: a prover is prepared on its own thread, and a failure is told`() async {
    for (backend, failure) in [
      (XMSSListBackend(scheme: .test), nil), (BrokenBackend(), "backendFailed(\"broken\")"),
    ] as [(any AggregationBackend, String?)] {
      let executor = executor(backend)
      let told = await withCheckedContinuation { continuation in
        executor.prepareProver { continuation.resume(returning: $0) }
      }
      #expect(told == failure)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `votes that wait together each get their own answer`() async throws {
    let keys = try testKeys(4)
    let genesis = GenesisState(genesisTime: 1000, validators: try registry(keys))
    let store = try Store(anchor: genesis.block, state: genesis.state)
    let data = store.produceAttestationData(slot: 0)
    let executor = executor(XMSSListBackend(scheme: .test))
    let answers = Mutex<[Int: String]>([:])
    for (index, keys) in keys.enumerated() {
      // The third signs with the key of the fourth.
      let key = index == 2 ? try testKeys(4)[3].attestation : keys.attestation
      let permit = SigningPermit(
        publicKey: key.publicKey, slot: 0, message: data.hashTreeRoot())
      let vote = SignedAttestation(
        validatorIndex: keys.index, data: data, signature: try key.sign(permit))
      let work = Work(
        ticket: WorkTicket(number: UInt64(index)), lane: .votes,
        job: .verifyAttestation(try store.signatureCheck(of: vote)))
      executor.run(work) { result in
        let word =
          switch result {
          case .product: "valid"
          case .rejected(let rejection): "\(rejection.reason)"
          case .failed(let reason): reason
          }
        answers.withLock { $0[index] = word }
      }
    }
    while answers.withLock({ $0.count }) < 4 { try await Task.sleep(for: .milliseconds(1)) }
    #expect(
      answers.withLock { $0 } == [
        0: "valid", 1: "valid", 2: "\(Rejection.Reason.invalidSignature)", 3: "valid",
      ])
  }
}
