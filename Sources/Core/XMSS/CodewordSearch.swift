internal import CKernels
internal import Hashing

/// The search for randomness with which a message hashes to a codeword.
package struct CodewordSearch {
  /// A codeword with the randomness that led to it.
  typealias Found = (codeword: Codeword, randomness: [UInt32])

  /// The kernel's own layout; its input holds the secret.
  private(set) var raw = kernel_search()

  private let scheme: Scheme
  private var input: PRFInput

  init(key: UnsafeRawBufferPointer, hash: TweakableHash, slot: UInt32, message: Bytes32) {
    scheme = hash.scheme
    input = message.withBytes { PRFInput(key: key, slot: slot, message: $0, attempt: 0) }
    withUnsafeMutableBytes(of: &raw.message) {
      hash.writeMessage(message, slot: slot, to: $0.bindMemory(to: UInt32.self).start)
    }
    raw.input = input.words
    raw.dimension = UInt32(scheme.dimension)
    raw.digits_per_element = UInt32(scheme.digitsPerElement)
    raw.digit_bits = UInt32(scheme.digitBits)
    raw.quotient = UInt32(scheme.quotient)
    raw.target_sum = UInt32(scheme.targetSum)
  }

  /// Makes one attempt.
  func attempt(_ number: UInt64, _ kernel: any HashKernel) -> Found? {
    var input = input
    defer { wipe(&input) }
    input.attempt = number
    var randomness = [UInt32](repeating: 0, count: Scheme.randomnessElements)
    kernel.expand(&input, count: 1, elements: randomness.count, into: &randomness)
    var state = withUnsafeBytes(of: raw.message) { Array($0.bindMemory(to: UInt32.self)) }
    let place = TweakableHash.randomnessPlace
    state.replaceSubrange(place..<place + randomness.count, with: randomness)
    var digest = [UInt32](repeating: 0, count: Scheme.digestElements)
    kernel.compress24(state, count: 1, into: &digest)
    let codeword = digest.withUnsafeBufferPointer { Codeword($0.start, scheme: scheme) }
    return codeword.map { ($0, randomness) }
  }

  /// Overwrites the copies of the PRF key.
  mutating func wipeSecrets() {
    wipe(&raw)
    wipe(&input)
  }
}
