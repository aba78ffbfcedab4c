import Testing

@testable import Gossipsub

struct AttestationSubnetsTests {
  private func taken(
    _ validators: [UInt64], aggregates: Bool = false, _ aggregated: Set<UInt64> = []
  ) throws -> Set<UInt64> {
    try AttestationSubnets.taken(
      by: validators, isAggregator: aggregates, aggregated: aggregated, committeeCount: 4)
  }

  @Test func `a node takes the subnets of its validators`() throws {
    #expect(try taken([]) == [])
    #expect(try taken([1, 5, 6]) == [1, 2])
    #expect(try taken([1, 5, 6], aggregates: true) == [1, 2])
  }

  @Test func `an aggregator also takes what it is told, and subnet 0 if it has nothing else`()
    throws
  {
    #expect(try taken([5], aggregates: true, [2, 3]) == [1, 2, 3])
    #expect(try taken([], aggregates: true, [3]) == [3])
    #expect(try taken([], aggregates: true) == [0])
  }

  @Test func `settings that contradict each other are refused by name`() {
    #expect(throws: AttestationSubnets.SettingsError.notAggregating) { try taken([1], [2]) }
    #expect(throws: AttestationSubnets.SettingsError.unknownSubnet(4, committeeCount: 4)) {
      try taken([1], aggregates: true, [1, 4, 9])
    }
  }
}
