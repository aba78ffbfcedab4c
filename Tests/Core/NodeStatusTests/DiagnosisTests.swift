import ChainEvents
import DashboardDemo
import Hashing
import NodeStatus
import Testing

struct DiagnosisTests {
  private func node(
    _ name: String, _ devnet: DemoDevnet, _ slots: ClosedRange<UInt64>
  ) throws -> NodeStatus {
    var dashboard = FleetStatus()
    for event in devnet.events(slots) { dashboard.update(event) }
    return try #require(dashboard.nodes.first { $0.name == name })
  }

  @Test func `the doctor is content with a healthy chain`() throws {
    let doctor = FinalityDoctor(try node("node-1", DemoDevnet(), 100...120))
    #expect(doctor.isHealthy == true)
    #expect(doctor.silent == [])
    #expect(doctor.isAggregatorSeen == true)
  }

  @Test func `the doctor names the target, the silent and the missing aggregator`() throws {
    var devnet = DemoDevnet()
    devnet.stallFrom = 110
    let doctor = FinalityDoctor(try node("node-0", devnet, 100...140))
    #expect(doctor.isHealthy == false)
    #expect(doctor.target?.slot == 108)
    #expect(doctor.votes.count == 8)
    #expect(doctor.needed == 11)
    #expect(doctor.silent == [1, 3, 5, 7, 9, 11, 13, 15])
    #expect(doctor.missing == [1, 3, 5, 7, 9, 11, 13, 15])
    #expect(doctor.isAggregatorSeen == false)
    #expect(doctor.lastAggregateSlot == 109)
    #expect(
      doctor.sentence
        == "target 108 has 8 votes on chain, needs 11; no aggregate seen since slot 109:"
        + " is an aggregator running?")
  }

  @Test func `an alarm begins with its slot, is critical later, and ends with hysteresis`() throws {
    var devnet = DemoDevnet()
    devnet.stallFrom = 110
    let early = try node("node-0", devnet, 100...116)
    #expect(early.alarms.alarms.map(\.kind) == [.finality])
    #expect(early.alarms.alarms.first?.level == .warning)
    let late = try node("node-0", devnet, 100...140)
    #expect(late.alarms.alarms.first?.kind == .finality)
    #expect(late.alarms.alarms.first?.level == .critical)
    #expect(late.alarms.alarms.first?.since == early.alarms.alarms.first?.since)

    var healthy = DemoDevnet()
    healthy.troubles = [125: .missedInterval]
    let during = try node("node-1", healthy, 100...127)
    #expect(during.alarms.alarms.map(\.kind) == [.missedInterval])
    let after = try node("node-1", healthy, 100...140)
    #expect(after.alarms.alarms == [])
  }

  @Test func `weights count each voter once for its chain`() throws {
    let node = try node("node-1", DemoDevnet(), 100...120)
    let weights = node.tree.weights()
    #expect(weights[DemoDevnet.root(119)] == 16)
    let rows = node.tree.rows(head: DemoDevnet.root(120), limit: 5)
    #expect(rows.map(\.slot) == [120, 119, 118, 117, 116])
    #expect(rows.filter { !$0.isCanonical } == [])
    #expect(node.tree.descends(DemoDevnet.root(120), from: DemoDevnet.root(115)) == true)
    #expect(node.tree.descends(DemoDevnet.root(115), from: DemoDevnet.root(120)) == false)
  }

  @Test func `a filter joins its words by and`() throws {
    let node = try node("node-1", DemoDevnet(), 100...104)
    let all = node.log.count(EventFilter(""))
    #expect(all == node.log.total)
    #expect(node.log.count(.calm) < all)
    let hits = node.log.newest(9, EventFilter("proposal_outcome hit"))
    #expect(hits.map(\.event.name) == ["proposal_outcome"])
    #expect(
      node.log.count(EventFilter("attestation")) + node.log.count(EventFilter("-attestation"))
        == all)
    #expect(
      Set(node.log.newest(99, EventFilter("slot=102 node=node-1")).map(\.slot)) == [102])
    #expect(node.log.count(EventFilter("level>=CRT")) == 0)
    #expect(node.log.count(EventFilter("node=x")) == 0)
  }
}
