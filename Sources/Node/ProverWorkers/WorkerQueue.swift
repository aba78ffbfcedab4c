/// All workers and the work that waits for them, as a value: it says what to do, and is told what
/// happened.
///
/// A worker has one request at a time. Whatever it does but answer that request in time ends it, and
/// another is started after a pause; the job that it had is lost, the others go on.
struct WorkerQueue: Sendable {
  /// Jobs of a lane that may wait: two for each of 32 nodes in a process.
  ///
  /// At the limit the least urgent of the newest goes: what is most urgent always gets in.
  static let waitingLimit = 64

  /// How long the first answer may take: an interpreter starts, or a connection is made.
  static let helloMilliseconds: UInt64 = 60_000

  /// How long getting ready may take: 17 s and more on a machine that is busy.
  static let prepareMilliseconds: UInt64 = 180_000

  /// How long a signature may take beyond its deadline until its worker is ended.
  ///
  /// A late signature costs a duty, and is thrown away; a worker that is ended takes every key's tree
  /// with it, and making those again costs seconds a key.
  static let signingGraceMilliseconds: UInt64 = 60_000

  /// The pause before a worker is started again; it doubles with each life that brought nothing.
  static let firstPauseMilliseconds: UInt64 = 250
  static let longestPauseMilliseconds: UInt64 = 30_000

  struct Job: Sendable {
    let id: UInt64
    let lane: WorkerLane
    let priority: Int
    let request: WorkerRequest
    let submitted: UInt64
    let deadline: UInt64
  }

  enum Phase: Sendable {
    case down(until: UInt64)
    case greeting(deadline: UInt64)
    case preparing(deadline: UInt64)
    case idle
    case busy(Job, since: UInt64)
    /// It still works on what nobody waits for any more.
    case overdue(WorkerRequest, since: UInt64, until: UInt64)
    /// It was told to end, and has not yet.
    case ending
    /// It is not started again.
    case stopped
  }

  struct Worker: Sendable {
    let lane: WorkerLane
    var phase = Phase.down(until: 0)
    /// What it said of itself when it was last taken; `nil` for one that never was.
    var hello: WorkerHello?
    /// Whether it was ready for jobs, in this life or a former one.
    var hasBeenReady = false
    /// Counts its requests, so that answers of a former life are known.
    var request: UInt64 = 0
    /// Lives in a row that brought nothing.
    var failures = 0
    var lives = 0
    var reason = "not started yet"
  }

  enum Effect: Sendable {
    case spawn(worker: Int)
    case send(worker: Int, WorkerFrame)
    case kill(worker: Int)
    case finish(
      job: UInt64, Result<WorkerAnswer, WorkerJobFailure>, worker: Int?, milliseconds: UInt64)
    case tell(Severity, worker: Int, String)
    /// A worker is ready for jobs, for the first time or again.
    case ready(worker: Int)
  }

  enum Severity: Sendable { case info, warning, error }

  enum Input: Sendable {
    case time
    case submit(Job)
    case frame(worker: Int, WorkerFrame)
    case ended(worker: Int, String)
    case stop
  }

  /// The sizes that workers must have.
  let publicKeyByteCount: Int
  let signatureByteCount: Int
  private(set) var workers: [Worker]
  private(set) var waiting: [Job] = []

  init(lanes: [WorkerLane], publicKeyByteCount: Int, signatureByteCount: Int) {
    self.publicKeyByteCount = publicKeyByteCount
    self.signatureByteCount = signatureByteCount
    workers = lanes.map { Worker(lane: $0) }
  }

  mutating func handle(_ input: Input, at now: UInt64) -> [Effect] {
    var effects: [Effect] = []
    switch input {
    case .time: break
    case .submit(let job): submit(job, &effects)
    case .frame(let worker, let frame): take(frame, from: worker, now, &effects)
    case .ended(let worker, let reason): end(worker, reason, now, &effects)
    case .stop: stop(&effects)
    }
    expire(now, &effects)
    start(now, &effects)
    return effects
  }

  /// The next moment at which something is to be done although nothing happens.
  var nextDeadline: UInt64? {
    let phases = workers.compactMap { worker -> UInt64? in
      switch worker.phase {
      case .down(let time), .greeting(let time), .preparing(let time): time
      case .busy(let job, _): job.deadline
      case .overdue(_, _, let time): time
      case .idle, .ending, .stopped: nil
      }
    }
    return (phases + waiting.map(\.deadline)).min()
  }

  // MARK: Jobs

  private mutating func submit(_ job: Job, _ effects: inout [Effect]) {
    guard !workers.allSatisfy(\.isStopped) else {
      return effects.append(
        .finish(job: job.id, .failure(.noWorker("the node stops")), worker: nil, milliseconds: 0))
    }
    waiting.append(job)
    guard waiting.count(where: { $0.lane == job.lane }) > Self.waitingLimit else { return }
    let least = waiting.indices.filter { waiting[$0].lane == job.lane }
      .max { (waiting[$0].priority, waiting[$0].id) < (waiting[$1].priority, waiting[$1].id) }
    guard let least else { return }
    let gone = waiting.remove(at: least)
    effects.append(.finish(job: gone.id, .failure(.crowdedOut), worker: nil, milliseconds: 0))
  }

  private mutating func start(_ now: UInt64, _ effects: inout [Effect]) {
    for index in workers.indices {
      switch workers[index].phase {
      case .down(let time) where time <= now:
        workers[index].phase = .greeting(deadline: now + Self.helloMilliseconds)
        workers[index].lives += 1
        effects.append(.spawn(worker: index))
        send(.hello, to: index, &effects)
      case .idle:
        let lane = workers[index].lane
        let next = waiting.indices.filter { waiting[$0].lane == lane }
          .min { (waiting[$0].priority, waiting[$0].id) < (waiting[$1].priority, waiting[$1].id) }
        guard let next else { continue }
        let job = waiting.remove(at: next)
        workers[index].phase = .busy(job, since: now)
        send(job.request, to: index, &effects)
      case .down, .greeting, .preparing, .busy, .overdue, .ending, .stopped: break
      }
    }
  }

  private mutating func send(
    _ request: WorkerRequest, to worker: Int, _ effects: inout [Effect]
  ) {
    workers[worker].request += 1
    effects.append(.send(worker: worker, request.frame(workers[worker].request)))
  }

  private mutating func expire(_ now: UInt64, _ effects: inout [Effect]) {
    for job in waiting where job.deadline <= now {
      let seconds = Int((job.deadline - job.submitted) / 1_000)
      effects.append(
        .finish(
          job: job.id, .failure(.late(seconds: seconds, wasRunning: false)), worker: nil,
          milliseconds: 0))
    }
    waiting.removeAll { $0.deadline <= now }
    for index in workers.indices {
      switch workers[index].phase {
      case .greeting(let deadline) where deadline <= now:
        kill(index, "it does not say who it is", &effects)
      case .preparing(let deadline) where deadline <= now:
        kill(index, "it does not get ready", &effects)
      case .busy(let job, let start) where job.deadline <= now:
        let seconds = Int((job.deadline - job.submitted) / 1_000)
        effects.append(
          .finish(
            job: job.id, .failure(.late(seconds: seconds, wasRunning: true)), worker: index,
            milliseconds: now - start))
        guard job.lane == .sign else {
          kill(index, "\(job.request.name) took longer than it may", &effects)
          continue
        }
        workers[index].phase = .overdue(
          job.request, since: start, until: job.deadline + Self.signingGraceMilliseconds)
      case .overdue(let request, _, let until) where until <= now:
        kill(index, "\(request.name) took longer than it may", &effects)
      case .down, .greeting, .preparing, .idle, .busy, .overdue, .ending, .stopped: break
      }
    }
  }

  // MARK: Workers

  private mutating func take(
    _ frame: WorkerFrame, from worker: Int, _ now: UInt64, _ effects: inout [Effect]
  ) {
    switch workers[worker].phase {
    // What it had sent before its end.
    case .down, .ending, .stopped: return
    case .greeting, .preparing, .idle, .busy, .overdue: break
    }
    guard frame.request == workers[worker].request else {
      return lose(
        worker, "it answers request \(frame.request), which it does not have", now, &effects)
    }
    let answer: WorkerAnswer
    do throws(WorkerFrameDefect) {
      answer = try WorkerAnswer(frame)
    } catch {
      return lose(worker, "\(error)", now, &effects)
    }
    switch (workers[worker].phase, answer) {
    case (.greeting, .hello(let hello)):
      if let problem = problem(with: hello, of: worker) {
        return refuse(worker, problem, now, &effects)
      }
      workers[worker].hello = hello
      refuseOthers(than: worker, now, &effects)
      workers[worker].phase = .preparing(deadline: now + Self.prepareMilliseconds)
      send(.prepare, to: worker, &effects)
    case (.preparing, .done):
      workers[worker].phase = .idle
      workers[worker].hasBeenReady = true
      effects.append(.ready(worker: worker))
    case (.preparing, .failure(let failure)), (.greeting, .failure(let failure)):
      lose(worker, "it does not get ready: \(failure.text)", now, &effects)
    case (.busy(let job, let start), let answer):
      guard answer.answers(job.request) else {
        return lose(worker, "its answer is none to \(job.request.name)", now, &effects)
      }
      workers[worker].failures = 0
      workers[worker].phase = .idle
      if (now - start) * 2 > job.deadline - job.submitted {
        effects.append(
          .tell(
            .warning, worker: worker,
            "was slow: \(now - start) ms for \(job.request.name), more than half of what it may"))
      }
      let result: Result<WorkerAnswer, WorkerJobFailure> =
        if case .failure(let failure) = answer { .failure(.refused(failure)) } else {
          .success(answer)
        }
      effects.append(.finish(job: job.id, result, worker: worker, milliseconds: now - start))
    case (.overdue(let request, let start, _), let answer):
      guard answer.answers(request) else {
        return lose(worker, "its answer is none to \(request.name)", now, &effects)
      }
      workers[worker].failures = 0
      workers[worker].phase = .idle
      effects.append(
        .tell(
          .warning, worker: worker,
          "was too late with \(request.name), after \(now - start) ms: thrown away"))
    case (_, _): lose(worker, "it answers what nobody asked", now, &effects)
    }
  }

  /// Why a worker gets no job; `nil` when it fits the network and the workers before it.
  private func problem(with hello: WorkerHello, of worker: Int) -> String? {
    if let failure = hello.selfTestFailure { return "its self-test failed: \(failure)" }
    guard hello.publicKeyByteCount == publicKeyByteCount,
      hello.signatureByteCount == signatureByteCount
    else {
      return "keys of \(hello.publicKeyByteCount) and signatures of \(hello.signatureByteCount) "
        + "bytes: \(hello.scheme); this network has \(publicKeyByteCount) and \(signatureByteCount)"
    }
    guard let first = workers[...worker].compactMap(\.hello).first, !hello.makesProofs(like: first)
    else { return nil }
    return Self.difference(hello, first)
  }

  private static func difference(_ hello: WorkerHello, _ first: WorkerHello) -> String {
    "its proofs are of \(hello.proofs), and here they are of \(first.proofs)"
  }

  /// Ends the workers behind this one in the list that make other proofs, though they were sooner.
  ///
  /// The list decides, not who answers first: a node's own workers stand at its front.
  private mutating func refuseOthers(
    than worker: Int, _ now: UInt64, _ effects: inout [Effect]
  ) {
    guard let hello = workers[worker].hello else { return }
    for other in workers.indices.dropFirst(worker + 1) {
      guard let later = workers[other].hello, !later.makesProofs(like: hello) else { continue }
      workers[other].hello = nil
      workers[other].hasBeenReady = false
      switch workers[other].phase {
      // Its next life will be compared.
      case .down, .ending, .stopped: break
      case .greeting, .preparing, .idle, .busy, .overdue:
        refuse(other, Self.difference(later, hello), now, &effects)
      }
    }
  }

  /// Ends a worker that must not get a job; another life will hardly be better, so it comes late.
  private mutating func refuse(
    _ worker: Int, _ reason: String, _ now: UInt64, _ effects: inout [Effect]
  ) {
    workers[worker].failures = .max
    lose(worker, reason, now, &effects)
  }

  /// Ends a worker that did something else than it should.
  private mutating func lose(
    _ worker: Int, _ reason: String, _ now: UInt64, _ effects: inout [Effect]
  ) {
    if case .busy(let job, let start) = workers[worker].phase {
      effects.append(
        .finish(
          job: job.id, .failure(.lost(reason)), worker: worker, milliseconds: now - start))
    }
    kill(worker, reason, &effects)
  }

  private mutating func kill(_ worker: Int, _ reason: String, _ effects: inout [Effect]) {
    workers[worker].phase = .ending
    workers[worker].reason = reason
    effects += [.tell(.warning, worker: worker, "is ended: \(reason)"), .kill(worker: worker)]
  }

  private mutating func end(
    _ worker: Int, _ reason: String, _ now: UInt64, _ effects: inout [Effect]
  ) {
    switch workers[worker].phase {
    case .stopped, .down: return
    case .ending: break
    case .busy(let job, let start):
      workers[worker].reason = reason
      effects += [
        .finish(
          job: job.id, .failure(.lost(reason)), worker: worker, milliseconds: now - start),
        .tell(.warning, worker: worker, "died at \(job.request.name): \(reason)"),
      ]
    case .greeting, .preparing, .idle, .overdue:
      workers[worker].reason = reason
      effects.append(.tell(.warning, worker: worker, "died: \(reason)"))
    }
    let failures = workers[worker].failures
    let pause =
      failures >= 7
      ? Self.longestPauseMilliseconds : Self.firstPauseMilliseconds << UInt64(failures)
    workers[worker].failures = failures < .max ? failures + 1 : failures
    workers[worker].phase = .down(until: now + min(pause, Self.longestPauseMilliseconds))
  }

  private mutating func stop(_ effects: inout [Effect]) {
    for job in waiting {
      effects.append(
        .finish(job: job.id, .failure(.noWorker("the node stops")), worker: nil, milliseconds: 0))
    }
    waiting = []
    for index in workers.indices {
      if case .busy(let job, _) = workers[index].phase {
        effects.append(
          .finish(
            job: job.id, .failure(.noWorker("the node stops")), worker: index, milliseconds: 0))
      }
      workers[index].phase = .stopped
      effects.append(.kill(worker: index))
    }
  }
}

extension WorkerQueue.Worker {
  var isStopped: Bool { if case .stopped = phase { true } else { false } }
}
