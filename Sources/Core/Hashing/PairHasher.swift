private import CKernels
private import CNettle

/// SHA-256 of pairs of Merkle nodes, by the fastest way that the processor has.
package struct PairHasher: Sendable {
  /// The way that this process uses.
  static let chosen = PairHasher(InstructionSet.chosen)

  /// Where many hashes side by side are fastest.
  private let kernel: vector_kernel?
  private let hasInstructions: Bool

  /// Creates a hasher for a set of vector instructions and, beside them, those for SHA-256.
  ///
  /// Sixteen lanes are faster than instructions for SHA-256, and those are faster than eight lanes.
  package init(_ set: InstructionSet, allowsInstructions: Bool = true) {
    hasInstructions =
      allowsInstructions && set != .portable && kernel_has_sha_instructions()
    let kernel = set.kernel
    let isFastest = kernel?.hash_pairs != nil && (set == .avx512 || !hasInstructions)
    self.kernel = isFastest ? kernel : nil
  }

  /// Hashes `count` pairs of neighbours; the digests may overwrite the front of the pairs.
  package func hash(
    _ pairs: UnsafePointer<Bytes32>, count: Int, into digests: UnsafeMutablePointer<Bytes32>
  ) {
    let input = UnsafeRawPointer(pairs).assumingMemoryBound(to: UInt8.self)
    let output = UnsafeMutableRawPointer(digests).assumingMemoryBound(to: UInt8.self)
    var done = 0
    if let kernel {
      done = count / kernel.lanes * kernel.lanes
      kernel.hash_pairs(input, done, output)
    }
    if hasInstructions {
      kernel_hash_pairs(input + 64 * done, count - done, output + 32 * done)
    } else {
      for index in done..<count {
        var context = sha256_ctx()
        nettle_sha256_init(&context)
        nettle_sha256_update(&context, 64, input + 64 * index)
        nettle_sha256_digest(&context, 32, output + 32 * index)
      }
    }
  }
}
