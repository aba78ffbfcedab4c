import Hashing
import Testing

struct SHA256Tests {
  @Test func `the empty message and "abc" hash to the values of FIPS 180-4`() {
    #expect(
      SHA256.hash([]).description
        == "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      SHA256.hash(Array("abc".utf8)).description
        == "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test(arguments: [0, 1, 63, 64, 1_000])
  func `two arrays hash as one`(count: Int) {
    let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0) }
    let (front, back) = (Array(bytes.prefix(count)), Array(bytes.dropFirst(count)))
    #expect(SHA256.hash(front, back) == SHA256.hash(bytes))
  }

  @Test func `a pair hashes as its 64-byte concatenation`() {
    let left = SHA256.hash([1])
    let right = SHA256.hash([2])
    #expect(SHA256.hash(left, right) == SHA256.hash(left.bytes + right.bytes))
  }
}
