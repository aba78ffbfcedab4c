import Dispatch
import Foundation
import Hashing
import ProverTestSupport
import SigningLedger
import Testing
import XMSS

@testable import ProverWorkers

/// The signing worker is a script: what is tested is what the node asks of it, and when.
@Suite(.timeLimit(.minutes(3)))
struct WorkerKeyTests {
  private let seed = [UInt8](repeating: 8, count: 32)
  private let message = Bytes32 { $0[0] = 1 }

  /// A pool with a signing worker of one kind and a verifying one that finds every signature valid.
  private func pool(_ signer: ScriptWorker) -> WorkerPool {
    let pool = WorkerPool(
      [signer.command(lane: .sign), ScriptWorker.honest.command(lane: .verify)],
      publicKeyByteCount: 32, signatureByteCount: 2_404, report: { _ in })
    pool.start()
    return pool
  }

  /// Claims a leaf in a ledger of its own and signs with the permit.
  private func sign(
    _ key: WorkerKey, _ ledger: inout SigningLedger, slot: UInt64, _ root: Bytes32
  ) throws -> Signature {
    let claim = SigningClaim(publicKey: key.publicKey, slot: slot, root: root)
    return try key.sign(try ledger.claim(claim).committed().permit())
  }

  @Test func `a key signs what a permit allows, and no leaf is asked for two roots`() async throws {
    let pool = pool(.honest)
    defer { pool.stop() }
    try await onThread { [self] in
      Result {
        let key = try WorkerKey(seed: seed, expected: nil, pool: pool, signingSeconds: 60)
        #expect(key.publicKey.bytes == seed)
        #expect(key.missingTree(for: 0) == 0 && key.preparedSlots.isEmpty)
        try key.prepare(tree: 0)
        #expect(key.preparedSlots == 0..<65_536 && key.missingTree(for: 0) == nil)
        // Half a tree before its end the next one is wanted.
        #expect(key.missingTree(for: 32_768) == 1)
        var ledger = SigningLedger(histories: [:])
        _ = ledger.start(keys: [SigningKeyID(key.publicKey)], currentSlot: nil)
        let signature = try sign(key, &ledger, slot: 7, message)
        #expect(try sign(key, &ledger, slot: 7, message) == signature)
        #expect(throws: ClaimRefusal.alreadySigned(root: message)) {
          try sign(key, &ledger, slot: 7, .zero)
        }
      }
    }.get()
  }

  @Test(arguments: [ScriptWorker.exit, .half, .garbage])
  func `a signing worker that dies costs the signature, and the leaf stays with its root`(
    signer: ScriptWorker
  ) async throws {
    let pool = pool(signer)
    defer { pool.stop() }
    _ = await onThread { [self] in
      // It dies at the first thing that it is asked: no key, and so nothing signed.
      #expect(throws: WorkerKey.Failure.self) {
        _ = try WorkerKey(seed: seed, expected: nil, pool: pool, signingSeconds: 60)
      }
    }
  }

  /// Ends a worker once, as soon as it is at something.
  private func kill(_ worker: Int, of pool: WorkerPool, at activity: String) {
    Thread {
      while pool.status[worker].activity != activity { usleep(1_000) }
      if let process = pool.processIdentifier(worker: worker) { _ = Glibc.kill(process, SIGKILL) }
    }.start()
  }

  @Test(arguments: ["gets ready", "open a key", "prepare a key", "sign", "verify signatures"])
  func `a worker that is killed at anything costs that, and no leaf gets a second root`(
    activity: String
  ) async throws {
    let pool = WorkerPool(
      [
        ScriptWorker.honest.command(lane: .sign, seconds: 1),
        ScriptWorker.honest.command(lane: .verify, seconds: 1),
      ], publicKeyByteCount: 32, signatureByteCount: 2_404, report: { _ in })
    kill(activity == "verify signatures" ? 1 : 0, of: pool, at: activity)
    pool.start()
    defer { pool.stop() }
    try await onThread { [self] in
      Result {
        let lost = WorkerKey.Failure.job(.lost("ended by signal 9"))
        /// Fails once where the worker is killed, and then succeeds.
        func surviving<Output>(_ name: String, _ body: () throws -> Output) throws -> Output {
          if name == activity { #expect(throws: lost) { _ = try body() } }
          return try body()
        }
        let key = try surviving("open a key") {
          try WorkerKey(seed: seed, expected: nil, pool: pool, signingSeconds: 60)
        }
        try surviving("prepare a key") { try key.prepare(tree: 0) }
        #expect(key.preparedSlots == 0..<65_536)
        var ledger = SigningLedger(histories: [:])
        _ = ledger.start(keys: [SigningKeyID(key.publicKey)], currentSlot: nil)
        // The key is opened again in a new life of the signing worker, which has no tree then.
        let isSigner = activity == "sign"
        _ = try surviving(isSigner ? "sign" : "verify signatures") {
          try sign(key, &ledger, slot: 7, message)
        }
        #expect(key.preparedSlots == (isSigner ? 0..<0 : 0..<65_536))
        #expect(throws: ClaimRefusal.alreadySigned(root: message)) {
          try sign(key, &ledger, slot: 7, .zero)
        }
      }
    }.get()
  }

  @Test func `trees that are known to be there are beside each other, as the clock goes`()
    async throws
  {
    let pool = pool(.honest)
    defer { pool.stop() }
    try await onThread { [self] in
      Result {
        let key = try WorkerKey(seed: seed, expected: nil, pool: pool, signingSeconds: 60)
        let leaves = Scheme.leanXMSS.slotsPerBottomTree
        // Ahead by three days and back, and then on.
        for (tree, known) in [
          (0, 0..<1), (1, 0..<2), (2, 1..<3), (5, 5..<6), (1, 1..<2), (0, 0..<2), (1, 0..<2),
          (3, 3..<4), (2, 2..<4), (4, 3..<5), (3, 3..<5),
        ] as [(UInt64, Range<UInt64>)] {
          try key.prepare(tree: tree)
          #expect(key.preparedSlots == known.lowerBound * leaves..<known.upperBound * leaves)
        }
      }
    }.get()
  }

  @Test func `a seed of another key is refused`() async throws {
    let pool = pool(.honest)
    defer { pool.stop() }
    let other = try #require(PublicKey([UInt8](repeating: 9, count: 32)))
    _ = await onThread { [self] in
      #expect(throws: WorkerKey.Failure.otherSeed) {
        _ = try WorkerKey(seed: seed, expected: other, pool: pool, signingSeconds: 60)
      }
    }
  }
}
