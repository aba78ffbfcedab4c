import Aggregation
import AggregationTestSupport
import Chain
import ChainWork
import Consensus
import Dispatch
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

  @Test(.timeLimit(.minutes(5)))
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

  @Test(.timeLimit(.minutes(5)))
  func `votes that are checked together each get their own answer`() async throws {
    let keys = try testKeys(4)
    let genesis = GenesisState(genesisTime: 1000, validators: try registry(keys))
    let store = try Store(anchor: genesis.block, state: genesis.state)
    let data = store.produceAttestationData(slot: 0)
    let votes = try keys.enumerated().map { index, keys in
      // The third signs with the key of the fourth.
      let key = index == 2 ? try testKeys(4)[3].attestation : keys.attestation
      let permit = SigningPermit(publicKey: key.publicKey, slot: 0, message: data.hashTreeRoot())
      let vote = SignedAttestation(
        validatorIndex: keys.index, data: data, signature: try key.sign(permit))
      return Unverified(try store.signatureCheck(of: vote), from: MessageOrigin(peer: "a"))
    }
    let work = Work(ticket: WorkTicket(number: 1), job: .verifyVotes(votes))
    let executor = executor(XMSSListBackend(scheme: .test))
    let valid = await withCheckedContinuation { continuation in
      executor.run(work) { result in
        guard case .verifiedVotes(let votes) = result else { return }
        continuation.resume(returning: votes.map { $0.valid != nil })
      }
    }
    #expect(valid == [true, true, false, true])
  }

  @Test(.timeLimit(.minutes(5)))
  func `a lane whose job never ends goes on when the job is given up`() async {
    let executor = executor(XMSSListBackend(scheme: .test))
    let hung = Work(ticket: WorkTicket(number: 1), job: .verifyVotes([]))
    let hasStarted = DispatchSemaphore(value: 0)
    let isReleased = DispatchSemaphore(value: 0)
    executor.run(hung) { _ in
      hasStarted.signal()
      isReleased.wait()
    }
    hasStarted.wait()
    executor.abandon(hung.ticket, hung.lane)
    await withCheckedContinuation { continuation in
      executor.run(Work(ticket: WorkTicket(number: 2), job: .verifyVotes([]))) { _ in
        continuation.resume()
      }
    }
    isReleased.signal()
  }

  @Test func `a lane that has lost too many threads refuses work`() {
    let executor = executor(XMSSListBackend(scheme: .test))
    let work = Work(ticket: WorkTicket(number: 1), job: .verifyVotes([]))
    for _ in 0..<LaneExecutor.lostThreadLimit { executor.abandon(work.ticket, .votes) }
    let refusals = Mutex(0)
    executor.run(work) { result in
      if case .failed = result { refusals.withLock { $0 += 1 } }
    }
    #expect(refusals.withLock { $0 } == 1)
  }
}
