import Consensus
import Hashing
import SSZ
import Testing

struct ContainersTests {
  private let block = Block(
    slot: 9, proposerIndex: 2, parentRoot: SHA256.hash([1]), stateRoot: SHA256.hash([2]),
    body: BlockBody())

  @Test func `a block has the root of its header`() {
    #expect(block.hashTreeRoot() == block.header.hashTreeRoot())
  }

  @Test func `sizes are leanSpec's`() {
    #expect(Checkpoint.sszFixedByteCount == 40)
    #expect(AttestationData.sszFixedByteCount == 128)
    #expect(Attestation.sszFixedByteCount == 136)
    #expect(BlockHeader.sszFixedByteCount == 112)
    #expect(Status.sszFixedByteCount == 80)
    #expect(block.sszBytes().count == 88)
    #expect(Block.sszFixedByteCount == nil)
  }

  @Test func `limits in types are the preset's`() {
    let validators = Bits(count: Preset.validatorRegistryLimit)
    #expect(throws: Never.self) { try AggregationBits(validators) }
    #expect(throws: SSZError.limitExceeded(count: 4097, limit: 4096)) {
      try AggregationBits(Bits(count: Preset.validatorRegistryLimit + 1))
    }
    let roots = [Bytes32](repeating: .zero, count: Preset.maximumRequestBlocks)
    #expect(throws: Never.self) { try RequestedBlockRoots(roots) }
    #expect(throws: SSZError.limitExceeded(count: 1025, limit: 1024)) {
      try RequestedBlockRoots(roots + [.zero])
    }
  }

  @Test func `durations agree with each other`() {
    #expect(
      Preset.millisecondsPerInterval * Preset.intervalsPerSlot == Preset.millisecondsPerSlot)
    #expect(UInt64(SlotInterval.allCases.count) == Preset.intervalsPerSlot)
  }

  @Test func `values that claim to lie in memory as on the wire do`() throws {
    let key = try #require(Bytes52((0..<52).map { UInt8($0) }))
    try expectImage([UInt16(0x0102), 0x0304])
    try expectImage([Slot(0x0102_0304_0506_0708), 2])
    try expectImage([SHA256.hash([1]), SHA256.hash([2])])
    try expectImage([key, key])
  }

  private func expectImage<Element: SSZType & Equatable>(_ elements: [Element]) throws {
    #expect(Element.isSSZMemoryImage)
    let list = try SSZList<Element, 8>(elements)
    #expect(list.sszBytes() == elements.flatMap { $0.sszBytes() })
    #expect(try SSZList<Element, 8>(ssz: list.sszBytes()) == list)
    #expect(MemoryLayout<Element>.stride == Element.sszFixedByteCount)
  }
}
