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

  @Test(.timeLimit(.minutes(5)))
  func `a lane that has lost too many threads refuses work until one of them is back`() async {
    let executor = executor(XMSSListBackend(scheme: .test))
    let hasStarted = DispatchSemaphore(value: 0)
    let isReleased = DispatchSemaphore(value: 0)
    func vote(_ number: Int) -> Work {
      Work(ticket: WorkTicket(number: UInt64(number)), job: .verifyVotes([]))
    }
    for number in 0..<LaneExecutor.lostThreadLimit {
      executor.run(vote(number)) { _ in
        hasStarted.signal()
        isReleased.wait()
      }
      hasStarted.wait()
      executor.abandon(vote(number).ticket, .votes)
    }
    func isRefused(_ number: Int) async -> Bool {
      await withCheckedContinuation { continuation in
        executor.run(vote(number)) { continuation.resume(returning: $0.failure != nil) }
      }
    }
    #expect(await isRefused(100))
    isReleased.signal()
    var number = 101
    while await isRefused(number) { number += 1 }
    for _ in 1..<LaneExecutor.lostThreadLimit { isReleased.signal() }
  }

  @Test(.timeLimit(.minutes(5)))
  func `a job that ended before it was given up has lost no thread`() async {
    let executor = executor(XMSSListBackend(scheme: .test))
    for number in 0..<2 * UInt64(LaneExecutor.lostThreadLimit) {
      let work = Work(ticket: WorkTicket(number: number), job: .verifyVotes([]))
      let failure = await withCheckedContinuation { continuation in
        executor.run(work) { continuation.resume(returning: $0.failure?.description) }
      }
      #expect(failure == nil)
      // The next job of the queue starts behind its end.
      await withCheckedContinuation { continuation in
        let next = Work(ticket: WorkTicket(number: 100 + number), job: .verifyVotes([]))
        executor.run(next) { _ in continuation.resume() }
      }
      executor.abandon(work.ticket, .votes)
    }
  }

  @Test(arguments: [(1, 1, 3_500), (4, 1, 875), (1, 3, 10_500)])
  func `a job serves with its urgency, and its calls end before its lane gives it up`(
    speed: Int, slowness: Int, milliseconds: Int
  ) {
    let served = Mutex<[String]>([])
    let broken = BrokenBackend { priority, time in
      served.withLock { $0.append("\(priority): \(time / .milliseconds(1)) ms") }
    }
    let backend = SwitchableBackend(broken, speed: speed, slowness: slowness)
    _ = backend.current(for: .verifyVotes([]))
    #expect(served.withLock { $0 } == ["2: \(Double(milliseconds)) ms"])
  }

  @Test(arguments: [(1, 1, 300), (4, 1, 1_200), (1, 3, 100)])
  func `the first plan knows in node time what the prover's process takes to sign`(
    speed: Int, slowness: Int, milliseconds: Int
  ) {
    let backend = SwitchableBackend(
      BrokenBackend(), speed: speed, slowness: slowness, signing: 300)
    let expected = CostSample.signing(meanMilliseconds: Double(milliseconds))
    #expect(backend.costSamples == expected)
    #expect(SwitchableBackend(BrokenBackend()).costSamples.isEmpty)
  }
}
