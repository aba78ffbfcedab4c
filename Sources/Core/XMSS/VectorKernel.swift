internal import CPoseidon

/// The kernel in C: eight lanes, AVX2 or NEON.
package struct VectorKernel: HashKernel {
  /// Whether this processor has the instructions.
  package static var isSupported: Bool { cposeidon_is_supported() }

  /// Creates the kernel; the processor must support it.
  package init() {
    precondition(VectorKernel.isSupported, "no vector instructions: use the reference kernel")
  }

  package func permute16(_ states: UnsafeMutablePointer<UInt32>, count: Int) {
    cposeidon_permute16(states, count)
  }

  package func permute24(_ states: UnsafeMutablePointer<UInt32>, count: Int) {
    cposeidon_permute24(states, count)
  }

  package func compress24(_ states: UnsafeMutablePointer<UInt32>, count: Int) {
    cposeidon_compress24(states, count)
  }

  package func expand(
    _ inputs: UnsafePointer<PRFInput>, count: Int, elements: Int,
    into output: UnsafeMutablePointer<UInt32>
  ) {
    precondition(elements <= PRFInput.maximumElements, "\(elements) elements of one block")
    inputs.withMemoryRebound(to: UInt64.self, capacity: count * PRFInput.wordCount) {
      cposeidon_shake128($0, count, elements, output)
    }
  }

  package func walk(_ chains: UnsafeMutableBufferPointer<HashChain>) {
    precondition(chains.count <= Int(CPOSEIDON_MAXIMUM_CHAINS), "\(chains.count) chains at once")
    chains.withMemoryRebound(to: cposeidon_chain.self) {
      cposeidon_walk_chains($0.baseAddress, $0.count)
    }
  }

  package func leaves(
    _ hash: TweakableHash, key: UnsafeRawBufferPointer, firstSlot: UInt32,
    into digests: UnsafeMutablePointer<UInt32>
  ) {
    precondition(key.count == PRFKey.byteCount, "a PRF key of \(key.count) bytes")
    let parameter = hash.parameter
    let capacity = hash.scheme.capacity
    var shape = cposeidon_leaf_shape()
    shape.parameter = (parameter[0], parameter[1], parameter[2], parameter[3], parameter[4])
    withUnsafeMutableBytes(of: &shape.capacity) { output in
      withUnsafeBytes(of: capacity) { output.copyBytes(from: $0.prefix(output.count)) }
    }
    shape.dimension = UInt32(hash.scheme.dimension)
    shape.steps = UInt32(hash.scheme.chainLength)
    cposeidon_leaves8(
      &shape, key.assumingMemoryBound(to: UInt8.self).baseAddress, firstSlot, digests)
  }
}
