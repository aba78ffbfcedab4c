import Aggregation
import Hashing
import ProverTestSupport
import SSZ
import Testing
import XMSS

@testable import ProverWorkers

@Suite(.timeLimit(.minutes(3)))
struct WorkerBackendTests {
  private let message = Bytes32 { $0[0] = 1 }
  private let other = Bytes32 { $0[0] = 2 }

  private func key(_ byte: UInt8) throws -> PublicKey {
    try #require(PublicKey([UInt8](repeating: byte, count: 32)))
  }

  private func signature(_ byte: UInt8) throws -> KeyedSignature {
    KeyedSignature(
      publicKey: try key(byte),
      signature: try Signature(ssz: [UInt8](repeating: byte, count: 2_404), scheme: .leanXMSS))
  }

  private func claim(_ byte: UInt8, _ message: Bytes32? = nil) -> WorkerClaim {
    WorkerClaim(key: [UInt8](repeating: byte, count: 32), message: message ?? self.message)
  }

  /// What a backend makes of an aggregation of keys 1 and 2 when the verifying worker finds `claims`
  /// in the proof.
  private func aggregate(
    finding claims: [WorkerClaim]
  ) async throws -> Result<
    [UInt8], AggregationError
  > {
    let pool = WorkerPool(
      [
        ScriptWorker.honest.command(lane: .prove),
        ScriptWorker.honest.command(lane: .verify, claims: claims),
      ], publicKeyByteCount: 32, signatureByteCount: 2_404, report: { _ in })
    pool.start()
    defer { pool.stop() }
    let signatures = [try signature(1), try signature(2)]
    return await onThread { [message] in
      _ = pool.waitUntilReady(seconds: 60)
      return Result { () throws(AggregationError) in
        guard let hello = pool.hello(of: .prove) else { throw .backendFailed("not ready") }
        let backend = WorkerBackend(pool, hello: hello)
        return try backend.aggregate(
          children: [], signatures: signatures, message: message, slot: 7)
      }
    }
  }

  @Test func `a proof of exactly the claims that were asked for is taken`() async throws {
    let made = try await aggregate(finding: [claim(2), claim(1)])
    #expect(try made.get() == [UInt8](repeating: 5, count: 1_000))
  }

  @Test func `a proof that shows less, more or something else never leaves`() async throws {
    for claims in [
      [], [claim(1)], [claim(1), claim(2), claim(3)], [claim(1), claim(2, other)],
      [claim(1), claim(2), claim(2, other)],
    ] {
      #expect(try await aggregate(finding: claims) == .failure(.wrongPublicKeys))
    }
  }

  /// Workers that are ready, and a backend over them.
  private func backend(
    _ commands: [WorkerCommand]
  ) async throws -> (WorkerPool, WorkerBackend) {
    let pool = WorkerPool(
      commands, publicKeyByteCount: 32, signatureByteCount: 2_404, report: { _ in })
    pool.start()
    _ = await onThread { pool.waitUntilReady(seconds: 60) }
    return (pool, WorkerBackend(pool, hello: try #require(pool.hello(of: .prove))))
  }

  @Test func `all calls of one job share its time`() async throws {
    let (pool, backend) = try await backend([
      ScriptWorker.honest.command(lane: .prove, seconds: 1),
      ScriptWorker.silent.command(lane: .verify),
    ])
    defer { pool.stop() }
    let signatures = [try signature(1)]
    let made = await onThread { [message] in
      Result { () throws(AggregationError) in
        try backend.serving(priority: 0, within: .seconds(6)).aggregate(
          children: [], signatures: signatures, message: message, slot: 7)
      }
    }
    // The proof took a second or more of the six; the check of it never ends.
    #expect((1...5).contains { made == .failure(.backendFailed("verify: not done in \($0) s")) })
  }

  @Test func `of jobs that wait the more urgent one is served first`() async throws {
    let (pool, backend) = try await backend([
      ScriptWorker.honest.command(lane: .prove, seconds: 3),
      ScriptWorker.honest.command(lane: .verify),
    ])
    defer { pool.stop() }
    var served: [Int] = []
    try await withThrowingTaskGroup(of: Int.self) { group in
      for (order, priority) in [9, 2, 1, 0].enumerated() {
        group.addTask {
          await onThread {
            let job = backend.serving(priority: priority, within: .seconds(100))
            _ = try? job.merge([KeyedProof(proof: [1], publicKeys: [])])
            return priority
          }
        }
        // The first has the worker, the others wait behind it in the order in which they came.
        while pool.status[0].activity != "merge" || pool.status[0].waiting != order {
          try await Task.sleep(for: .milliseconds(5))
        }
      }
      for try await priority in group { served.append(priority) }
    }
    #expect(served == [9, 0, 1, 2])
  }
}
