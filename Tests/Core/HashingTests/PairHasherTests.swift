import Testing

@testable import Hashing

struct PairHasherTests {
  @Test(arguments: InstructionSet.supported, [true, false])
  func `any number of pairs hashes as their bytes do, in place too`(
    set: InstructionSet, allowsInstructions: Bool
  ) {
    let hasher = PairHasher(set, allowsInstructions: allowsInstructions)
    for count in 0...35 {
      let nodes = (0..<2 * count).map { SHA256.hash([UInt8($0), UInt8(count)]) }
      let expected = (0..<count).map { SHA256.hash(nodes[2 * $0].bytes + nodes[2 * $0 + 1].bytes) }
      var digests = [Bytes32](repeating: .zero, count: count)
      hasher.hash(nodes, count: count, into: &digests)
      #expect(digests == expected)
      var level = nodes
      level.withUnsafeMutableBufferPointer {
        if let start = $0.baseAddress { hasher.hash(start, count: count, into: start) }
      }
      #expect(Array(level.prefix(count)) == expected)
    }
  }
}
