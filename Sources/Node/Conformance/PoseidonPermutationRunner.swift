private import Hashing
private import XMSS

/// The two permutations below all hashes of XMSS, by every kernel that this processor runs.
enum PoseidonPermutationRunner: FormatRunner {
  static let format = "poseidon_permutation"
  static let keys: Set = ["width", "inputState", "outputState"]

  private struct Content: Decodable {
    let width: Int
    let inputState: [String]
    let outputState: [String]
  }

  static func check(_ vector: Vector) throws {
    let content = try vector.decode(Content.self)
    try check(
      width: content.width, input: content.inputState.compactMap { UInt32($0) },
      output: content.outputState.compactMap { UInt32($0) })
  }

  /// Checks one permutation of plain numbers.
  static func check(width: Int, input: [UInt32], output: [UInt32]) throws {
    guard width == 16 || width == 24 else { throw Unsupported("width \(width)") }
    try expect(input.count, equals: width, "elements")
    for set in InstructionSet.supported {
      let kernel = set.hashKernel
      var state = input
      state.withUnsafeMutableBufferPointer { state in
        guard let address = state.baseAddress else { return }
        if width == 16 {
          kernel.permute16(address, count: 1)
        } else {
          kernel.permute24(address, count: 1)
        }
      }
      try expect(state, equals: output, "\(set) state")
    }
  }
}
