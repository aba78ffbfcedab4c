import Testing

@testable import XMSS

/// The hash modes against leanSpec's vectors, with every kernel.
struct TweakableHashTests {
  @Test(arguments: XMSSVectors.schemes)
  func `compression adds the input to the permuted state`(scheme: Scheme) {
    for vector in XMSSVectors.of(scheme).hashing.compress {
      var state = vector.input + [UInt32](repeating: 0, count: vector.width - vector.input.count)
      let parameters: PoseidonParameters = vector.width == 16 ? .width16 : .width24
      state.withUnsafeMutableBufferPointer {
        Poseidon.compress($0, parameters, digestElements: vector.output.count)
      }
      #expect(Array(state.prefix(vector.output.count)) == vector.output)
    }
  }

  @Test(arguments: XMSSVectors.schemes)
  func `the capacity of the sponge names the shape of a leaf`(scheme: Scheme) throws {
    let vector = try #require(XMSSVectors.of(scheme).hashing.safeDomainSeparator.first)
    #expect((0..<9).map { scheme.capacity[$0] } == vector.output)
  }

  @Test(arguments: XMSSVectors.schemes)
  func `chains walk as leanSpec does`(scheme: Scheme) {
    let hashing = XMSSVectors.of(scheme).hashing
    for kernel in KernelTests.kernels {
      let chains = hashing.hashChain.map { vector in
        vector.startDigest.withUnsafeBytes {
          HashChain(
            digest: $0.baseAddress.unsafelyUnwrapped,
            parameter: .init(vector.parameter + [0, 0, 0]),
            slot: vector.epoch, chain: vector.chainIndex,
            steps: vector.startStep...vector.startStep + vector.numSteps)
        }
      }
      #expect(kernel.walked(chains) == hashing.hashChain.map(\.output))
    }
  }

  @Test(arguments: XMSSVectors.schemes)
  func `each kind of tweak hashes as in leanSpec`(scheme: Scheme) throws {
    for kernel in KernelTests.kernels {
      for vector in XMSSVectors.of(scheme).hashing.tweakHash {
        let hash = TweakableHash(
          scheme: scheme, parameter: .init(vector.parameter + [0, 0, 0]), kernel: kernel)
        #expect(try hash.hash(vector) == vector.output)
      }
    }
  }

  @Test(arguments: XMSSVectors.schemes)
  func `chain starts and randomness come from the PRF as in leanSpec`(scheme: Scheme) throws {
    let vectors = XMSSVectors.of(scheme).prf
    for vector in vectors.cases {
      let slot = UInt32(vector.slot)
      let input = vectors.prfKey.bytes.withUnsafeBytes { key in
        guard let message = vector.message else {
          return PRFInput(key: key, slot: slot, chain: UInt8(vector.chainIndex ?? 0))
        }
        return message.bytes.withUnsafeBytes {
          PRFInput(key: key, slot: slot, message: $0, attempt: vector.counter ?? 0)
        }
      }
      for kernel in KernelTests.kernels {
        #expect(kernel.expanded([input], elements: vector.output.count) == vector.output)
      }
    }
  }

  @Test(arguments: XMSSVectors.schemes)
  func `leaves equal leanSpec's`(scheme: Scheme) {
    let vectors = XMSSVectors.of(scheme).leaves
    let key = vectors.prfKey.bytes.withUnsafeBytes { PRFKey(copying: $0) }
    for kernel in KernelTests.kernels {
      let hash = TweakableHash(
        scheme: scheme, parameter: .init(vectors.parameter + [0, 0, 0]), kernel: kernel)
      for vector in vectors.cases {
        let group = vector.slot / 16 * 16
        let leaves = hash.leaves(key: key, firstSlot: group, count: 16)
        let place = Int(vector.slot - group) * 8
        #expect(Array(leaves[place..<place + 8]) == vector.leaf)
      }
    }
  }

  @Test(arguments: XMSSVectors.schemes)
  func `messages are encoded as in leanSpec`(scheme: Scheme) {
    for vector in XMSSVectors.of(scheme).messageEncoding {
      let hash = TweakableHash(scheme: scheme, parameter: .init(vector.parameter + [0, 0, 0]))
      var state = [UInt32](repeating: 0, count: 24)
      let codeword = state.withUnsafeMutableBufferPointer { state in
        hash.writeMessage(vector.message.root, slot: UInt32(vector.slot), to: state.start)
        #expect(Array(state[0..<9]) == vector.messageFieldElements)
        #expect(Array(state[14..<16]) == vector.epochFieldElements)
        for (index, element) in vector.rho.enumerated() { state[16 + index] = element }
        let digest = hash.kernel.compressed(Array(state))
        return digest.withUnsafeBufferPointer { Codeword($0.start, scheme: scheme) }
      }
      #expect(codeword?.digits == (vector.onTargetLayer ? vector.digits : nil))
    }
  }

  @Test func `the field value that belongs to no digits is no codeword`() {
    // 2 + 3 + 1 = 6 is on the layer of the test scheme.
    let group: UInt32 = 2 + 3 * 8 + 1 * 64
    #expect(Codeword([group * 127], scheme: .test)?.digits == [2, 3, 1, 0])
    #expect(Codeword([group * 127 + 126], scheme: .test)?.digits == [2, 3, 1, 0])
    #expect(Codeword([group * 127 + 127], scheme: .test) == nil)
    #expect(Codeword([KoalaBear.prime - 1], scheme: .test) == nil)
  }
}

extension TweakableHash {
  /// Hashes the digests of a vector as their number demands.
  fileprivate func hash(_ vector: XMSSVectors.Hashing.TweakHash) throws -> [UInt32] {
    let elements = vector.digests.flatMap { $0 }
    switch vector.digests.count {
    case 1:
      let step = UInt8(try #require(vector.tweak.step))
      let slot = UInt32(try #require(vector.tweak.epoch))
      let chain = UInt8(try #require(vector.tweak.chainIndex))
      return elements.withUnsafeBytes {
        kernel.walked([
          HashChain(
            digest: $0.baseAddress.unsafelyUnwrapped, parameter: parameter, slot: slot,
            chain: chain, steps: step - 1...step)
        ])[0]
      }
    case 2:
      let level = Int(try #require(vector.tweak.level))
      let index = try #require(vector.tweak.index)
      return parents(of: TreeLevel(firstIndex: 2 * index, nodes: elements), level: level)
    default:
      let slot = UInt32(try #require(vector.tweak.index))
      return leaf(of: vector.digests, slot: slot)
    }
  }

  private func leaf(of chainEnds: [[UInt32]], slot: UInt32) -> [UInt32] {
    let chains = chainEnds.map { digest in
      digest.withUnsafeBytes {
        HashChain(
          digest: $0.baseAddress.unsafelyUnwrapped, parameter: parameter, slot: slot, chain: 0,
          steps: 7...7)
      }
    }
    var message = [UInt32](repeating: 0, count: scheme.leafElements)
    message.withUnsafeMutableBufferPointer { message in
      chains.withUnsafeBufferPointer {
        writeLeaf(chainEnds: $0, slot: slot, to: message.start)
      }
    }
    return kernel.absorbed(message, count: 1, scheme: scheme)
  }
}
