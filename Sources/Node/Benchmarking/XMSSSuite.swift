private import Hashing
private import SSZ
private import SigningLedger
private import XMSS

extension BenchmarkSuite {
  /// Permutations, leaves, signing and verifying with the production scheme.
  static let xmss = BenchmarkSuite("xmss") { data in
    let bytes = try data.bytes("../xmss/prod_secret_key.ssz")
    let key = try SecretKey(ssz: bytes, scheme: .production)
    let batch = Scheme.batchSize
    let signed = try (0..<batch).map { try key.signed(UInt64($0)) }
    let goals = KernelGoals.of(InstructionSet.chosen)
    return permutations(goals) + [
      Benchmark(
        "leaf", goal: goals?.leaf, instructionGoal: goals?.instructions?.leaf,
        operationsPerIteration: batch
      ) {
        key.leaves(firstSlot: 0, count: batch)
      },
      Benchmark(
        "leaf of a new key with its share of the tree", goal: goals?.newLeaf,
        operationsPerIteration: KeyWork.maximumChunkLeaves
      ) {
        try oneChunk()
      },
      Benchmark(
        // The search for a codeword is a matter of luck, so many messages make an iteration.
        "sign, mean of 256 messages", goal: goals?.sign, operationsPerIteration: 256
      ) {
        for slot in 0..<256 { _ = try key.signed(UInt64(slot)) }
      },
      Benchmark("verify", goal: goals?.verify) { Scheme.production.verify([signed[0]]) },
      Benchmark(
        "verify in batches of \(batch)", goal: goals?.verifyBatch, baseline: "verify",
        operationsPerIteration: batch
      ) {
        Scheme.production.verify(signed)
      },
      Benchmark("load and check a production key") {
        try SecretKey(ssz: bytes, scheme: .production)
      },
    ]
  }

  private static func permutations(_ goals: KernelGoals?) -> [Benchmark] {
    let kernel = chosenKernel
    let plain = ReferenceKernel()
    return [
      permutation(
        "width 16", goals?.width16, goals?.instructions?.width16, kernel.permute16, width: 16),
      permutation(
        "width 24", goals?.width24, goals?.instructions?.width24, kernel.permute24, width: 24),
      permutation("width 24 alone", nil, nil, kernel.permute24, width: 24, count: 1),
      permutation("width 16, plain Swift", nil, nil, plain.permute16, width: 16),
      permutation("width 24, plain Swift", nil, nil, plain.permute24, width: 24),
    ]
  }

  private static func permutation(
    _ name: String, _ goal: Duration?, _ instructionGoal: Double?,
    _ permute: @escaping (UnsafeMutablePointer<UInt32>, Int) -> Void, width: Int,
    count: Int = Scheme.batchSize
  ) -> Benchmark {
    var states = [UInt32](repeating: 1, count: width * count)
    let isPlain = name.hasSuffix("plain Swift")
    return Benchmark(
      "permutation, \(name)", goal: goal, instructionGoal: instructionGoal,
      baseline: isPlain ? "permutation, width \(width)" : nil, operationsPerIteration: count
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

/// What an operation may take with a kernel, on the slowest processor that its goals were set on.
///
/// `Docs/Performance.md` has the figures of other implementations that they follow from.
private struct KernelGoals {
  let width16: Duration
  let width24: Duration
  let leaf: Duration
  let newLeaf: Duration
  let sign: Duration
  let verify: Duration
  let verifyBatch: Duration
  /// Instructions, which no busy machine changes: per permutation of each width, and per leaf.
  var instructions: (width16: Double, width24: Double, leaf: Double)?

  /// The goals of a set of instructions; none where none were set.
  static func of(_ set: InstructionSet) -> KernelGoals? {
    switch set {
    case .avx512:
      // 13,000 leaves a second on a core.
      KernelGoals(
        width16: .nanoseconds(195), width24: .nanoseconds(325), leaf: .microseconds(77),
        newLeaf: .nanoseconds(76_900), sign: .microseconds(650), verify: .microseconds(100),
        verifyBatch: .microseconds(50))
    case .avx2:
      // 8,500 leaves a second on a core.
      KernelGoals(
        width16: .nanoseconds(303), width24: .nanoseconds(540), leaf: .microseconds(117),
        newLeaf: .nanoseconds(117_600), sign: .microseconds(880), verify: .microseconds(107),
        verifyBatch: .microseconds(71), instructions: (2_500, 4_900, 1_100_000))
    case .vector128, .portable: nil
    }
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
