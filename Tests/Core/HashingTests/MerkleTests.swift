import Hashing
import Testing

struct MerkleTests {
  private let chunks = (0..<5).map { SHA256.hash([$0]) }

  @Test func `missing leaves are zero chunks`() {
    let left = SHA256.hash(SHA256.hash(chunks[0], chunks[1]), SHA256.hash(chunks[2], chunks[3]))
    let right = SHA256.hash(SHA256.hash(chunks[4], .zero), SHA256.hash(.zero, .zero))
    #expect(Merkle.root(of: chunks) == SHA256.hash(left, right))
    #expect(
      Merkle.root(of: chunks, limit: 9)
        == SHA256.hash(SHA256.hash(left, right), Merkle.zeroRoots[3]))
  }

  @Test func `no chunk and one chunk need no hash without a limit`() {
    #expect(Merkle.root(of: []) == .zero)
    #expect(Merkle.root(of: [chunks[0]]) == chunks[0])
    #expect(Merkle.root(of: [], limit: 5) == Merkle.zeroRoots[3])
  }

  @Test func `roots of subtrees are nodes of their height, missing ones subtrees of zeros`() {
    for count in 0...5 {
      let leaves = Array(chunks.prefix(count)).flatMap { [$0, $0] }
      let roots = chunks.prefix(count).map { SHA256.hash($0, $0) }
      #expect(
        Merkle.root(of: roots, limit: 6, height: 1) == Merkle.root(of: leaves, limit: 12))
    }
  }

  @Test func `a level of many nodes is hashed like one by one`() {
    let leaves = (0..<67 as Range<UInt8>).map { SHA256.hash([$0]) }
    var level = leaves
    for height in 0..<7 {
      if !level.count.isMultiple(of: 2) { level.append(Merkle.zeroRoots[height]) }
      level = (0..<level.count / 2).map {
        SHA256.hash(level[2 * $0].bytes + level[2 * $0 + 1].bytes)
      }
    }
    #expect([Merkle.root(of: leaves)] == level)
  }

  @Test func `bytes are packed into chunks`() {
    let bytes = chunks[0].bytes + [7]
    let last = Bytes32([7] + [UInt8](repeating: 0, count: 31)) ?? .zero
    #expect(
      Merkle.root(ofBytes: bytes.span.bytes, chunkLimit: 3)
        == Merkle.root(of: [chunks[0], last], limit: 3))
  }

  @Test func `depth is that of the smallest tree with room`() {
    #expect([0, 1, 2, 3, 4, 5, 1 << 62].map(Merkle.depth) == [0, 0, 1, 2, 2, 3, 62])
  }
}
