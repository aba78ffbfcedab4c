import Aggregation
import AggregationTestSupport
import Foundation
import Hashing
import ProverTestSupport
import Testing
import XMSS

@testable import ProverWorkers

/// `swiftlet prover serve --library` over a library of ours with the same functions.
@Suite(.timeLimit(.minutes(3)))
struct LibraryWorkerTests {
  private let message = Bytes32 { $0[0] = 1 }
  private let other = Bytes32 { $0[0] = 2 }

  /// What was built beside the test bundle.
  private static func built(_ name: String) throws -> String {
    let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let folders = [bundle, URL(filePath: CommandLine.arguments[0])]
      .map { $0.deletingLastPathComponent().appending(path: name).path }
    return try #require(folders.first { FileManager.default.fileExists(atPath: $0) })
  }

  private static func command(_ library: String, _ lane: WorkerLane) throws -> WorkerCommand {
    WorkerCommand([try built("swiftlet"), "prover", "serve", "--library", library], lane: lane)
  }

  /// Runs a body on a thread with a backend of two workers over the library.
  private func withBackend<Output: Sendable>(
    _ body: @escaping @Sendable (WorkerBackend) throws -> Output
  ) async throws -> Output {
    let library = try Self.built("libFakeProver.so")
    let scheme = Scheme.test
    let pool = WorkerPool(
      [try Self.command(library, .prove), try Self.command(library, .verify)],
      publicKeyByteCount: scheme.publicKeyByteCount,
      signatureByteCount: scheme.signatureByteCount, report: { _ in })
    pool.start()
    defer { pool.stop() }
    return try await onThread {
      Result {
        let missing = pool.waitUntilReady(seconds: 120)
        #expect(missing.isEmpty, "\(missing)")
        let hello = try #require(pool.hello(of: .prove))
        #expect(hello.scheme == "test" && hello.canSplit && !hello.foldsProposer)
        return try body(WorkerBackend(pool, hello: hello))
      }
    }.get()
  }

  @Test func `a library proves, merges, splits and verifies what signatures show`() async throws {
    let signer = try TestSigner(count: 3)
    try await withBackend { [message, other] backend in
      let first = try backend.aggregate(
        children: [], signatures: signer.sign(0, 1, message: message, slot: 7), message: message,
        slot: 7)
      let child = KeyedProof(proof: first, publicKeys: signer.publicKeys(0, 1))
      let whole = try backend.aggregate(
        children: [child], signatures: signer.sign(2, message: message, slot: 7),
        message: message, slot: 7)
      try backend.verify(whole, publicKeys: signer.publicKeys, message: message, slot: 7)
      let second = try backend.aggregate(
        children: [], signatures: signer.sign(1, message: other, slot: 8), message: other, slot: 8)
      let merged = try backend.merge([
        KeyedProof(proof: whole, publicKeys: signer.publicKeys),
        KeyedProof(proof: second, publicKeys: signer.publicKeys(1)),
      ])
      let bindings = [
        ComponentBinding(publicKeys: signer.publicKeys, message: message, slot: 7),
        ComponentBinding(publicKeys: signer.publicKeys(1), message: other, slot: 8),
      ]
      try backend.verify(merged, components: bindings)
      #expect(throws: AggregationError.self) {
        try backend.verify(merged, components: bindings.reversed())
      }
      let part = try backend.split(
        merged, publicKeysPerComponent: bindings.map(\.publicKeys), message: other)
      try backend.verify(part, publicKeys: signer.publicKeys(1), message: other, slot: 8)
    }
  }

  @Test func `what is not valid is named, and the worker goes on`() async throws {
    let signer = try TestSigner(count: 2)
    try await withBackend { [message, other] backend in
      let good: [KeyedSignature] = try signer.sign(0, message: message, slot: 7)
      let bad: [KeyedSignature] = try signer.sign(1, message: other, slot: 7)
      #expect(throws: AggregationError.refusedByProver("signature 1 does not verify")) {
        try backend.aggregate(
          children: [], signatures: good + bad, message: message, slot: 7)
      }
      let garbage = KeyedProof(proof: [1, 2, 3], publicKeys: signer.publicKeys(1))
      #expect(throws: AggregationError.refusedByProver("child 0 does not verify")) {
        try backend.aggregate(children: [garbage], signatures: good, message: message, slot: 7)
      }
      let proof = try backend.aggregate(
        children: [], signatures: good, message: message, slot: 7)
      #expect(throws: AggregationError.refusedByProver("the proof does not verify")) {
        try backend.verify(proof, publicKeys: signer.publicKeys(1), message: message, slot: 7)
      }
      let verdicts = try backend.verify(
        (good + bad).map {
          SignedMessage(
            publicKey: $0.publicKey, message: message, slot: 7, signature: $0.signature)
        }, scheme: .test, on: .callingThread)
      #expect(verdicts == [true, false])
    }
  }
}
