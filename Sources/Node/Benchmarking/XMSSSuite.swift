private import Hashing
private import SSZ
private import SigningLedger
private import XMSS

extension BenchmarkSuite {
  /// Permutations, leaves, signing and verifying with the production scheme.
  ///
  /// The goals of the permutations are the times of the Rust libraries leanMultisig (width 16)
  /// and Plonky3 (width 24) with AVX2. leanSig itself signs in 9.5 ms and verifies in 0.6 ms.
  static let xmss = BenchmarkSuite("xmss") { data in
    let bytes = try data.bytes("../xmss/prod_secret_key.ssz")
    let key = try SecretKey(ssz: bytes, scheme: .production)
    let signed = try (0..<8).map { try key.signed($0) }
    return permutations + [
      Benchmark(
        "leaf", goal: .microseconds(130), instructionGoal: 1_100_000,
        operationsPerIteration: 16
      ) {
        key.leaves(firstSlot: 0, count: 16)
      },
      Benchmark(
        // 2^17 slots in 12 s on two cores.
        "leaf of a new key with its share of the tree", goal: .microseconds(183),
        operationsPerIteration: KeyWork.maximumChunkLeaves
      ) {
        try oneChunk()
      },
      Benchmark(
        // The search for a codeword is a matter of luck, so many messages make an iteration.
        "sign, mean of 256 messages", goal: .milliseconds(1), operationsPerIteration: 256
      ) {
        for slot in 0..<256 { _ = try key.signed(UInt64(slot)) }
      },
      Benchmark("verify", goal: .microseconds(150)) { Scheme.production.verify([signed[0]]) },
      Benchmark(
        "verify in batches of 8", goal: .microseconds(80), baseline: "verify",
        operationsPerIteration: 8
      ) {
        Scheme.production.verify(signed)
      },
      Benchmark("load and check a production key") {
        try SecretKey(ssz: bytes, scheme: .production)
      },
    ]
  }

  private static var permutations: [Benchmark] {
    [
      permutation(
        "width 16, 8 lanes", .nanoseconds(413), 2_500, chosenKernel.permute16, width: 16),
      permutation(
        "width 24, 8 lanes", .nanoseconds(902), 4_900, chosenKernel.permute24, width: 24),
      permutation("width 24 alone", nil, nil, chosenKernel.permute24, width: 24, count: 1),
      permutation("width 16, plain Swift", nil, nil, ReferenceKernel().permute16, width: 16),
      permutation("width 24, plain Swift", nil, nil, ReferenceKernel().permute24, width: 24),
    ]
  }

  private static func permutation(
    _ name: String, _ goal: Duration?, _ instructionGoal: Double?,
    _ permute: @escaping (UnsafeMutablePointer<UInt32>, Int) -> Void, width: Int, count: Int = 8
  ) -> Benchmark {
    var states = [UInt32](repeating: 1, count: width * count)
    let isPlain = name.hasSuffix("plain Swift")
    return Benchmark(
      "permutation, \(name)", goal: goal, instructionGoal: instructionGoal,
      baseline: isPlain ? "permutation, width \(width), 8 lanes" : nil,
      operationsPerIteration: count
    ) {
      states.withUnsafeMutableBufferPointer { states in
        if let address = states.baseAddress { permute(address, count) }
      }
    }
  }

  /// Computes one chunk of a new key.
  private static func oneChunk() throws {
    var random = SystemRandomNumberGenerator()
    let generation = try KeyGeneration(scheme: .devnet, slots: 0..<1, using: &random)
    generation.work.run { _ in generation.work.cancel() }
  }
}

extension SecretKey {
  /// Signs some message for `slot`, always the same; the vectors' secret is public.
  fileprivate func signed(_ slot: UInt64) throws -> SignedMessage {
    let message = SHA256.hash(slot.sszBytes())
    var ledger = SigningLedger()
    _ = ledger.start(keys: [SigningKeyID(publicKey)], currentSlot: nil)
    let claim = SigningClaim(publicKey: publicKey, slot: slot, root: message)
    let signature = try sign(ledger.claim([claim])[0].committed().permit())
    return SignedMessage(
      publicKey: publicKey, message: message, slot: slot, signature: signature)
  }
}
