import Dispatch
import Foundation
import Hashing
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

  @Test func `a worker that is killed while it signs is asked again for the same root only`()
    async throws
  {
    let pool = WorkerPool(
      [
        ScriptWorker.honest.command(lane: .sign, seconds: 1),
        ScriptWorker.honest.command(lane: .verify),
      ], publicKeyByteCount: 32, signatureByteCount: 2_404, report: { _ in })
    pool.start()
    defer { pool.stop() }
    DispatchQueue.global().async {
      while pool.status[0].activity != "sign" { usleep(1_000) }
      if let process = pool.processIdentifier(worker: 0) { _ = kill(process, SIGKILL) }
    }
    _ = await onThread { [self] in
      var ledger = SigningLedger(histories: [:])
      #expect(throws: Never.self) {
        let key = try WorkerKey(seed: seed, expected: nil, pool: pool, signingSeconds: 60)
        _ = ledger.start(keys: [SigningKeyID(key.publicKey)], currentSlot: nil)
        #expect(throws: WorkerKey.Failure.job(.lost("ended by signal 9"))) {
          try sign(key, &ledger, slot: 7, message)
        }
        #expect(throws: ClaimRefusal.alreadySigned(root: message)) {
          try sign(key, &ledger, slot: 7, .zero)
        }
        _ = try sign(key, &ledger, slot: 7, message)
      }
    }
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
