internal import CKernels
package import Hashing

/// The hot loops of the scheme.
///
/// All implementations give the same results: ``VectorKernel`` is fast, for several sets of
/// instructions; ``ReferenceKernel`` says in plain Swift what it does and runs where they are
/// missing.
/// Elements are canonical; states follow each other in memory.
package protocol HashKernel: Sendable {
  /// Permutes `count` states of 16 elements.
  func permute16(_ states: UnsafeMutablePointer<UInt32>, count: Int)

  /// Permutes `count` states of 24 elements.
  func permute24(_ states: UnsafeMutablePointer<UInt32>, count: Int)

  /// Compresses `count` states of 24 elements to digests: the first eight elements of the
  /// permuted state plus those of the state.
  func compress24(
    _ states: UnsafePointer<UInt32>, count: Int, into digests: UnsafeMutablePointer<UInt32>)

  /// Hashes `count` messages of `scheme.leafElements` elements to digests: each block replaces
  /// the rate of a sponge.
  func absorb(
    _ messages: UnsafePointer<UInt32>, count: Int, scheme: Scheme,
    into digests: UnsafeMutablePointer<UInt32>)

  /// Draws `elements` field elements, at most ten, from each of `count` PRF inputs.
  func expand(
    _ inputs: UnsafePointer<PRFInput>, count: Int, elements: Int,
    into output: UnsafeMutablePointer<UInt32>)

  /// Walks each chain from its current step to its last, ``Scheme/batchSize`` signatures' chains
  /// at most.
  func walk(_ chains: UnsafeMutableBufferPointer<HashChain>)

  /// Computes the leaves of `count` consecutive slots, a multiple of ``Scheme/batchSize``.
  func leaves(
    _ hash: TweakableHash, key: UnsafeRawBufferPointer, firstSlot: UInt32, count: Int,
    into digests: UnsafeMutablePointer<UInt32>)

  /// The first attempt below `limit` that leads to a codeword.
  func firstSuccess(of search: CodewordSearch, limit: UInt64) -> UInt64?
}

/// The kernel of the instructions that this process uses.
package let chosenKernel = InstructionSet.chosen.hashKernel

extension InstructionSet {
  /// The kernel for these instructions, the one in plain Swift where this processor lacks them.
  package var hashKernel: any HashKernel { VectorKernel(self) ?? ReferenceKernel() }
}

/// One Winternitz chain being walked: a digest after so many steps, and where it shall end.
package struct HashChain {
  /// The kernel's own layout, so that chains need no conversion.
  var raw = kernel_chain()

  /// Creates a chain that starts with `digest`.
  package init(
    digest: UnsafeRawPointer, parameter: SIMD8<UInt32>, slot: UInt32, chain: UInt8,
    steps: ClosedRange<UInt8>
  ) {
    withUnsafeMutableBytes(of: &raw.digest) {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: digest, count: $0.count))
    }
    raw.parameter = (parameter[0], parameter[1], parameter[2], parameter[3], parameter[4])
    raw.slot = slot
    raw.chain = chain
    raw.from = steps.lowerBound
    raw.to = steps.upperBound
  }

  /// Copies the digest to `output`.
  package func copyDigest(to output: UnsafeMutablePointer<UInt32>) {
    withUnsafeBytes(of: raw.digest) {
      UnsafeMutableRawBufferPointer(start: output, count: $0.count).copyMemory(from: $0)
    }
  }
}

extension UnsafeMutableBufferPointer {
  /// The address of a buffer that is known not to be empty.
  var start: UnsafeMutablePointer<Element> {
    guard let baseAddress else { preconditionFailure("a buffer without memory") }
    return baseAddress
  }
}

extension UnsafeBufferPointer {
  /// The address of a buffer that is known not to be empty.
  var start: UnsafePointer<Element> {
    guard let baseAddress else { preconditionFailure("a buffer without memory") }
    return baseAddress
  }
}
