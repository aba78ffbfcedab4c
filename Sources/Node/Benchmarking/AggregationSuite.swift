private import Aggregation
private import Foundation
private import Hashing
private import SSZ
private import SigningLedger
private import Storage
private import XMSS

extension BenchmarkSuite {
  /// The embedded prover on 16 signers and a proposer, and the journal's claim for 64 keys.
  ///
  /// Signatures are the devnet scheme's: hashed as in production, below a shallower tree.
  static let aggregation = BenchmarkSuite("aggregation") { _ in
    let signers = 16
    let vote = try Signed(message: Bytes32 { $0[0] = 1 }, signers: signers)
    let block = try Signed(message: Bytes32 { $0[0] = 2 }, signers: 1)
    let backend = XMSSListBackend(scheme: .devnet)
    let single = KeyedProof(proof: try vote.prove(backend), publicKeys: vote.publicKeys)
    let proposal = KeyedProof(proof: try block.prove(backend), publicKeys: block.publicKeys)
    let merged = try backend.merge([single, proposal])
    let bindings = [vote.binding, block.binding]
    let keys = bindings.map(\.publicKeys)
    return [
      Benchmark("verify of a vote, per signature", operationsPerIteration: signers) {
        try backend.verify(
          single.proof, publicKeys: vote.publicKeys, message: vote.message, slot: 0)
      },
      Benchmark("aggregation, per signature", operationsPerIteration: signers) {
        try vote.prove(backend)
      },
      Benchmark("merge with the proposal") { try backend.merge([single, proposal]) },
      Benchmark("verify of a block, 17 signatures") {
        try backend.verify(merged, components: bindings)
      },
      Benchmark("split of a vote") {
        try backend.split(merged, publicKeysPerComponent: keys, message: vote.message)
      },
      try journalClaim(),
    ]
  }

  /// One slot's claims of 64 keys, one commit.
  ///
  /// The time is the CPU's; the disk's sync comes on top.
  private static func journalClaim() throws -> Benchmark {
    let directory = FileManager.default.temporaryDirectory.appending(path: "bench-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let journal = try SigningJournal(
      path: directory.appending(path: "journal.sqlite").path, genesis: .zero, policy: .strict)
    let publicKeys = try (0..<64).map { index in
      try PublicKey(ssz: [UInt8](repeating: UInt8(index), count: 52))
    }
    _ = try journal.start(publicKeys: publicKeys, currentSlot: nil)
    var slot: UInt64 = 0
    return Benchmark("journal claim for 64 keys, one commit") {
      slot += 1
      return try journal.claim(
        publicKeys.map { SigningClaim(publicKey: $0, slot: slot, root: .zero) })
    }
  }
}

/// One message with real signatures for slot 0.
private struct Signed {
  let message: Bytes32
  let signatures: [KeyedSignature]

  init(message: Bytes32, signers: Int) throws {
    self.message = message
    var random = SystemRandomNumberGenerator()
    signatures = try (0..<signers).map { _ in
      let generation = try KeyGeneration(scheme: .devnet, slots: 0..<1, using: &random)
      generation.work.run()
      let key = try generation.finish()
      var ledger = SigningLedger()
      _ = ledger.start(keys: [SigningKeyID(key.publicKey)], currentSlot: nil)
      let claim = SigningClaim(publicKey: key.publicKey, slot: 0, root: message)
      return KeyedSignature(
        publicKey: key.publicKey,
        signature: try key.sign(ledger.claim(claim).committed().permit()))
    }
  }

  var publicKeys: [PublicKey] { signatures.map(\.publicKey) }

  var binding: ComponentBinding {
    ComponentBinding(publicKeys: publicKeys, message: message, slot: 0)
  }

  func prove(_ backend: XMSSListBackend) throws -> [UInt8] {
    try backend.aggregate(children: [], signatures: signatures, message: message, slot: 0)
  }
}
