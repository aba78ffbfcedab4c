/// SHAKE128 of one short input, read as field elements.
enum SHAKE128 {
  private static let roundConstants: [UInt64] = [
    0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808A, 0x8000_0000_8000_8000,
    0x0000_0000_0000_808B, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
    0x0000_0000_0000_008A, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000A,
    0x0000_0000_8000_808B, 0x8000_0000_0000_008B, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
    0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800A, 0x8000_0000_8000_000A,
    0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
  ]

  /// Rotation of each word, and where the word moves, along the permutation's one cycle.
  private static let rotations: [UInt64] = [
    1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
  ]
  private static let places = [
    10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1,
  ]

  /// The bytes absorbed or squeezed per permutation, in words.
  private static let rateWords = 21

  /// Hashes `input` and reduces 16 big-endian bytes of output to each of `elements` elements.
  static func expand(
    _ input: PRFInput, elements: Int, into output: UnsafeMutablePointer<UInt32>
  ) {
    var state = [UInt64](repeating: 0, count: 25)
    state.withUnsafeMutableBytes { state in
      withUnsafeBytes(of: input) { state.copyBytes(from: $0) }
    }
    state[rateWords - 1] |= 1 << 63
    permute(&state)
    for index in 0..<elements {
      output[index] = reduce(state[2 * index].byteSwapped, state[2 * index + 1].byteSwapped)
    }
  }

  /// The 128-bit number with these halves modulo P, in steps that fit 64 bits.
  private static func reduce(_ high: UInt64, _ low: UInt64) -> UInt32 {
    let prime = UInt64(KoalaBear.prime)
    let middle = ((high % prime) << 32 | low >> 32) % prime
    return UInt32(truncatingIfNeeded: (middle << 32 | low & 0xFFFF_FFFF) % prime)
  }

  private static func permute(_ state: inout [UInt64]) {
    for constant in roundConstants {
      let columns = (0..<5).map { column in
        stride(from: column, to: 25, by: 5).reduce(UInt64(0)) { $0 ^ state[$1] }
      }
      for column in 0..<5 {
        let mix = columns[(column + 4) % 5] ^ rotate(columns[(column + 1) % 5], 1)
        for index in stride(from: column, to: 25, by: 5) { state[index] ^= mix }
      }
      var moving = state[1]
      for (place, rotation) in zip(places, rotations) {
        let displaced = state[place]
        state[place] = rotate(moving, rotation)
        moving = displaced
      }
      for row in stride(from: 0, to: 25, by: 5) {
        let words = Array(state[row..<row + 5])
        for column in 0..<5 {
          state[row + column] =
            words[column] ^ (~words[(column + 1) % 5] & words[(column + 2) % 5])
        }
      }
      state[0] ^= constant
    }
  }

  private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
    word << count | word >> (64 - count)
  }
}
