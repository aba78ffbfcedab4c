import Consensus
import QUICTestSupport
import Testing
import XMSS

@testable import Networking

struct AttestationSubnetsTests {
  private func taken(
    _ validators: [UInt64], aggregates: Bool = false, _ aggregated: Set<UInt64> = []
  ) throws -> Set<UInt64> {
    try AttestationSubnets(
      of: validators.map { ValidatorIndex($0) }, isAggregator: aggregates, aggregated: aggregated,
      committeeCount: 4
    ).taken
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
    #expect(throws: AttestationSubnets.SettingsError.noCommittee) {
      try AttestationSubnets(of: [], isAggregator: false, committeeCount: 0)
    }
  }

  @Test func `a node subscribes to the subnets it takes, and knows the topics of all`() throws {
    var settings = PeerNodeSettings(identity: testIdentity(1), scheme: .test)
    settings.subnets = try AttestationSubnets(
      of: [ValidatorIndex(5), ValidatorIndex(2)], isAggregator: true, aggregated: [3],
      committeeCount: 4)
    func topic(_ kind: String) -> String { "/leanconsensus/12345678/\(kind)/ssz_snappy" }
    #expect(
      settings.subscriptions
        == ["block", "aggregation", "attestation_1", "attestation_2", "attestation_3"].map(topic))
    #expect(
      Set(settings.topics.keys)
        == Set(settings.subscriptions + [topic("attestation_0")]))
  }

  @Test func `votes go to their subnet whether it is taken or not, and are heard by who takes it`()
    async throws
  {
    let network = TestNetwork()
    func subnets(_ validators: [UInt64]) throws -> AttestationSubnets {
      try AttestationSubnets(
        of: validators.map { ValidatorIndex($0) }, isAggregator: false, committeeCount: 2)
    }
    let sender = try network.addNode(1, dialing: [2, 3], subnets: subnets([1]))
    let taker = try network.addNode(2, subnets: subnets([4]))
    let other = try network.addNode(3, subnets: subnets([1]))
    network.run(milliseconds: 3_000)
    sender.node.publish(makeVote(validator: 4), at: network.now)
    network.run(milliseconds: 1_000)
    #expect(await taker.inputs() == ["vote of 4"])
    #expect(await other.inputs() == [])
  }
}
