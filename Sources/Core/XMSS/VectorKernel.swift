internal import CKernels
package import Hashing

/// A kernel in C, built for one set of vector instructions.
package struct VectorKernel: HashKernel {
  private let functions: vector_kernel

  /// Creates the kernel of a set; `nil` when it has none or the processor lacks it.
  package init?(_ set: InstructionSet) {
    guard let functions = set.kernel else { return nil }
    self.functions = functions.pointee
  }

  package func permute16(_ states: UnsafeMutablePointer<UInt32>, count: Int) {
    functions.permute16(states, count)
  }

  package func permute24(_ states: UnsafeMutablePointer<UInt32>, count: Int) {
    functions.permute24(states, count)
  }

  package func compress24(
    _ states: UnsafePointer<UInt32>, count: Int, into digests: UnsafeMutablePointer<UInt32>
  ) {
    functions.compress24(states, count, digests)
  }

  package func absorb(
    _ messages: UnsafePointer<UInt32>, count: Int, scheme: Scheme,
    into digests: UnsafeMutablePointer<UInt32>
  ) {
    withUnsafeBytes(of: scheme.capacity) { capacity in
      functions.absorb(
        capacity.assumingMemoryBound(to: UInt32.self).baseAddress, messages, count,
        scheme.leafElements / Scheme.rateElements, digests)
    }
  }

  package func expand(
    _ inputs: UnsafePointer<PRFInput>, count: Int, elements: Int,
    into output: UnsafeMutablePointer<UInt32>
  ) {
    precondition(elements <= PRFInput.maximumElements, "\(elements) elements of one block")
    inputs.withMemoryRebound(to: UInt64.self, capacity: count * PRFInput.wordCount) {
      functions.shake128($0, count, elements, output)
    }
  }

  package func walk(_ chains: UnsafeMutableBufferPointer<HashChain>) {
    precondition(chains.count <= Int(KERNEL_MAXIMUM_CHAINS), "\(chains.count) chains at once")
    chains.withMemoryRebound(to: kernel_chain.self) {
      functions.walk_chains($0.baseAddress, $0.count)
    }
  }

  package func leaves(
    _ hash: TweakableHash, key: UnsafeRawBufferPointer, firstSlot: UInt32, count: Int,
    into digests: UnsafeMutablePointer<UInt32>
  ) {
    precondition(key.count == PRFKey.byteCount, "a PRF key of \(key.count) bytes")
    precondition(count.isMultiple(of: Scheme.batchSize), "\(count) leaves are no whole batches")
    let parameter = hash.parameter
    let capacity = hash.scheme.capacity
    var shape = kernel_leaf_shape()
    shape.parameter = (parameter[0], parameter[1], parameter[2], parameter[3], parameter[4])
    withUnsafeMutableBytes(of: &shape.capacity) { output in
      withUnsafeBytes(of: capacity) { output.copyBytes(from: $0.prefix(output.count)) }
    }
    shape.dimension = UInt32(hash.scheme.dimension)
    shape.steps = UInt32(hash.scheme.chainLength)
    for first in stride(from: 0, to: count, by: functions.lanes) {
      functions.leaves(
        &shape, key.assumingMemoryBound(to: UInt8.self).baseAddress, firstSlot + UInt32(first),
        digests + Scheme.digestElements * first)
    }
  }

  package func firstSuccess(of search: CodewordSearch, limit: UInt64) -> UInt64? {
    precondition(limit < 1 << 40, "\(limit) attempts")
    let attempt = withUnsafePointer(to: search.raw) { functions.search($0, limit) }
    return attempt < limit ? attempt : nil
  }
}
