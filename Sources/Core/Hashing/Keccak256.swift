private import CNettle

/// Keccak-256 as Ethereum has it: SHA-3's permutation with the padding of before SHA-3.
public enum Keccak256 {
  /// Bytes between two permutations.
  private static let rate = 136

  /// Hashes an array of bytes.
  public static func hash(_ bytes: [UInt8]) -> Bytes32 {
    var padded = bytes
    padded.append(1)
    let blocks = (padded.count + rate - 1) / rate
    padded.append(contentsOf: repeatElement(0, count: blocks * rate - padded.count))
    padded[padded.count - 1] |= 0x80
    var state = sha3_state()
    for block in stride(from: 0, to: padded.count, by: rate) {
      withUnsafeMutableBytes(of: &state) { state in
        for index in 0..<rate { state[place(index)] ^= padded[block + index] }
      }
      nettle_sha3_permute(&state)
    }
    return Bytes32 { output in
      withUnsafeBytes(of: &state) { state in
        for index in output.indices { output[index] = state[place(index)] }
      }
    }
  }

  /// Where byte `index` of the little-endian words lies in memory.
  private static func place(_ index: Int) -> Int {
    UInt64(1).littleEndian == 1 ? index : index ^ 7
  }
}
