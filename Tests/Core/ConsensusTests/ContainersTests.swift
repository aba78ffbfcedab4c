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
    #expect(Validator.sszFixedByteCount == 112)
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
}
