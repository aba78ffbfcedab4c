internal import CKernels

/// The kernel in plain Swift: the definition that the vector kernels are compared with, and the
/// fallback on processors without any of them, at a twentieth of the speed.
package struct ReferenceKernel: HashKernel {
  /// Creates the kernel.
  package init() {}

  package func permute16(_ states: UnsafeMutablePointer<UInt32>, count: Int) {
    for index in 0..<count { Poseidon.permute(states + 16 * index, .width16) }
  }

  package func permute24(_ states: UnsafeMutablePointer<UInt32>, count: Int) {
    for index in 0..<count { Poseidon.permute(states + 24 * index, .width24) }
  }

  package func compress24(
    _ states: UnsafePointer<UInt32>, count: Int, into digests: UnsafeMutablePointer<UInt32>
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 24) { state in
      for index in 0..<count {
        state.start.update(from: states + 24 * index, count: 24)
        Poseidon.compress(state, .width24, digestElements: Scheme.digestElements)
        (digests + Scheme.digestElements * index)
          .update(from: state.start, count: Scheme.digestElements)
      }
    }
  }

  package func absorb(
    _ messages: UnsafePointer<UInt32>, count: Int, scheme: Scheme,
    into digests: UnsafeMutablePointer<UInt32>
  ) {
    let capacity = Scheme.capacityElements
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 24) { state in
      for index in 0..<count {
        for place in 0..<capacity { state[place] = scheme.capacity[place] }
        let message = messages + scheme.leafElements * index
        for block in stride(from: 0, to: scheme.leafElements, by: Scheme.rateElements) {
          (state.start + capacity).update(from: message + block, count: Scheme.rateElements)
          Poseidon.permute(state.start, .width24)
        }
        (digests + Scheme.digestElements * index)
          .update(from: state.start + capacity, count: Scheme.digestElements)
      }
    }
  }

  package func expand(
    _ inputs: UnsafePointer<PRFInput>, count: Int, elements: Int,
    into output: UnsafeMutablePointer<UInt32>
  ) {
    precondition(elements <= PRFInput.maximumElements, "\(elements) elements of one block")
    for index in 0..<count {
      SHAKE128.expand(inputs[index], elements: elements, into: output + elements * index)
    }
  }

  package func walk(_ chains: UnsafeMutableBufferPointer<HashChain>) {
    for index in chains.indices { walk(&chains[index]) }
  }

  /// One step hashes digest | parameter | tweak | 0 and keeps the first eight elements.
  private func walk(_ chain: inout HashChain) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 16) { state in
      while chain.raw.from < chain.raw.to {
        chain.raw.from += 1
        state.initialize(repeating: 0)
        withUnsafeBytes(of: chain.raw) { fields in
          // Digest and parameter are the first fields.
          UnsafeMutableRawBufferPointer(state).copyBytes(from: fields.prefix(13 * 4))
        }
        let tweak = TweakableHash.chainTweak(
          slot: chain.raw.slot, chain: chain.raw.chain, step: chain.raw.from)
        KoalaBear.split(tweak, into: UnsafeMutableBufferPointer(rebasing: state[13..<15]))
        Poseidon.compress(state, .width16, digestElements: 8)
        withUnsafeMutableBytes(of: &chain.raw.digest) { digest in
          digest.copyBytes(from: UnsafeRawBufferPointer(state).prefix(digest.count))
        }
      }
    }
  }

  package func leaves(
    _ hash: TweakableHash, key: UnsafeRawBufferPointer, firstSlot: UInt32, count: Int,
    into digests: UnsafeMutablePointer<UInt32>
  ) {
    let scheme = hash.scheme
    for index in 0..<count {
      let slot = firstSlot + UInt32(index)
      var chains = (0..<UInt8(scheme.dimension)).map { chain in
        var input = PRFInput(key: key, slot: slot, chain: chain)
        defer { wipe(&input) }
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 8) { digest in
          SHAKE128.expand(input, elements: 8, into: digest.start)
          return HashChain(
            digest: digest.start, parameter: hash.parameter, slot: slot, chain: chain,
            steps: 0...UInt8(scheme.chainLength))
        }
      }
      chains.withUnsafeMutableBufferPointer { walk($0) }
      chains.withUnsafeBufferPointer { chainEnds in
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: scheme.leafElements) { leaf in
          hash.writeLeaf(chainEnds: chainEnds, slot: slot, to: leaf.start)
          absorb(leaf.start, count: 1, scheme: scheme, into: digests + 8 * index)
        }
      }
    }
  }

  package func firstSuccess(of search: CodewordSearch, limit: UInt64) -> UInt64? {
    (0..<limit).first { search.attempt($0, self) != nil }
  }
}
