/// The Poseidon permutation as the specification writes it.
///
/// Clear rather than fast: dense matrices and one remainder per four products, which is all that
/// a 64-bit sum has room for. leanSpec: `poseidon.py`, `xmss/poseidon.py`.
enum Poseidon {
  /// Permutes one state.
  static func permute(_ state: UnsafeMutablePointer<UInt32>, _ parameters: PoseidonParameters) {
    let width = parameters.width
    let opening = PoseidonParameters.halfFullRounds
    let closing = opening + parameters.partialRounds
    parameters.roundConstants.withUnsafeBufferPointer { constants in
      parameters.matrixRows.withUnsafeBufferPointer { rows in
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: width) { cubed in
          for round in 0..<parameters.rounds {
            let isFull = round < opening || round >= closing
            for element in 0..<width {
              let sum = KoalaBear.add(state[element], constants[round * width + element])
              cubed[element] = UInt64(isFull || element == 0 ? cube(sum) : sum)
            }
            multiply(rows, cubed, into: state)
          }
        }
      }
    }
  }

  private static func cube(_ element: UInt32) -> UInt32 {
    let prime = UInt64(KoalaBear.prime)
    let value = UInt64(element)
    return UInt32(truncatingIfNeeded: value &* value % prime &* value % prime)
  }

  /// Multiplies by the circulant matrix whose first row is the first, and second, half of `rows`.
  private static func multiply(
    _ rows: UnsafeBufferPointer<UInt64>, _ vector: UnsafeMutableBufferPointer<UInt64>,
    into output: UnsafeMutablePointer<UInt32>
  ) {
    let width = vector.count
    let prime = UInt64(KoalaBear.prime)
    for i in 0..<width {
      let row = rows.start + (width - i)
      var sum: UInt64 = 0
      for first in stride(from: 0, to: width, by: 4) {
        var products: UInt64 = 0
        for j in first..<first + 4 { products &+= row[j] &* vector[j] }
        sum &+= products % prime
      }
      output[i] = UInt32(truncatingIfNeeded: sum % prime)
    }
  }

  /// Replaces the first `digestElements` elements of `state` by those of permutation plus input.
  static func compress(
    _ state: UnsafeMutableBufferPointer<UInt32>, _ parameters: PoseidonParameters,
    digestElements: Int
  ) {
    precondition(state.count == parameters.width, "\(state.count) elements")
    guard let base = state.baseAddress else { return }
    let input = Array(state.prefix(digestElements))
    permute(base, parameters)
    for index in input.indices { state[index] = KoalaBear.add(state[index], input[index]) }
  }

  /// The capacity that tells sponges over differently shaped inputs apart.
  static func spongeCapacity(lengths: [Int]) -> SIMD16<UInt32> {
    // The lengths are 32-bit digits, most significant first, of the number that is hashed.
    var packed = [UInt8](repeating: 0, count: 4 * lengths.count)
    for (index, length) in lengths.reversed().enumerated() {
      packed.withUnsafeMutableBytes {
        $0.storeBytes(of: UInt32(length).littleEndian, toByteOffset: 4 * index, as: UInt32.self)
      }
    }
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 24) { state in
      state.initialize(repeating: 0)
      packed.withUnsafeBytes { KoalaBear.split(littleEndian: $0, into: state) }
      compress(state, .width24, digestElements: Scheme.capacityElements)
      var capacity = SIMD16<UInt32>()
      for index in 0..<Scheme.capacityElements { capacity[index] = state[index] }
      return capacity
    }
  }
}
