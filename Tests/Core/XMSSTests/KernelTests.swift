import Testing

@testable import XMSS

/// The two kernels against the vectors and against each other.
struct KernelTests {
  static let kernels: [any HashKernel] =
    VectorKernel.isSupported ? [VectorKernel(), ReferenceKernel()] : [ReferenceKernel()]

  @Test func `both kernels permute as leanSpec does`() {
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

  @Test(.enabled(if: VectorKernel.isSupported), arguments: [16, 24])
  func `the kernels permute any number of random states alike`(width: Int) {
    var random = SeededGenerator(seed: 1)
    for count in 1...25 {
      // Every third run uses the extremes of the range, where a missing reduction would show.
      let states = (0..<count * width).map { _ in
        count.isMultiple(of: 3)
          ? [0, 1, KoalaBear.prime - 1, KoalaBear.prime - 2][Int(random.next() % 4)]
          : random.next(upperBound: KoalaBear.prime)
      }
      let fast = VectorKernel().permuted(states, width: width)
      #expect(fast == ReferenceKernel().permuted(states, width: width))
      #expect(fast.allSatisfy { $0 < KoalaBear.prime })
    }
  }

  @Test(.enabled(if: VectorKernel.isSupported))
  func `the kernels draw the same elements from random inputs`() {
    var random = SeededGenerator(seed: 2)
    for count in 1...9 {
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
        let fast = VectorKernel().expanded(inputs, elements: elements)
        #expect(fast == ReferenceKernel().expanded(inputs, elements: elements))
      }
    }
  }

  @Test(.enabled(if: VectorKernel.isSupported))
  func `the kernels walk random chains alike`() {
    var random = SeededGenerator(seed: 3)
    for count in [1, 7, 8, 9, 46, 368] {
      let chains = (0..<count).map { _ in HashChain.random(using: &random) }
      #expect(VectorKernel().walked(chains) == ReferenceKernel().walked(chains))
    }
  }

  @Test(.enabled(if: VectorKernel.isSupported), arguments: Scheme.all)
  func `the kernels compute the same leaves`(scheme: Scheme) {
    var random = SeededGenerator(seed: 4)
    let key = PRFKey(using: &random)
    let parameter = SIMD8<UInt32>(1, 2, 3, 4, KoalaBear.prime - 1, 0, 0, 0)
    for firstSlot in [0, UInt64(UInt32.max) - 7] {
      let leaves = Self.kernels.map {
        TweakableHash(scheme: scheme, parameter: parameter, kernel: $0)
          .leaves(key: key, firstSlot: firstSlot, count: 8)
      }
      #expect(leaves.first == leaves.last)
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
