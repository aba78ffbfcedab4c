import Hashing
import SSZ
import Testing

struct SSZListTests {
  private typealias Numbers = SSZList<UInt16, 3>
  private typealias Texts = SSZList<ByteList<4>, 2>

  @Test func `elements of fixed size follow each other without a prefix`() throws {
    let numbers = try Numbers([1, 0x0302])
    #expect(numbers.sszBytes() == [1, 0, 2, 3])
    #expect(try Numbers(ssz: [1, 0, 2, 3]) == numbers)
    #expect(try Numbers(ssz: []) == Numbers())
  }

  @Test func `elements that vary in size follow a table of offsets`() throws {
    let texts = try Texts([ByteList([9]), ByteList([])])
    #expect(texts.sszBytes() == [8, 0, 0, 0, 9, 0, 0, 0, 9])
    #expect(try Texts(ssz: texts.sszBytes()) == texts)
  }

  @Test(
    arguments: [
      ([1], .partialElement(byteCount: 1, elementByteCount: 2)),
      ([1, 0, 2, 0, 3, 0, 4, 0], .limitExceeded(count: 4, limit: 3)),
    ] as [([UInt8], SSZError)])
  func `a malformed list of fixed-size elements is refused`(bytes: [UInt8], error: SSZError) {
    #expect(throws: error) { try Numbers(ssz: bytes) }
  }

  @Test(
    arguments: [
      ([4, 0, 0], .truncated(byteCount: 3, needed: 4)),
      ([0, 0, 0, 0], .offsetTable(firstOffset: 0, byteCount: 4)),
      ([5, 0, 0, 0, 0], .offsetTable(firstOffset: 5, byteCount: 5)),
      ([8, 0, 0, 0], .offsetTable(firstOffset: 8, byteCount: 4)),
      ([12, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0], .limitExceeded(count: 3, limit: 2)),
      ([8, 0, 0, 0, 7, 0, 0, 0, 9], .offset(7, outside: 8...9)),
      ([8, 0, 0, 0, 10, 0, 0, 0, 9], .offset(10, outside: 8...9)),
    ] as [([UInt8], SSZError)])
  func `a malformed offset table is refused`(bytes: [UInt8], error: SSZError) {
    #expect(throws: error) { try Texts(ssz: bytes) }
  }

  @Test func `a vector takes exactly its elements, with a table when they vary in size`() throws {
    let texts = try #require(SSZVector<ByteList<4>, 2>([ByteList([9]), ByteList([])]))
    #expect(texts.sszBytes() == [8, 0, 0, 0, 9, 0, 0, 0, 9])
    #expect(try SSZVector<ByteList<4>, 2>(ssz: texts.sszBytes()) == texts)
    #expect(throws: SSZError.firstOffset(4, expected: 8)) {
      try SSZVector<ByteList<4>, 2>(ssz: [4, 0, 0, 0, 4, 0, 0, 0])
    }
    #expect(throws: SSZError.byteCount(3, expected: 4)) {
      try SSZVector<UInt16, 2>(ssz: [1, 2, 3])
    }
  }

  @Test func `the count is part of a list's root`() throws {
    let one = try Numbers([0]).hashTreeRoot()
    #expect(one == SHA256.hash(.zero, UInt64(1).hashTreeRoot()))
    #expect(Numbers().hashTreeRoot() == SHA256.hash(.zero, .zero))
  }
}
