public import Hashing
internal import SSZ
internal import Synchronization

extension PublicKey {
  /// Whether `signature` is this key's for `message` and `slot`.
  ///
  /// Never fails otherwise: a slot beyond the lifetime, a signature of another scheme and a key
  /// that is no key verify nothing.
  public func verify(
    _ signature: Signature, message: Bytes32, slot: UInt64, scheme: Scheme
  ) -> Bool {
    let signed = SignedMessage(
      publicKey: self, message: message, slot: slot, signature: signature)
    return scheme.verify([signed])[0]
  }
}

/// A signature with all that it is checked against.
public struct SignedMessage: Hashable, Sendable {
  /// The key that is said to have signed.
  public let publicKey: PublicKey

  /// The root that is said to be signed.
  public let message: Bytes32

  /// The slot that it is said to be signed for.
  public let slot: UInt64

  /// The signature.
  public let signature: Signature

  /// Creates a signed message.
  public init(publicKey: PublicKey, message: Bytes32, slot: UInt64, signature: Signature) {
    self.publicKey = publicKey
    self.message = message
    self.slot = slot
    self.signature = signature
  }
}

extension Scheme {
  /// Checks signatures in groups of ``batchSize``, at half the cost of one by one.
  ///
  /// - Returns: The verdicts, in the order of `batch`.
  public func verify(_ batch: [SignedMessage], on workers: Workers = .callingThread) -> [Bool] {
    verify(batch, on: workers, kernel: chosenKernel)
  }

  package func verify(
    _ batch: [SignedMessage], on workers: Workers = .callingThread, kernel: any HashKernel
  ) -> [Bool] {
    let candidates = batch.indices.filter { isWellFormed(batch[$0]) }
    let verdicts = Mutex([Bool](repeating: false, count: batch.count))
    let size = Scheme.batchSize
    workers.perform((candidates.count + size - 1) / size) { group in
      let members = candidates[group * size..<min((group + 1) * size, candidates.count)]
      let signatures = members.map { PendingSignature(batch[$0], index: $0, scheme: self, kernel) }
      let found = PendingSignature.verify(signatures, scheme: self, kernel)
      verdicts.withLock { verdicts in
        for (index, verdict) in found { verdicts[index] = verdict }
      }
    }
    return verdicts.withLock { $0 }
  }

  private func isWellFormed(_ signed: SignedMessage) -> Bool {
    isImplemented && signed.slot < lifetime && signed.signature.bytes.count == signatureByteCount
      && signed.publicKey.isCanonical
  }
}

/// A signature on its way through the steps of verification.
private struct PendingSignature {
  let signed: SignedMessage
  /// The place of the verdict.
  let index: Int
  let hash: TweakableHash
  let slot: UInt32

  init(_ signed: SignedMessage, index: Int, scheme: Scheme, _ kernel: any HashKernel) {
    self.signed = signed
    self.index = index
    hash = TweakableHash(
      scheme: scheme, parameter: signed.publicKey.parameter, kernel: kernel)
    slot = UInt32(signed.slot)
  }

  /// Verifies at most a batch of signatures side by side.
  static func verify(
    _ signatures: [PendingSignature], scheme: Scheme, _ kernel: any HashKernel
  ) -> [(index: Int, verdict: Bool)] {
    let codewords = codewords(of: signatures, scheme: scheme, kernel)
    let checked = zip(signatures, codewords).compactMap { signature, codeword in
      codeword.map { (signature: signature, codeword: $0) }
    }
    guard !checked.isEmpty else { return [] }
    var chains = checked.flatMap { $0.signature.chains(from: $0.codeword) }
    chains.withUnsafeMutableBufferPointer { kernel.walk($0) }
    let remaining = checked.map(\.signature)
    var nodes = leaves(of: remaining, chainEnds: chains, scheme: scheme, kernel)
    climb(&nodes, of: remaining, scheme: scheme, kernel)
    return remaining.enumerated().map { place, signature in
      let root = nodes[place * digestElements..<(place + 1) * digestElements]
      return (signature.index, signature.hasRoot(Array(root)))
    }
  }

  private static let digestElements = Scheme.digestElements

  private static func codewords(
    of signatures: [PendingSignature], scheme: Scheme, _ kernel: any HashKernel
  ) -> [Codeword?] {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 24 * signatures.count) { states in
      for (place, signature) in signatures.enumerated() {
        signature.writeMessage(to: states.start + 24 * place)
      }
      var digests = [UInt32](repeating: 0, count: digestElements * signatures.count)
      kernel.compress24(states.start, count: signatures.count, into: &digests)
      return digests.withUnsafeBufferPointer { digests in
        signatures.indices.map { Codeword(digests.start + digestElements * $0, scheme: scheme) }
      }
    }
  }

  private func writeMessage(to state: UnsafeMutablePointer<UInt32>) {
    hash.writeMessage(signed.message, slot: slot, to: state)
    let layout = SignatureLayout(scheme: hash.scheme)
    signed.signature.bytes.withUnsafeBytes { bytes in
      let randomness = state + TweakableHash.randomnessPlace
      UnsafeMutableRawBufferPointer(start: randomness, count: layout.randomness.count)
        .copyBytes(from: bytes[layout.randomness])
    }
  }

  /// The chains from the released digests to their ends.
  private func chains(from codeword: Codeword) -> [HashChain] {
    let layout = SignatureLayout(scheme: hash.scheme)
    let last = UInt8(hash.scheme.chainLength)
    return signed.signature.bytes.withUnsafeBytes { bytes in
      codeword.digits.enumerated().map { index, digit in
        let place = layout.hashes.lowerBound + index * Scheme.digestByteCount
        return HashChain(
          digest: UnsafeRawBufferPointer(rebasing: bytes[place...]).start,
          parameter: hash.parameter, slot: slot, chain: UInt8(index), steps: digit...last)
      }
    }
  }

  private static func leaves(
    of signatures: [PendingSignature], chainEnds: [HashChain], scheme: Scheme,
    _ kernel: any HashKernel
  ) -> [UInt32] {
    var messages = [UInt32](repeating: 0, count: signatures.count * scheme.leafElements)
    var leaves = [UInt32](repeating: 0, count: signatures.count * digestElements)
    messages.withUnsafeMutableBufferPointer { messages in
      chainEnds.withUnsafeBufferPointer { chainEnds in
        for (place, signature) in signatures.enumerated() {
          let first = place * scheme.dimension
          signature.hash.writeLeaf(
            chainEnds: UnsafeBufferPointer(
              rebasing: chainEnds[first..<first + scheme.dimension]),
            slot: signature.slot, to: messages.start + place * scheme.leafElements)
        }
      }
      leaves.withUnsafeMutableBufferPointer {
        kernel.absorb(
          messages.start, count: signatures.count, scheme: scheme, into: $0.start)
      }
    }
    return leaves
  }

  /// Hashes each node with its siblings up to the root.
  private static func climb(
    _ nodes: inout [UInt32], of signatures: [PendingSignature], scheme: Scheme,
    _ kernel: any HashKernel
  ) {
    nodes.withUnsafeMutableBufferPointer { nodes in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 24 * signatures.count) { states in
        for level in 1...scheme.logLifetime {
          for (place, signature) in signatures.enumerated() {
            signature.writeParent(
              of: nodes.start + place * digestElements, level: level,
              to: states.start + 24 * place)
          }
          kernel.compress24(states.start, count: signatures.count, into: nodes.start)
        }
      }
    }
  }

  private func writeParent(
    of node: UnsafePointer<UInt32>, level: Int, to state: UnsafeMutablePointer<UInt32>
  ) {
    let layout = SignatureLayout(scheme: hash.scheme)
    let place = layout.siblings.lowerBound + (level - 1) * Scheme.digestByteCount
    let position = signed.slot >> UInt64(level - 1)
    let isLeft = position.isMultiple(of: 2)
    let node = UnsafeRawPointer(node)
    signed.signature.bytes.withUnsafeBytes { bytes in
      let sibling = UnsafeRawBufferPointer(rebasing: bytes[place...]).start
      hash.writeNode(
        left: isLeft ? node : sibling, right: isLeft ? sibling : node, level: level,
        index: position / 2, to: state)
    }
  }

  private func hasRoot(_ root: [UInt32]) -> Bool {
    signed.publicKey == PublicKey(root: root, parameter: hash.parameter)
  }
}

extension UnsafeRawBufferPointer {
  /// The address of a buffer that is known not to be empty.
  fileprivate var start: UnsafeRawPointer {
    guard let baseAddress else { preconditionFailure("a buffer without memory") }
    return baseAddress
  }
}
