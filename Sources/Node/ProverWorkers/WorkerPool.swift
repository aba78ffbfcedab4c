private import Dispatch
private import Foundation
private import Synchronization

/// How to start one worker.
package struct WorkerCommand: Hashable, Sendable {
  /// The program and its arguments.
  package var arguments: [String]

  /// What its work is.
  package var lane: WorkerLane

  /// What the system lets it use.
  package var limits: WorkerLimitsOfUse

  /// Where it runs, for screens: `local`, or the word that an operator knows it by.
  package var place: String

  /// Creates a command.
  package init(
    _ arguments: [String], lane: WorkerLane, limits: WorkerLimitsOfUse = WorkerLimitsOfUse(),
    place: String = "local"
  ) {
    self.arguments = arguments
    self.lane = lane
    self.limits = limits
    self.place = place
  }
}

/// What happens to workers, for logs and screens.
package enum WorkerEvent: Sendable {
  case info(String)
  case warning(String)
}

/// A worker as screens show it.
package struct WorkerStatus: Hashable, Sendable {
  package let lane: WorkerLane
  package let place: String
  package let generation: String?
  package let lives: Int
  /// What it does now, in a word.
  package let activity: String
  /// How long it has done that.
  package let activityMilliseconds: UInt64?
  /// Bytes in memory now; `nil` when it does not run or runs elsewhere.
  package let memoryBytes: UInt64?
  /// Jobs of its lane that wait.
  package let waiting: Int
}

/// Workers of one or several nodes, kept alive, and the queue in front of them.
///
/// Calls wait on the calling thread, never on Swift's cooperative pool.
package final class WorkerPool: Sendable {
  private struct State {
    var queue: WorkerQueue
    /// The one timer of all deadlines: it is set anew for the next one whenever something happens.
    let timer: any DispatchSourceTimer
    var processes: [Int: WorkerProcess] = [:]
    /// Counts the lives of each worker: news of a former life is ignored.
    var lives: [Int: Int] = [:]
    var answers: [UInt64: Answer] = [:]
    var nextJob: UInt64 = 0
    var waitingForReady: [DispatchSemaphore] = []
    /// How often the queue looked because a time had come, for tests.
    var looks = 0
  }

  private final class Answer: Sendable {
    let semaphore = DispatchSemaphore(value: 0)
    let result = Mutex<Result<WorkerAnswer, WorkerJobFailure>?>(nil)
  }

  /// The commands, one a worker.
  package let commands: [WorkerCommand]

  private let state: Mutex<State>
  private let report: @Sendable (WorkerEvent) -> Void

  /// Creates a pool; nothing runs before ``start()``.
  ///
  /// - Parameters:
  ///   - commands: One for each worker.
  ///   - publicKeyByteCount: What the network's keys have.
  ///   - signatureByteCount: What the network's signatures have.
  ///   - report: Told of every start, death and end, on any thread.
  package init(
    _ commands: [WorkerCommand], publicKeyByteCount: Int, signatureByteCount: Int,
    report: @escaping @Sendable (WorkerEvent) -> Void
  ) {
    self.commands = commands
    self.report = report
    state = Mutex(
      State(
        queue: WorkerQueue(
          lanes: commands.map(\.lane), publicKeyByteCount: publicKeyByteCount,
          signatureByteCount: signatureByteCount),
        timer: DispatchSource.makeTimerSource(
          queue: DispatchQueue(label: "prover workers", qos: .userInitiated))))
    state.withLock { state in
      state.timer.setEventHandler { [weak self] in self?.look() }
      state.timer.activate()
    }
  }

  deinit { state.withLock { $0.timer.cancel() } }

  /// Starts the workers.
  package func start() { handle(.time) }

  /// Ends all workers; what waits fails.
  package func stop() { handle(.stop) }

  /// Why the workers do not get ready, a clause for each lane.
  package struct NotReady: Error, CustomStringConvertible {
    package let description: String
  }

  /// Starts the workers and waits until each lane has one that is ready; else ends them all.
  ///
  /// - Throws: ``NotReady`` when that takes longer.
  package func startAndWait(seconds: Double) throws(NotReady) {
    start()
    let missing = waitUntilReady(seconds: seconds)
    guard !missing.isEmpty else { return }
    stop()
    throw NotReady(
      description: missing.map { "no worker to \($0.lane.rawValue): \($0.reason)" }
        .joined(separator: "; "))
  }

  /// Waits until each lane has a worker that is ready.
  ///
  /// - Returns: The lanes that have none in time, with the last reason of each.
  func waitUntilReady(seconds: Double) -> [(lane: WorkerLane, reason: String)] {
    let deadline = DispatchTime.now() + seconds
    while true {
      let (missing, semaphore) = state.withLock { state in
        let semaphore = DispatchSemaphore(value: 0)
        let workers = state.queue.workers
        let ready = Set(workers.filter(\.hasBeenReady).map(\.lane))
        let missing = workers.filter { !ready.contains($0.lane) }
          .map { (lane: $0.lane, reason: $0.reason) }
        if !missing.isEmpty { state.waitingForReady.append(semaphore) }
        return (missing, semaphore)
      }
      guard !missing.isEmpty else { return [] }
      guard semaphore.wait(timeout: deadline) == .success else { return missing }
    }
  }

  /// Does one job and waits for its end: the lowest `priority` goes first, and all of it, the queue
  /// included, takes so many `seconds` at most.
  package func run(
    _ request: WorkerRequest, on lane: WorkerLane, priority: Int, seconds: Double
  ) throws(WorkerJobFailure) -> WorkerAnswer {
    guard commands.contains(where: { $0.lane == lane }) else {
      throw .noWorker("there is no worker to \(lane.rawValue)")
    }
    let answer = Answer()
    let now = Self.now
    let id = state.withLock { state in
      state.nextJob += 1
      state.answers[state.nextJob] = answer
      return state.nextJob
    }
    handle(
      .submit(
        WorkerQueue.Job(
          id: id, lane: lane, priority: priority, request: request, submitted: now,
          deadline: now + UInt64(max(0, seconds) * 1_000))))
    answer.semaphore.wait()
    guard let result = answer.result.withLock({ $0 }) else { throw .noWorker("the node stops") }
    return try result.get()
  }

  /// What the first worker of a lane said of itself; `nil` before it has.
  package func hello(of lane: WorkerLane) -> WorkerHello? {
    state.withLock { state in
      state.queue.workers.first { $0.lane == lane && $0.hello != nil }?.hello
    }
  }

  /// All workers as they are now.
  package var status: [WorkerStatus] {
    state.withLock { state in
      // Taken here, it is not before the start of any job.
      let now = Self.now
      return commands.indices.map { index in
        let (worker, command) = (state.queue.workers[index], commands[index])
        let activity: (String, UInt64?) =
          switch worker.phase {
          case .down: ("down: \(worker.reason)", nil)
          case .greeting: ("starts", nil)
          case .preparing: ("gets ready", nil)
          case .idle: ("idle", nil)
          case .busy(let job, let start): (job.request.name, now - start)
          case .overdue(let request, let start, _): ("\(request.name), late", now - start)
          case .ending: ("is ended", nil)
          case .stopped: ("stopped", nil)
          }
        return WorkerStatus(
          lane: command.lane, place: command.place, generation: worker.hello?.generation,
          lives: worker.lives, activity: activity.0, activityMilliseconds: activity.1,
          memoryBytes: state.processes[index].flatMap { WorkerUsage(of: $0.processIdentifier) }?
            .memoryBytes,
          waiting: state.queue.waiting.count { $0.lane == command.lane })
      }
    }
  }

  /// How often the queue looked because a time had come, for tests.
  var looks: Int { state.withLock { $0.looks } }

  /// The process of a worker, for tests that harm it.
  package func processIdentifier(worker: Int) -> Int32? {
    state.withLock { $0.processes[worker]?.processIdentifier }
  }

  // MARK: What the queue wants

  private func handle(_ input: WorkerQueue.Input) {
    var events: [WorkerEvent] = []
    state.withLock { state in
      var inputs = [input]
      while let input = inputs.first {
        inputs.removeFirst()
        for effect in state.queue.handle(input, at: Self.now) {
          perform(effect, &state, &inputs, &events)
        }
      }
      Self.set(state.timer, for: state.queue.nextDeadline)
    }
    for event in events { report(event) }
  }

  private func perform(
    _ effect: WorkerQueue.Effect, _ state: inout State, _ inputs: inout [WorkerQueue.Input],
    _ events: inout [WorkerEvent]
  ) {
    switch effect {
    case .spawn(let worker): spawn(worker, &state, &inputs, &events)
    case .send(let worker, let frame): state.processes[worker]?.send(frame)
    case .kill(let worker): state.processes[worker]?.kill()
    case .finish(let job, let result, _, _):
      guard let answer = state.answers.removeValue(forKey: job) else { return }
      answer.result.withLock { $0 = result }
      answer.semaphore.signal()
    case .tell(let severity, let worker, let text):
      let line = "\(name(worker)) \(text)"
      events.append(severity == .info ? .info(line) : .warning(line))
    case .ready(let worker):
      let hello = state.queue.workers[worker].hello
      events.append(.info("\(name(worker)) is ready: \(hello?.generation ?? "")"))
      for semaphore in state.waitingForReady { semaphore.signal() }
      state.waitingForReady = []
    }
  }

  private func spawn(
    _ worker: Int, _ state: inout State, _ inputs: inout [WorkerQueue.Input],
    _ events: inout [WorkerEvent]
  ) {
    let life = state.lives[worker, default: 0] + 1
    state.lives[worker] = life
    do throws(WorkerStartFailure) {
      let process = try WorkerProcess(
        command: commands[worker].arguments, limits: commands[worker].limits
      ) { [weak self] news in self?.take(news, worker, life) }
      state.processes[worker] = process
      events.append(.info("\(name(worker)) starts as process \(process.processIdentifier)"))
    } catch {
      state.processes[worker] = nil
      inputs.append(.ended(worker: worker, error.description))
    }
  }

  private func take(_ news: WorkerProcess.News, _ worker: Int, _ life: Int) {
    guard state.withLock({ $0.lives[worker] == life }) else { return }
    switch news {
    case .frame(let frame): handle(.frame(worker: worker, frame))
    case .line(let line): report(.info("\(name(worker)) says: \(line)"))
    case .ended(let reason):
      state.withLock { $0.processes[worker] = nil }
      handle(.ended(worker: worker, reason))
    }
  }

  private func name(_ worker: Int) -> String {
    "worker \(worker) (\(commands[worker].lane.rawValue), \(commands[worker].place))"
  }

  /// Does what is due by now.
  private func look() {
    state.withLock { $0.looks += 1 }
    handle(.time)
  }

  /// Looks again when the next deadline is over, and not before.
  private static func set(_ timer: any DispatchSourceTimer, for deadline: UInt64?) {
    guard let deadline else { return timer.schedule(deadline: .distantFuture) }
    timer.schedule(deadline: DispatchTime(uptimeNanoseconds: (deadline + 1) * 1_000_000))
  }

  /// The clock that never steps, in milliseconds.
  private static var now: UInt64 { DispatchTime.now().uptimeNanoseconds / 1_000_000 }
}
