import Hashing
import Testing

struct Keccak256Tests {
  @Test(arguments: [
    ("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
    ("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
  ])
  func `published hashes come out`(text: String, hash: String) {
    #expect(Keccak256.hash(Array(text.utf8)).description == hash)
  }

  @Test func `inputs around a block have hashes of their own`() {
    let hashes = (130..<275).map { Keccak256.hash([UInt8](repeating: 7, count: $0)) }
    #expect(Set(hashes).count == hashes.count)
    // By pycryptodome: the padding fills a byte, a whole block and begins another.
    #expect(
      [135, 136, 137].map { Keccak256.hash([UInt8](repeating: 7, count: $0)).short }
        == Keccak256Tests.aroundABlock)
  }

  private static let aroundABlock = ["0x316ef5fa", "0xfe7b19f0", "0x3c6a2e16"]
}
