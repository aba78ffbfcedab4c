import Consensus
import SSZ
import Testing

struct AggregationBitsTests {
  @Test func `indices become bits and bits become indices`() throws {
    let bits = try AggregationBits(indices: [3, 1, 3])
    #expect(bits == (try AggregationBits(Bits([false, true, false, true]))))
    #expect(try bits.validatorIndices() == [1, 3])
    #expect(try AggregationBits(indices: [4095]).bits.count == 4096)
  }

  @Test func `nobody is refused, and so is an index beyond every registry`() {
    #expect(throws: Rejection.emptyAggregationBits) { try AggregationBits(indices: []) }
    #expect(throws: Rejection.emptyAggregationBits) {
      try AggregationBits(Bits(count: 9)).validatorIndices()
    }
    #expect(throws: Rejection.validatorIndexOutOfRange(4096, validatorCount: 4096)) {
      try AggregationBits(indices: [4096])
    }
    #expect(
      throws: Rejection.validatorIndexOutOfRange(ValidatorIndex(UInt64.max), validatorCount: 4096)
    ) {
      try AggregationBits(indices: [ValidatorIndex(UInt64.max)])
    }
  }

  @Test func `proposers take turns, and nobody takes one in an empty registry`() throws {
    #expect(try ValidatorIndex.proposer(for: 7, validatorCount: 3) == 1)
    #expect(throws: Rejection.emptyValidatorRegistry(slot: 7)) {
      try ValidatorIndex.proposer(for: 7, validatorCount: 0)
    }
  }
}
