import SSZ
import Testing

struct BitsTests {
  @Test func `a bitlist ends with its delimiter`() throws {
    for (bits, bytes) in [
      ([], [1]), ([true, false, true], [0b1101]),
      ([Bool](repeating: true, count: 8), [0xFF, 1]),
      ([Bool](repeating: false, count: 70), [0, 0, 0, 0, 0, 0, 0, 0, 64]),
    ] as [([Bool], [UInt8])] {
      let list = try Bitlist<70>(Bits(bits))
      #expect(list.sszBytes() == bytes)
      #expect(try Bitlist<70>(ssz: bytes) == list)
    }
  }

  @Test(
    arguments: [
      ([], .missingDelimiter), ([0], .missingDelimiter), ([1, 0], .missingDelimiter),
      ([0, 2], .limitExceeded(count: 9, limit: 8)),
    ] as [([UInt8], SSZError)])
  func `a bitlist without its delimiter or with too many bits is refused`(
    bytes: [UInt8], error: SSZError
  ) {
    #expect(throws: error) { try Bitlist<8>(ssz: bytes) }
  }

  @Test func `a bitvector refuses padding bits and other lengths`() throws {
    #expect(try Bitvector<9>(ssz: [0x80, 1]).bits.setIndices == [7, 8])
    #expect(throws: SSZError.paddingBits(lastByte: 2)) { try Bitvector<9>(ssz: [0, 2]) }
    #expect(throws: SSZError.byteCount(1, expected: 2)) { try Bitvector<9>(ssz: [0]) }
  }

  @Test func `growing adds clear bits and shrinking forgets the set ones`() {
    var bits = Bits(repeating: true, count: 66)
    bits.resize(to: 3)
    bits.resize(to: 130)
    #expect(bits == Bits([true, true, true] + [Bool](repeating: false, count: 127)))
    bits.append(true)
    #expect(bits.setIndices == [0, 1, 2, 130])
    #expect(bits.setCount == 4)
  }

  @Test func `union grows to the longer one`() {
    var bits = Bits([true, false])
    bits.formUnion(Bits([false, false, true]))
    #expect(bits == Bits([true, false, true]))
  }

  @Test func `removing the first bits moves the others down`() {
    let pattern = (0..<200).map { $0 % 3 == 0 || $0 % 7 == 2 }
    for removedCount in [0, 1, 63, 64, 65, 128, 199, 200] {
      var bits = Bits(pattern)
      bits.removeFirst(removedCount)
      #expect(bits == Bits(pattern.dropFirst(removedCount)), "\(removedCount)")
    }
  }
}
