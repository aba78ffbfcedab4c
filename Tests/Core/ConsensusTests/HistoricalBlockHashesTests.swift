import Consensus
import Hashing
import SSZ
import Testing

struct HistoricalBlockHashesTests {
  private func hashes(_ count: Int) -> [Bytes32] {
    (0..<count).map { SHA256.hash([UInt8(truncatingIfNeeded: $0), UInt8($0 / 256)]) }
  }

  @Test(arguments: [0, 1, 2, 511, 512, 513, 1024, 1300])
  func `root and bytes are those of the plain list`(count: Int) throws {
    let plain = try SSZList<Bytes32, 262_144>(hashes(count))
    let chunked = try HistoricalBlockHashes(hashes(count))
    #expect(chunked.hashTreeRoot() == plain.hashTreeRoot())
    #expect(chunked.sszBytes() == plain.sszBytes())
    #expect(try HistoricalBlockHashes(ssz: plain.sszBytes()) == chunked)
    #expect(Array(chunked) == plain.elements)
  }

  @Test func `a copy does not see what the original appends`() throws {
    var grown = HistoricalBlockHashes()
    var copies: [HistoricalBlockHashes] = []
    let all = hashes(1100)
    for hash in all {
      copies.append(grown)
      grown.append(contentsOf: [hash])
    }
    for count in [0, 1, 511, 512, 513, 1099] {
      #expect(Array(copies[count]) == Array(all[..<count]))
      #expect(
        try copies[count].hashTreeRoot()
          == HistoricalBlockHashes(Array(all[..<count])).hashTreeRoot())
    }
  }

  @Test func `more hashes than the limit are refused`() throws {
    let tooMany = [UInt8](repeating: 0, count: (HistoricalBlockHashes.limit + 1) * 32)
    #expect(throws: SSZError.limitExceeded(count: 262_145, limit: 262_144)) {
      try HistoricalBlockHashes(ssz: tooMany)
    }
    #expect(throws: SSZError.partialElement(byteCount: 33, elementByteCount: 32)) {
      try HistoricalBlockHashes(ssz: [UInt8](repeating: 0, count: 33))
    }
  }
}
