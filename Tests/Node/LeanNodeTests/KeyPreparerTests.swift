import Foundation
import Hashing
import KeyFiles
import NodeTestSupport
import ProverTestSupport
import ProverWorkers
import SigningLedger
import Synchronization
import Testing
import XMSS

@testable import LeanNode

struct KeyPreparerTests {
  private let scratch: Scratch
  private let trees: TreeFolder

  init() throws {
    scratch = try Scratch()
    trees = TreeFolder(path: scratch.path("trees"))
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: trees.path).sorted()
  }

  /// Prepares and waits until the window has moved, or says that there was nothing to do.
  private func prepare(_ key: SecretKey, for slot: UInt64) async throws {
    let preparer = KeyPreparer(name: "test", treePath: trees.path)
    let isMoved = Atomic(false)
    preparer.prepare(key, for: slot) { isMoved.store(true, ordering: .releasing) }
    let before = key.preparedSlots
    for _ in 0..<5_000 where !isMoved.load(ordering: .acquiring) && key.preparedSlots == before {
      try await Task.sleep(for: .milliseconds(1))
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func `scenario 19: the next window is made in the background when half of this one is used`()
    async throws
  {
    let key = try testKeys(1)[0].attestation.ownKey
    #expect(key.preparedSlots == 0..<32)
    // Sixteen slots before the window ends; in production that is 65,536 slots, three days.
    try await prepare(key, for: 16)
    #expect(key.preparedSlots == 16..<48)
  }

  @Test func `a window with half of it to go is left alone`() throws {
    let key = try testKeys(1)[0].attestation.ownKey
    KeyPreparer(name: "test", treePath: trees.path).prepare(key, for: 15) { Issue.record("moved") }
    #expect(key.preparedSlots == 0..<32)
  }

  @Test func `scenario 18: a clock that went back does not move a window back`() async throws {
    let key = try testKeys(1)[0].attestation.ownKey
    try await prepare(key, for: 100)
    let window = key.preparedSlots
    #expect(window == 96..<128)
    KeyPreparer(name: "test", treePath: trees.path).prepare(key, for: 5) {
      Issue.record("moved back")
    }
    try await Task.sleep(for: .milliseconds(20))
    #expect(key.preparedSlots == window)
  }

  @Test(.timeLimit(.minutes(5)))
  func `trees are computed once: the next start finds them, and old ones go`() async throws {
    let key = try testKeys(1)[0].attestation.ownKey
    try await prepare(key, for: 100)
    let name = "\(key.publicKey.description.dropFirst(2).prefix(16))"
    #expect(try files() == ["\(name)-6.tree", "\(name)-7.tree"])
    let message = SHA256.hash([1])
    let signature = try sign(key, message, slot: 100)
    #expect(key.publicKey.verify(signature, message: message, slot: 100, scheme: .test))

    // A key as it comes from its file; nothing is computed for it any more.
    let again = try testKeys(1)[0].attestation.ownKey
    let preparation = again.preparation(for: 100) { trees.tree($0, of: again.publicKey) }
    #expect(preparation?.work.progress.totalLeaves == 0)
    try await prepare(again, for: 100)
    #expect(again.preparedSlots == 96..<128)
    #expect(try sign(again, message, slot: 100) == signature)
    try await prepare(again, for: 112)
    #expect(try files() == ["\(name)-7.tree", "\(name)-8.tree"])
  }

  @Test(.timeLimit(.minutes(5)))
  func `a kept tree that is damaged, cut or another key's is computed anew`() async throws {
    let keys = try testKeys(2)
    let (key, other) = (try keys[0].attestation.ownKey, try keys[1].attestation.ownKey)
    try await prepare(other, for: 100)
    let strange = try #require(try files().first { $0.hasSuffix("-6.tree") })
    let bytes = try Data(contentsOf: URL(filePath: "\(trees.path)/\(strange)"))
    let mine = "\(trees.path)/\(key.publicKey.description.dropFirst(2).prefix(16))-6.tree"
    for content in [bytes, Data(), bytes.dropLast()] {
      try content.write(to: URL(filePath: mine))
      let preparation = key.preparation(for: 100) { trees.tree($0, of: key.publicKey) }
      #expect(preparation?.work.progress.totalLeaves == 32)
    }
    try await prepare(key, for: 100)
    _ = try sign(key, .zero, slot: 100)
    // A node altered later is found by the signature that needs it.
    var altered = try Data(contentsOf: URL(filePath: mine))
    altered[altered.count / 2] ^= 1
    try altered.write(to: URL(filePath: mine))
    let restarted = try testKeys(2)[0].attestation.ownKey
    try await prepare(restarted, for: 100)
    for slot: UInt64 in 96..<112 {
      do {
        let signature = try sign(restarted, .zero, slot: slot)
        #expect(restarted.publicKey.verify(signature, message: .zero, slot: slot, scheme: .test))
      } catch let error as SigningError {
        #expect(error == .damaged(slot: slot))
      }
    }
  }

  /// A key of a signing worker, with its first tree.
  private func workerKey(
    _ worker: ScriptWorker, seconds: Double = 0
  ) async throws -> (WorkerPool, WorkerKey) {
    let pool = WorkerPool(
      [worker.command(lane: .sign, seconds: seconds), ScriptWorker.honest.command(lane: .verify)],
      publicKeyByteCount: 32, signatureByteCount: 2_404, report: { _ in })
    pool.start()
    let key = try await onThread {
      Result {
        let seed = [UInt8](repeating: 8, count: 32)
        let key = try WorkerKey(seed: seed, expected: nil, pool: pool, signingSeconds: 60)
        try key.prepare(tree: 0)
        return key
      }
    }.get()
    return (pool, key)
  }

  @Test(.timeLimit(.minutes(5)))
  func `a worker makes the next tree once, when half of this one is used`() async throws {
    let (pool, key) = try await workerKey(.honest, seconds: 1)
    defer { pool.stop() }
    let leaves = Scheme.leanXMSS.slotsPerBottomTree
    let preparer = KeyPreparer(name: "test", treePath: trees.path)
    preparer.prepare(.worker(key), for: leaves / 2 - 1) { Issue.record("too early") }
    await withCheckedContinuation { continuation in
      preparer.prepare(.worker(key), for: leaves / 2) { continuation.resume() }
      // While it is made nobody asks for it again.
      preparer.prepare(.worker(key), for: leaves / 2) { Issue.record("made twice") }
    }
    #expect(key.preparedSlots == 0..<2 * leaves)
    preparer.prepare(.worker(key), for: leaves / 2) { Issue.record("made again") }
    #expect(pool.status[0].activity == "idle")
  }

  @Test(.timeLimit(.minutes(5)))
  func `a worker that dies at a tree is asked again in a later slot`() async throws {
    let (pool, key) = try await workerKey(.honest, seconds: 1)
    defer { pool.stop() }
    let leaves = Scheme.leanXMSS.slotsPerBottomTree
    let preparer = KeyPreparer(name: "test", treePath: trees.path)
    preparer.prepare(.worker(key), for: leaves / 2) { Issue.record("it was killed") }
    while pool.status[0].activity != "prepare a key" { try await Task.sleep(for: .milliseconds(5)) }
    _ = kill(try #require(pool.processIdentifier(worker: 0)), SIGKILL)
    while pool.status[0].lives < 2 { try await Task.sleep(for: .milliseconds(5)) }
    #expect(key.preparedSlots == 0..<leaves)
    // Its next life has no tree at all: that of the slot comes first.
    let made = Atomic(0)
    while made.load(ordering: .acquiring) < 2 {
      preparer.prepare(.worker(key), for: leaves / 2) { made.add(1, ordering: .releasing) }
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(key.preparedSlots == 0..<2 * leaves)
  }

  private func sign(_ key: SecretKey, _ root: Bytes32, slot: UInt64) throws -> Signature {
    var ledger = SigningLedger()
    _ = ledger.start(keys: [SigningKeyID(key.publicKey)], currentSlot: nil)
    let claim = SigningClaim(publicKey: key.publicKey, slot: slot, root: root)
    return try key.sign(ledger.claim(claim).committed().permit())
  }
}
