import Hashing
import SSZ
import Testing

/// A container with two fields of fixed size around one that varies, and one more that does.
private struct Sample: SSZContainer, Hashable {
  var number: UInt16
  var bits: Bitlist<9>
  var flag: Bool
  var bytes: ByteList<4>

  init(number: UInt16, bits: Bitlist<9>, flag: Bool, bytes: ByteList<4>) {
    (self.number, self.bits, self.flag, self.bytes) = (number, bits, flag, bytes)
  }

  var fields: SSZFields<UInt16, Bitlist<9>, Bool, ByteList<4>> {
    SSZFields(number, bits, flag, bytes)
  }

  init(fields: SSZFields<UInt16, Bitlist<9>, Bool, ByteList<4>>) {
    (number, bits, flag, bytes) = fields.values
  }
}

struct ContainerTests {
  // number 1, offset 11, flag 1, offset 12 | bits 1,0,1 and delimiter | bytes 7, 8
  private let encoding: [UInt8] = [1, 0, 11, 0, 0, 0, 1, 12, 0, 0, 0, 0b1101, 7, 8]

  @Test func `a container has its fixed part with offsets first, then what varies`() throws {
    let sample = Sample(
      number: 1, bits: try Bitlist(Bits([true, false, true])), flag: true,
      bytes: try ByteList([7, 8]))
    #expect(sample.sszBytes() == encoding)
    #expect(try Sample(ssz: encoding) == sample)
    #expect(Sample.sszFixedByteCount == nil)
  }

  @Test func `the root of a container is the root over the roots of its fields`() throws {
    let sample = try Sample(ssz: encoding)
    let roots = [
      sample.number.hashTreeRoot(), sample.bits.hashTreeRoot(), sample.flag.hashTreeRoot(),
      sample.bytes.hashTreeRoot(),
    ]
    let root = SHA256.hash(SHA256.hash(roots[0], roots[1]), SHA256.hash(roots[2], roots[3]))
    #expect(sample.hashTreeRoot() == root)
  }

  @Test(
    arguments: [
      ([1, 0, 11, 0, 0, 0, 1, 12, 0, 0], SSZError.truncated(byteCount: 10, needed: 11)),
      ([1, 0, 12, 0, 0, 0, 1, 12, 0, 0, 0, 1, 7], .firstOffset(12, expected: 11)),
      ([1, 0, 11, 0, 0, 0, 1, 10, 0, 0, 0, 1, 7], .offset(10, outside: 11...13)),
      ([1, 0, 11, 0, 0, 0, 1, 14, 0, 0, 0, 1, 7], .offset(14, outside: 11...13)),
      ([1, 0, 11, 0, 0, 0, 1, 255, 255, 255, 255, 1], .offset(0xFFFF_FFFF, outside: 11...12)),
      ([1, 0, 11, 0, 0, 0, 2, 12, 0, 0, 0, 1], .boolean(2)),
      ([1, 0, 11, 0, 0, 0, 1, 12, 0, 0, 0, 1, 1, 2, 3, 4, 5], .limitExceeded(count: 5, limit: 4)),
    ] as [([UInt8], SSZError)])
  func `malformed bytes are refused by name`(bytes: [UInt8], error: SSZError) {
    #expect(throws: error) { try Sample(ssz: bytes) }
  }

  @Test func `a container of fixed-size fields takes exactly its bytes`() throws {
    typealias Pair = SSZFields<UInt8, UInt16>
    #expect(Pair.sszFixedByteCount == 3)
    #expect(try Pair(ssz: [1, 2, 3]).values == (1, 0x0302))
    #expect(throws: SSZError.truncated(byteCount: 2, needed: 3)) { try Pair(ssz: [1, 2]) }
    #expect(throws: SSZError.byteCount(4, expected: 3)) { try Pair(ssz: [1, 2, 3, 4]) }
  }
}
