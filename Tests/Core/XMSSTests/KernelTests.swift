import Hashing
import Testing

@testable import XMSS

/// Every kernel that this processor runs against the vectors and against the one in plain Swift.
struct KernelTests {
  static let kernels = InstructionSet.supported.map(\.hashKernel)
  static let vectorSets = InstructionSet.supported.filter { $0 != .portable }

  private let reference = ReferenceKernel()

  @Test func `the process uses what its environment asks for`() throws {
    let set = try InstructionSet.choose(InstructionSet.requested)
    #expect(InstructionSet.chosen == set)
    #expect((chosenKernel is VectorKernel) == (set != .portable))
  }

  @Test func `every kernel permutes as leanSpec does`() {
    for vectors in [XMSSVectors.test, .production] {
      for kernel in Self.kernels {
        for permutation in vectors.poseidonPermutation16 {
          #expect(kernel.permuted(permutation.input, width: 16) == permutation.output)
        }
        for permutation in vectors.poseidonPermutation24 {
          #expect(kernel.permuted(permutation.input, width: 24) == permutation.output)
        }
      }
    }
  }

  @Test(arguments: vectorSets, [16, 24])
  func `any number of random states is permuted alike`(set: InstructionSet, width: Int) {
    var random = SeededGenerator(seed: 1)
    for count in 1...35 {
      let states = Self.elements(count * width, count, using: &random)
      let permuted = set.hashKernel.permuted(states, width: width)
      #expect(permuted == reference.permuted(states, width: width))
      #expect(permuted.allSatisfy { $0 < KoalaBear.prime })
    }
  }

  @Test(arguments: vectorSets)
  func `any number of states is compressed alike`(set: InstructionSet) {
    var random = SeededGenerator(seed: 5)
    for count in 1...35 {
      let states = Self.elements(count * 24, count, using: &random)
      #expect(set.hashKernel.compressed(states) == reference.compressed(states))
    }
  }

  @Test(arguments: vectorSets, Scheme.implemented)
  func `any number of messages is absorbed alike`(set: InstructionSet, scheme: Scheme) {
    var random = SeededGenerator(seed: 6)
    for count in [1, 3, 4, 5, 8, 15, 16, 21] {
      let messages = Self.elements(count * scheme.leafElements, count, using: &random)
      let absorbed = set.hashKernel.absorbed(messages, count: count, scheme: scheme)
      #expect(absorbed == reference.absorbed(messages, count: count, scheme: scheme))
    }
  }

  @Test(arguments: vectorSets)
  func `the same elements are drawn from random inputs`(set: InstructionSet) {
    var random = SeededGenerator(seed: 2)
    for count in 1...17 {
      let inputs = (0..<count).map { _ in
        let key = (0..<32).map { _ in UInt8.random(using: &random) }
        let message = (0..<32).map { _ in UInt8.random(using: &random) }
        return key.withUnsafeBytes { key in
          message.withUnsafeBytes { message in
            PRFInput(key: key, slot: random.next(), message: message, attempt: random.next())
          }
        }
      }
      for elements in [1, 7, 8, 10] {
        let drawn = set.hashKernel.expanded(inputs, elements: elements)
        #expect(drawn == reference.expanded(inputs, elements: elements))
      }
    }
  }

  @Test(arguments: vectorSets)
  func `random chains are walked alike`(set: InstructionSet) {
    var random = SeededGenerator(seed: 3)
    for count in [1, 3, 15, 16, 17, 46, 368, 736] {
      let chains = (0..<count).map { _ in HashChain.random(using: &random) }
      #expect(set.hashKernel.walked(chains) == reference.walked(chains))
    }
  }

  @Test(arguments: Scheme.implemented)
  func `every kernel computes the same leaves`(scheme: Scheme) {
    var random = SeededGenerator(seed: 4)
    let key = PRFKey(using: &random)
    let parameter = SIMD8<UInt32>(1, 2, 3, 4, KoalaBear.prime - 1, 0, 0, 0)
    // The first slots whose tweaks carry into the second limb within a chain come early; the last
    // slot has the largest tweaks.
    for firstSlot in [0, 100, UInt64(UInt32.max) - 15] {
      let leaves = Self.kernels.map {
        TweakableHash(scheme: scheme, parameter: parameter, kernel: $0)
          .leaves(key: key, firstSlot: firstSlot, count: 16)
      }
      #expect(Set(leaves).count == 1)
    }
  }

  @Test(arguments: vectorSets)
  func `searches end at the first attempt that succeeds or at their limit`(set: InstructionSet) {
    var random = SeededGenerator(seed: 7)
    let key = PRFKey(using: &random)
    for slot in 0..<40 as Range<UInt32> {
      let hash = TweakableHash(scheme: .test, parameter: SIMD8(KoalaBear.draw(8, using: &random)))
      let message = SHA256.hash([UInt8(truncatingIfNeeded: slot)])
      let search = key.withBytes {
        CodewordSearch(key: $0, hash: hash, slot: slot, message: message)
      }
      let first = reference.firstSuccess(of: search, limit: 1_000)
      #expect(set.hashKernel.firstSuccess(of: search, limit: 1_000) == first)
      if let first {
        #expect(set.hashKernel.firstSuccess(of: search, limit: first) == nil)
        #expect(set.hashKernel.firstSuccess(of: search, limit: first + 1) == first)
      }
    }
  }

  /// Random elements; in every third run extremes of the range, where a missing reduction shows.
  private static func elements(
    _ count: Int, _ run: Int, using random: inout SeededGenerator
  ) -> [UInt32] {
    (0..<count).map { _ in
      run.isMultiple(of: 3)
        ? [0, 1, KoalaBear.prime - 1, KoalaBear.prime - 2][Int(random.next() % 4)]
        : random.next(upperBound: KoalaBear.prime)
    }
  }
}

extension HashKernel {
  func permuted(_ states: [UInt32], width: Int) -> [UInt32] {
    var states = states
    states.withUnsafeMutableBufferPointer {
      if width == 16 {
        permute16($0.start, count: $0.count / width)
      } else {
        permute24($0.start, count: $0.count / width)
      }
    }
    return states
  }

  func compressed(_ states: [UInt32]) -> [UInt32] {
    var digests = [UInt32](repeating: 0, count: states.count / 24 * 8)
    compress24(states, count: states.count / 24, into: &digests)
    return digests
  }

  func absorbed(_ messages: [UInt32], count: Int, scheme: Scheme) -> [UInt32] {
    var digests = [UInt32](repeating: 0, count: count * 8)
    absorb(messages, count: count, scheme: scheme, into: &digests)
    return digests
  }

  func expanded(_ inputs: [PRFInput], elements: Int) -> [UInt32] {
    var output = [UInt32](repeating: 0, count: inputs.count * elements)
    inputs.withUnsafeBufferPointer { inputs in
      output.withUnsafeMutableBufferPointer {
        expand(inputs.start, count: inputs.count, elements: elements, into: $0.start)
      }
    }
    return output
  }

  func walked(_ chains: [HashChain]) -> [[UInt32]] {
    var chains = chains
    chains.withUnsafeMutableBufferPointer { walk($0) }
    return chains.map(\.digest)
  }
}

extension HashChain {
  var digest: [UInt32] {
    [UInt32](unsafeUninitializedCapacity: 8) { output, count in
      copyDigest(to: output.start)
      count = 8
    }
  }

  static func random(using random: inout SeededGenerator) -> HashChain {
    let digest = KoalaBear.draw(8, using: &random)
    let parameter = KoalaBear.draw(8, using: &random)
    let from = UInt8(random.next() % 8)
    let to = from + UInt8(random.next() % UInt64(8 - from))
    return digest.withUnsafeBytes {
      HashChain(
        digest: $0.baseAddress.unsafelyUnwrapped, parameter: SIMD8(parameter),
        slot: UInt32(truncatingIfNeeded: random.next()), chain: UInt8(random.next() % 46),
        steps: from...to)
    }
  }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  static func random(using random: inout SeededGenerator) -> Self {
    Self(truncatingIfNeeded: random.next())
  }
}
