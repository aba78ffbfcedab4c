private import Aggregation
private import Foundation
private import Hashing
private import SigningLedger
private import XMSS

/// Tests a prover from keys to proofs, and measures what each call takes on this machine.
package struct ProverCheck {
  /// What was found wrong.
  package struct Problem: Error, CustomStringConvertible {
    package let description: String
  }

  private let pool: WorkerPool

  /// Starts the workers and waits until they are ready.
  ///
  /// - Throws: ``Problem``.
  package init(
    _ commands: [WorkerCommand], tell: @escaping @Sendable (String) -> Void
  ) throws(Problem) {
    let scheme = Scheme.leanXMSS
    pool = WorkerPool(
      commands, publicKeyByteCount: scheme.publicKeyByteCount,
      signatureByteCount: scheme.signatureByteCount
    ) { event in
      switch event {
      case .info(let line), .warning(let line): tell(line)
      }
    }
    do throws(WorkerPool.NotReady) {
      try pool.startAndWait(seconds: 300)
    } catch {
      throw Problem(description: error.description)
    }
  }

  /// Does everything that a network needs, and tells a row for each call.
  ///
  /// - Returns: The figures for the engine's plans.
  /// - Throws: ``Problem`` about the first call that went wrong.
  package func run(tell: (String) -> Void) throws(Problem) -> MeasuredCosts {
    defer { pool.stop() }
    guard let hello = pool.hello(of: .prove) else {
      throw Problem(description: "the proving worker is gone")
    }
    let backend = WorkerBackend(pool, hello: hello)
    let keys = try makeKeys(tell)
    // The keys are new and are forgotten afterwards: a ledger in memory is enough.
    var ledger = SigningLedger(histories: [:])
    _ = ledger.start(keys: keys.map { SigningKeyID($0.publicKey) }, currentSlot: nil)
    var signing: [Double] = []
    func sign(_ key: WorkerKey, _ slot: UInt64) throws(Problem) -> SignedMessage {
      let message = Self.message(slot)
      let (signature, time) = try Self.measure("sign", tell) {
        let claim = SigningClaim(publicKey: key.publicKey, slot: slot, root: message)
        return try key.sign(try ledger.claim(claim).committed().permit())
      }
      signing.append(time)
      return SignedMessage(
        publicKey: key.publicKey, message: message, slot: slot, signature: signature)
    }
    var votes: [KeyedProof] = []
    var aggregation: [Double] = []
    for slot in 0..<4 as Range<UInt64> {
      let signed = try keys.map { key throws(Problem) in
        KeyedSignature(publicKey: key.publicKey, signature: try sign(key, slot).signature)
      }
      let (proof, time) = try Self.measure("aggregate 2 signatures, and verify", tell) {
        try backend.aggregate(
          children: [], signatures: signed, message: Self.message(slot), slot: slot)
      }
      aggregation.append(time)
      votes.append(KeyedProof(proof: proof, publicKeys: keys.map(\.publicKey)))
    }
    let (merges, verification) = try merge(votes, try sign(keys[0], 4), backend, tell)
    return MeasuredCosts(
      generation: hello.generation, aggregateMilliseconds: Self.median(aggregation),
      mergeMilliseconds: merges, signMilliseconds: signing.reduce(0, +) / Double(signing.count),
      verifyMilliseconds: Self.median(verification))
  }

  private func makeKeys(_ tell: (String) -> Void) throws(Problem) -> [WorkerKey] {
    var random = SystemRandomNumberGenerator()
    return try (0..<2).map { _ throws(Problem) in
      let seed = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
      let key = try Self.measure("key from a seed", tell) {
        try WorkerKey(seed: seed, expected: nil, pool: pool, signingSeconds: 300)
      }.0
      _ = try Self.measure("a tree of 65,536 leaves", tell) { try key.prepare(tree: 0) }
      return key
    }
  }

  /// Merges one proof, two, three and four with a proposer, and verifies each.
  private func merge(
    _ votes: [KeyedProof], _ proposer: SignedMessage, _ backend: WorkerBackend,
    _ tell: (String) -> Void
  ) throws(Problem) -> (merges: [Double], verification: [Double]) {
    var (merges, verification): ([Double], [Double]) = ([], [])
    for count in 1...votes.count {
      let parts = Array(votes.prefix(count))
      let (proof, time) = try Self.measure("merge \(count) and a proposer", tell) {
        try backend.merge(parts, proposer: proposer)
      }
      merges.append(time)
      var bindings = parts.enumerated().map { slot, part in
        ComponentBinding(
          publicKeys: part.publicKeys, message: Self.message(UInt64(slot)), slot: UInt64(slot))
      }
      bindings.append(
        ComponentBinding(
          publicKeys: [proposer.publicKey], message: proposer.message, slot: proposer.slot))
      verification.append(
        try Self.measure("verify it", tell) {
          try backend.verify(proof, components: bindings)
        }.1)
    }
    return (merges, verification)
  }

  private static func measure<Output>(
    _ name: String, _ tell: (String) -> Void, _ body: () throws -> Output
  ) throws(Problem) -> (Output, Double) {
    let start = ContinuousClock.now
    do {
      let output = try body()
      let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
      tell("\(name): \(text(milliseconds))")
      return (output, milliseconds)
    } catch {
      throw Problem(description: "\(name): \(error)")
    }
  }

  private static func message(_ slot: UInt64) -> Bytes32 {
    Bytes32 { $0[0] = UInt8(truncatingIfNeeded: slot) }
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  private static func text(_ milliseconds: Double) -> String {
    milliseconds < 100
      ? "\(Int((milliseconds * 10).rounded()) / 10) ms"
      : "\(Double(Int((milliseconds / 10).rounded())) / 100) s"
  }
}
