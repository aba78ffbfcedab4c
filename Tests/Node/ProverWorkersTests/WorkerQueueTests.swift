import Hashing
import Testing

@testable import ProverWorkers

/// The queue with workers that exist in its effects only.
private struct Run {
  var queue: WorkerQueue
  var now: UInt64 = 1_000
  var effects: [WorkerQueue.Effect] = []
  private var jobs: UInt64 = 0

  init(_ lanes: WorkerLane...) {
    queue = WorkerQueue(lanes: lanes, publicKeyByteCount: 32, signatureByteCount: 2_404)
  }

  mutating func handle(_ input: WorkerQueue.Input) {
    effects += queue.handle(input, at: now)
  }

  /// Lets a worker answer its newest request.
  mutating func answer(_ answer: WorkerAnswer, worker: Int = 0) {
    handle(.frame(worker: worker, answer.frame(queue.workers[worker].request)))
  }

  mutating func getReady(worker: Int = 0, _ hello: WorkerHello = WorkerFrameTests.hello) {
    handle(.time)
    answer(.hello(hello), worker: worker)
    answer(.done, worker: worker)
    effects = []
  }

  @discardableResult
  mutating func submit(
    priority: Int = 0, milliseconds: UInt64 = 10_000, lane: WorkerLane = .prove,
    _ request: WorkerRequest = .merge([], proposer: nil)
  ) -> UInt64 {
    jobs += 1
    handle(
      .submit(
        WorkerQueue.Job(
          id: jobs, lane: lane, priority: priority, request: request, submitted: now,
          deadline: now + milliseconds)))
    return jobs
  }

  /// How jobs ended since the last look.
  mutating func ends() -> [UInt64: Result<WorkerAnswer, WorkerJobFailure>] {
    defer { effects = [] }
    var ends: [UInt64: Result<WorkerAnswer, WorkerJobFailure>] = [:]
    for case .finish(let job, let result, _, _) in effects { ends[job] = result }
    return ends
  }

  var tellings: [String] {
    effects.compactMap { if case .tell(_, _, let text) = $0 { text } else { nil } }
  }
  var kills: Int { effects.count { if case .kill = $0 { true } else { false } } }
  var spawns: Int { effects.count { if case .spawn = $0 { true } else { false } } }
}

struct WorkerQueueTests {
  @Test func `what is most urgent goes first, and equals in their order`() {
    var run = Run(.prove)
    run.getReady()
    let running = run.submit(priority: 2)
    let last = run.submit(priority: 2)
    let middle = run.submit(priority: 1)
    let first = run.submit(priority: 0)
    let second = run.submit(priority: 0)
    var order: [UInt64] = []
    for _ in 0..<5 {
      run.answer(.proof([1]))
      order += run.ends().keys
    }
    #expect(order == [running, first, second, middle, last])
  }

  @Test func `at the limit the least urgent of the newest goes`() {
    var run = Run(.prove)
    run.getReady()
    _ = run.submit()
    for _ in 0..<WorkerQueue.waitingLimit - 1 { run.submit(priority: 1) }
    let idle = run.submit(priority: 2)
    #expect(run.ends().isEmpty)
    let more = run.submit(priority: 2)
    #expect(run.ends() == [more: .failure(.crowdedOut)])
    run.submit(priority: 0)
    #expect(run.ends() == [idle: .failure(.crowdedOut)])
    #expect(run.queue.waiting.count == WorkerQueue.waitingLimit)
  }

  @Test func `a job whose time is over ends, and its worker only if it works on it`() {
    var run = Run(.prove)
    run.getReady()
    let running = run.submit(milliseconds: 5_000)
    let waiting = run.submit(milliseconds: 3_000)
    #expect(run.queue.nextDeadline == 4_000)
    run.now = 4_000
    run.handle(.time)
    #expect(run.kills == 0)
    #expect(run.ends() == [waiting: .failure(.late(seconds: 3, wasRunning: false))])
    run.now = 6_000
    run.handle(.time)
    #expect(run.kills == 1)
    #expect(run.ends() == [running: .failure(.late(seconds: 5, wasRunning: true))])
    // An answer that comes after all is no answer any more.
    run.answer(.proof([1]))
    #expect(run.ends().isEmpty)
  }

  @Test func `a signature that is late is thrown away, and its worker keeps its keys`() throws {
    var run = Run(.sign)
    run.getReady()
    let message = try #require(Bytes32([UInt8](repeating: 1, count: 32)))
    let request = WorkerRequest.sign(key: [1], leaf: 2, message: message)
    let late = run.submit(milliseconds: 4_000, lane: .sign, request)
    run.now = 5_000
    run.handle(.time)
    #expect(run.kills == 0)
    #expect(run.ends() == [late: .failure(.late(seconds: 4, wasRunning: true))])
    let next = run.submit(lane: .sign, request)
    run.now = 6_000
    run.answer(.signature([9]))
    #expect(run.tellings == ["was too late with sign, after 5000 ms: thrown away"])
    #expect(run.ends().isEmpty)
    run.answer(.signature([8]))
    #expect(run.ends() == [next: .success(.signature([8]))])
  }

  @Test func `an answer that took more than half of its time is told as slow`() {
    var run = Run(.prove)
    run.getReady()
    for (milliseconds, words) in [
      (5_000, []), (5_001, ["was slow: 5001 ms for merge, more than half of what it may"]),
    ]
      as [(UInt64, [String])]
    {
      let job = run.submit(milliseconds: 10_000)
      run.now += milliseconds
      run.answer(.proof([1]))
      #expect(run.tellings == words)
      #expect(run.ends() == [job: .success(.proof([1]))])
    }
  }

  @Test func `a signing worker that says nothing for a minute more is ended`() throws {
    var run = Run(.sign)
    run.getReady()
    run.submit(milliseconds: 4_000, lane: .sign, .openKey(seed: [1]))
    run.now = 5_000
    run.handle(.time)
    run.now += WorkerQueue.signingGraceMilliseconds - 1
    run.handle(.time)
    #expect(run.kills == 0)
    #expect(run.queue.nextDeadline == run.now + 1)
    run.now += 1
    run.handle(.time)
    #expect(run.kills == 1)
  }

  @Test func `a worker that dies again and again is started with longer and longer pauses`() {
    var run = Run(.prove)
    var pauses: [UInt64] = []
    for _ in 0..<10 {
      run.handle(.time)
      #expect(run.spawns == 1)
      run.effects = []
      run.handle(.ended(worker: 0, "exit with status 1"))
      let next = run.queue.nextDeadline ?? 0
      pauses.append(next - run.now)
      run.now = next
    }
    #expect(pauses == [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
    // A job that is done makes it as good as new.
    run.getReady()
    run.submit()
    run.answer(.proof([1]))
    run.handle(.ended(worker: 0, "exit with status 1"))
    #expect(run.queue.nextDeadline == run.now + 250)
  }

  @Test func `a worker that never says who it is, or never gets ready, is ended`() {
    var run = Run(.prove)
    run.handle(.time)
    run.now += WorkerQueue.helloMilliseconds
    run.handle(.time)
    #expect(run.kills == 1)
    var other = Run(.prove)
    other.handle(.time)
    other.answer(.hello(WorkerFrameTests.hello))
    other.now += WorkerQueue.prepareMilliseconds
    other.handle(.time)
    #expect(other.kills == 1)
  }

  @Test func `a job of a lane waits for a worker of that lane`() {
    var run = Run(.verify, .prove)
    run.handle(.time)
    run.getReady(worker: 0)
    run.submit()
    #expect(run.queue.waiting.count == 1)
    run.getReady(worker: 1)
    #expect(run.queue.waiting.isEmpty)
  }

  /// What a worker says whose proofs differ in one trait.
  private static let others: [(WorkerHello, String)] = {
    var (generation, splits, folds, single) = (
      WorkerFrameTests.hello, WorkerFrameTests.hello, WorkerFrameTests.hello, WorkerFrameTests.hello
    )
    generation.generation = "py-lean-pq 0.8.0"
    splits.canSplit = true
    folds.foldsProposer = false
    single.allowsOneComponentPerSlot = true
    return [
      (generation, "py-lean-pq 0.8.0 (cannot split, folds the proposer)"),
      (splits, "py-lean-pq 0.7.0 (folds the proposer)"),
      (folds, "py-lean-pq 0.7.0 (cannot split)"),
      (single, "py-lean-pq 0.7.0 (cannot split, folds the proposer, one data a slot)"),
    ]
  }()

  private static func refusal(_ proofs: String) -> String {
    "is ended: its proofs are of \(proofs), and here they are of "
      + "py-lean-pq 0.7.0 (cannot split, folds the proposer)"
  }

  @Test(arguments: others)
  func `a worker whose proofs are others gets no job, whenever it answers`(
    other: WorkerHello, words: String
  ) {
    // Behind the first in time.
    var late = Run(.prove, .prove)
    late.getReady(worker: 0)
    late.answer(.hello(other), worker: 1)
    #expect(late.tellings == [Self.refusal(words)] && late.kills == 1)
    #expect(late.queue.workers[1].hello == nil)

    // Before it: it is ended when the first of the list answers, and its job is lost.
    var early = Run(.prove, .prove)
    early.getReady(worker: 1, other)
    let job = early.submit()
    early.effects = []
    early.answer(.hello(WorkerFrameTests.hello), worker: 0)
    #expect(early.tellings == [Self.refusal(words)] && early.kills == 1)
    guard case .failure(.lost) = early.ends()[job] else {
      Issue.record("the job of a worker that is refused did not end")
      return
    }
    early.handle(.ended(worker: 1, "ended by signal 9"))
    // It comes late: its next life will hardly be better.
    #expect(early.queue.workers.map(\.hasBeenReady) == [false, false])
    early.answer(.done, worker: 0)
    #expect(early.queue.workers.map(\.hasBeenReady) == [true, false])
  }

  @Test func `a worker that comes back with other proofs gets no job`() {
    var run = Run(.prove)
    run.getReady()
    run.handle(.ended(worker: 0, "exit with status 1"))
    run.now += 250
    run.handle(.time)
    run.effects = []
    run.answer(.hello(Self.others[0].0))
    #expect(run.tellings == [Self.refusal(Self.others[0].1)] && run.kills == 1)
    run.handle(.ended(worker: 0, "ended by signal 9"))
    run.now += WorkerQueue.longestPauseMilliseconds
    run.getReady()
    let job = run.submit()
    run.answer(.proof([1]))
    #expect(run.ends() == [job: .success(.proof([1]))])
  }

  @Test func `after the stop nothing starts, whatever a worker had said before, and jobs end`() {
    var run = Run(.prove)
    run.getReady()
    run.submit()
    run.handle(.stop)
    run.effects = []
    // The frame was read before the stop, and is handled behind it.
    run.answer(.proof([1]))
    run.handle(.ended(worker: 0, "ended by signal 9"))
    run.now += WorkerQueue.longestPauseMilliseconds
    run.handle(.time)
    #expect(run.spawns == 0 && run.kills == 0 && run.queue.nextDeadline == nil)
    let late = run.submit()
    #expect(run.ends() == [late: .failure(.noWorker("the node stops"))])
    #expect(run.queue.waiting.isEmpty)
  }
}
