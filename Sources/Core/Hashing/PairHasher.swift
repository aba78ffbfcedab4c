private import CKernels
private import CNettle

/// SHA-256 of pairs of Merkle nodes, by the fastest way that the processor has.
package struct PairHasher: Sendable {
  /// The way that this process uses.
  static let chosen = PairHasher(InstructionSet.chosen)

  /// Set where many hashes side by side are fastest; points to a constant.
  private nonisolated(unsafe) let kernel: UnsafePointer<vector_kernel>?
  private let hasInstructions: Bool

  /// Creates a hasher for a set of vector instructions and, beside them, those for SHA-256.
  ///
  /// Sixteen lanes are faster than instructions for SHA-256, and those are faster than eight lanes.
  package init(_ set: InstructionSet, allowsInstructions: Bool = true) {
    hasInstructions =
      allowsInstructions && set != .portable && kernel_has_sha_instructions()
    let kernel = set.kernel
    let isFastest = kernel?.pointee.hash_pairs != nil && (set == .avx512 || !hasInstructions)
    self.kernel = isFastest ? kernel : nil
  }

  /// Hashes `count` pairs of neighbours; the digests may overwrite the front of the pairs.
  package func hash(
    _ pairs: UnsafePointer<Bytes32>, count: Int, into digests: UnsafeMutablePointer<Bytes32>
  ) {
    var input = UnsafeRawPointer(pairs).assumingMemoryBound(to: UInt8.self)
    var output = UnsafeMutableRawPointer(digests).assumingMemoryBound(to: UInt8.self)
    var rest = count
    if let lanes = kernel?.pointee.lanes, count >= lanes {
      let whole = count / lanes * lanes
      kernel?.pointee.hash_pairs(input, whole, output)
      input += 64 * whole
      output += 32 * whole
      rest -= whole
    }
    if hasInstructions {
      kernel_hash_pairs(input, rest, output)
    } else {
      for index in 0..<rest { Self.hashPortably(input + 64 * index, into: output + 32 * index) }
    }
  }

  private static func hashPortably(
    _ pair: UnsafePointer<UInt8>, into digest: UnsafeMutablePointer<UInt8>
  ) {
    var context = sha256_ctx()
    nettle_sha256_init(&context)
    nettle_sha256_update(&context, 64, pair)
    nettle_sha256_digest(&context, 32, digest)
  }
}
