import Dispatch
import Foundation
import Hashing
import NodeTestSupport
import ProverTestSupport
import Synchronization
import Testing

@testable import ProverWorkers

/// Lines that a pool reported.
private final class Lines: Sendable {
  private let kept = Mutex<[String]>([])
  var all: [String] { kept.withLock { $0 } }
  func take(_ event: WorkerEvent) {
    switch event {
    case .info(let line), .warning(let line): kept.withLock { $0.append(line) }
    }
  }
}

private func pool(_ commands: WorkerCommand..., lines: Lines = Lines()) -> WorkerPool {
  let pool = WorkerPool(
    commands, publicKeyByteCount: 32, signatureByteCount: 2_404, report: lines.take)
  pool.start()
  return pool
}

private let merge = WorkerRequest.merge([], proposer: nil)

/// With a real process each; slow machines get a minute.
@Suite(.timeLimit(.minutes(3)))
struct WorkerPoolTests {
  /// Runs a merge and says how it ended.
  private func end(
    _ pool: WorkerPool, priority: Int = 0, seconds: Double = 60
  ) async -> Result<WorkerAnswer, WorkerJobFailure> {
    await onThread {
      Result { () throws(WorkerJobFailure) in
        try pool.run(merge, on: .prove, priority: priority, seconds: seconds)
      }
    }
  }

  @Test func `an honest worker gets ready, answers, and says who it is`() async throws {
    let lines = Lines()
    let pool = pool(ScriptWorker.honest.command(lane: .prove), lines: lines)
    #expect(await onThread { pool.waitUntilReady(seconds: 60).isEmpty })
    #expect(try await end(pool).get() == .proof([UInt8](repeating: 5, count: 1_000)))
    #expect(pool.hello(of: .prove)?.generation == "script 1")
    let status = try #require(pool.status.first)
    #expect(status.activity == "idle" && status.lives == 1 && status.memoryBytes ?? 0 > 1 << 20)
    pool.stop()
    #expect(lines.all.contains { $0.hasSuffix("is ready: script 1") })
  }

  @Test func `who asks how workers stand may be overtaken by a job that starts`() async throws {
    let pool = pool(ScriptWorker.honest.command(lane: .prove))
    #expect(await onThread { pool.waitUntilReady(seconds: 60).isEmpty })
    // A thread of its own: those of the queues are few, and others wait for them.
    Thread { for _ in 0..<20_000 { _ = pool.status } }.start()
    for _ in 0..<300 { _ = try await end(pool).get() }
    pool.stop()
  }

  @Test(
    arguments: [
      (ScriptWorker.garbage, "a frame of"), (.flood, "which it does not have"),
      (.half, "a message ends inside a field"), (.length, "the limit is 8388608"),
      (.number, "which it does not have"), (.kind, "its answer is none to merge"),
      (.exit, "exit with status 3"),
    ])
  func `a worker that misbehaves costs its job, is replaced, and the next job is done`(
    worker: ScriptWorker, reason: String
  ) async throws {
    let scratch = try Scratch()
    let pool = pool(worker.command(lane: .prove, mark: scratch.path("lived")))
    guard case .failure(.lost(let said)) = await end(pool) else {
      Issue.record("the job did not fail")
      return
    }
    #expect(said.contains(reason))
    #expect(try await end(pool).get() == .proof([UInt8](repeating: 5, count: 1_000)))
    #expect(try #require(pool.status.first).lives == 2)
    pool.stop()
  }

  @Test func `a silent worker is ended at the deadline of its job`() async throws {
    let pool = pool(ScriptWorker.silent.command(lane: .prove))
    #expect(await onThread { pool.waitUntilReady(seconds: 60).isEmpty })
    let before = try #require(pool.processIdentifier(worker: 0))
    #expect(await end(pool, seconds: 1) == .failure(.late(seconds: 1, wasRunning: true)))
    while pool.processIdentifier(worker: 0) == before {
      try await Task.sleep(for: .milliseconds(20))
    }
    pool.stop()
  }

  @Test func `what a worker says on its error stream is told, up to a limit`() async throws {
    let lines = Lines()
    let pool = pool(ScriptWorker.chatter.command(lane: .prove), lines: lines)
    _ = try await end(pool).get()
    let said = lines.all.filter { $0.contains("panicked at xxx") }
    #expect(!said.isEmpty && said.allSatisfy { $0.utf8.count < 500 })
    #expect(said.reduce(0) { $0 + $1.utf8.count } < 400 << 10)
    pool.stop()
  }

  @Test(
    arguments: [
      (ScriptWorker.scheme, "keys of 52 and signatures of 2536 bytes"),
      (.sick, "its self-test failed: the sky is green"),
    ])
  func `a worker that does not fit the network never gets a job`(
    worker: ScriptWorker, reason: String
  ) async throws {
    let lines = Lines()
    let pool = pool(worker.command(lane: .prove), lines: lines)
    #expect(await end(pool, seconds: 5) == .failure(.late(seconds: 5, wasRunning: false)))
    #expect(lines.all.contains { $0.contains(reason) })
    pool.stop()
  }

  @Test func `a program that is not there is told, and its jobs end`() async throws {
    let lines = Lines()
    let pool = pool(WorkerCommand(["/no/such/prover"], lane: .prove), lines: lines)
    #expect(await end(pool, seconds: 1) == .failure(.late(seconds: 1, wasRunning: false)))
    #expect(lines.all.contains { $0.contains("No such file") })
    let missing = await onThread { pool.waitUntilReady(seconds: 0.1).map(\.lane) }
    #expect(missing == [.prove])
    pool.stop()
  }

  @Test func `two workers share a queue, and one that is killed in a proof costs that proof only`()
    async throws
  {
    let pool = pool(
      ScriptWorker.silent.command(lane: .prove, place: "here"),
      ScriptWorker.honest.command(lane: .prove, place: "there"))
    while !pool.status.allSatisfy({ $0.activity == "idle" }) {
      try await Task.sleep(for: .milliseconds(20))
    }
    // The first of the idle ones takes it, and never answers.
    async let lost = end(pool)
    while pool.status[0].activity != "merge" { try await Task.sleep(for: .milliseconds(5)) }
    #expect(try await end(pool).get() == .proof([UInt8](repeating: 5, count: 1_000)))
    kill(try #require(pool.processIdentifier(worker: 0)), SIGKILL)
    #expect(await lost == .failure(.lost("ended by signal 9")))
    while pool.status[0].lives < 2 { try await Task.sleep(for: .milliseconds(20)) }
    pool.stop()
  }

  @Test func `time is looked at once for each deadline, however much has happened`() async throws {
    let pool = pool(WorkerCommand(["/no/such/prover"], lane: .prove))
    // Threads of their own: they wait until the pool stops.
    for _ in 0..<50 {
      Thread { _ = try? pool.run(merge, on: .prove, priority: 0, seconds: 600) }.start()
    }
    while pool.status[0].waiting < 50 { try await Task.sleep(for: .milliseconds(5)) }
    // Started again after 250, 500 and 1,000 ms.
    while pool.status[0].lives < 4 { try await Task.sleep(for: .milliseconds(20)) }
    #expect((3...6).contains(pool.looks))
    pool.stop()
  }

  @Test func `a job after the stop ends at once`() async throws {
    let pool = pool(ScriptWorker.honest.command(lane: .prove))
    #expect(await onThread { pool.waitUntilReady(seconds: 60).isEmpty })
    pool.stop()
    // Its time limit is longer than that of the test.
    #expect(await end(pool, seconds: 3_600) == .failure(.noWorker("the node stops")))
  }

  @Test func `a pool that stops ends what waits and leaves no process`() async throws {
    let pool = pool(ScriptWorker.silent.command(lane: .prove))
    #expect(await onThread { pool.waitUntilReady(seconds: 60).isEmpty })
    let process = try #require(pool.processIdentifier(worker: 0))
    async let first = end(pool)
    async let second = end(pool)
    while pool.status[0].waiting == 0 { try await Task.sleep(for: .milliseconds(5)) }
    pool.stop()
    #expect(
      await [first, second] == Array(repeating: .failure(.noWorker("the node stops")), count: 2))
    while kill(process, 0) == 0 { try await Task.sleep(for: .milliseconds(20)) }
  }

  @Test func `a worker runs within the limits that it is given`() async throws {
    var command = ScriptWorker.honest.command(lane: .prove)
    command.limits = WorkerLimitsOfUse(
      memoryBytes: 1 << 30, processors: [0], niceness: 5)
    let pool = pool(command)
    #expect(await onThread { pool.waitUntilReady(seconds: 60).isEmpty })
    let process = try #require(pool.processIdentifier(worker: 0))
    #expect(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(process)) >= 5)
    let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
    #expect(limits.contains("Max address space         1073741824"))
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    #expect(status.contains("Cpus_allowed_list:\t0\n"))
    pool.stop()
  }
}
