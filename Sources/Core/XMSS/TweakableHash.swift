/// Poseidon bound to a scheme and to the parameter of one key.
///
/// Every hash also takes a tweak, which names the place in the key's structure where it is used,
/// so that no hash can stand for another. leanSpec: `xmss/poseidon.py`.
package struct TweakableHash: Sendable {
  package let scheme: Scheme
  /// The first five elements are the key's public parameter.
  package let parameter: SIMD8<UInt32>
  package let kernel: any HashKernel

  package init(
    scheme: Scheme, parameter: SIMD8<UInt32>, kernel: any HashKernel = chosenKernel
  ) {
    self.scheme = scheme
    self.parameter = parameter
    self.kernel = kernel
  }

  // MARK: Tweaks; the low byte keeps the three kinds apart

  /// The tweak of the `step`-th hash of a chain, counted from 1.
  package static func chainTweak(slot: UInt32, chain: UInt8, step: UInt8) -> UInt64 {
    UInt64(slot) << 24 | UInt64(chain) << 16 | UInt64(step) << 8
  }

  /// The tweak of the node `index` of a level; leaves are level 0.
  package static func treeTweak(level: Int, index: UInt64) -> UInt64 {
    UInt64(level) << 40 | index << 8 | 1
  }

  /// The tweak of the message that is signed for a slot.
  package static func messageTweak(slot: UInt32) -> UInt64 {
    UInt64(slot) << 8 | 2
  }

  // MARK: Hashing

  /// Writes parameter and tweak, the first seven elements of a hash.
  private func writeHead(_ tweak: UInt64, to output: UnsafeMutablePointer<UInt32>) {
    for index in 0..<Scheme.parameterElements { output[index] = parameter[index] }
    KoalaBear.split(
      tweak,
      into: UnsafeMutableBufferPointer(
        start: output + Scheme.parameterElements, count: Scheme.tweakElements))
  }

  /// Hashes `count` pairs of digests to the nodes `firstIndex...` of `level`.
  package func parents(
    of children: UnsafePointer<UInt32>, count: Int, level: Int, firstIndex: UInt64,
    into output: UnsafeMutablePointer<UInt32>
  ) {
    let digest = Scheme.digestElements
    let batch = Scheme.batchSize
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 24 * batch) { states in
      for first in stride(from: 0, to: count, by: batch) {
        let size = min(batch, count - first)
        for place in 0..<size {
          let pair = children + 2 * digest * (first + place)
          writeNode(
            left: pair, right: pair + digest, level: level,
            index: firstIndex + UInt64(first + place), to: states.start + 24 * place)
        }
        kernel.compress24(states.start, count: size, into: output + digest * first)
      }
    }
  }

  /// Prepares the state whose compression is a node: parameter, tweak, left child, right child.
  func writeNode(
    left: UnsafeRawPointer, right: UnsafeRawPointer, level: Int, index: UInt64,
    to state: UnsafeMutablePointer<UInt32>
  ) {
    writeHead(TweakableHash.treeTweak(level: level, index: index), to: state)
    let children = UnsafeMutableRawPointer(state + Scheme.headElements)
    children.copyMemory(from: left, byteCount: Scheme.digestByteCount)
    (children + Scheme.digestByteCount).copyMemory(from: right, byteCount: Scheme.digestByteCount)
    state[23] = 0
  }

  /// Prepares what a leaf's sponge absorbs: parameter, tweak, the ends of all chains, zeros.
  func writeLeaf(
    chainEnds: UnsafeBufferPointer<HashChain>, slot: UInt32,
    to message: UnsafeMutablePointer<UInt32>
  ) {
    precondition(chainEnds.count == scheme.dimension, "\(chainEnds.count) chains")
    message.update(repeating: 0, count: scheme.leafElements)
    writeHead(TweakableHash.treeTweak(level: 0, index: UInt64(slot)), to: message)
    var place = message + Scheme.headElements
    for chain in chainEnds {
      chain.copyDigest(to: place)
      place += Scheme.digestElements
    }
  }
}
