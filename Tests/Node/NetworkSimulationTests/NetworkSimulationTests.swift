import Gossipsub
import NetworkSimulation
import Simulation
import Testing

struct NetworkSimulationTests {
  private func run(_ change: (inout NetworkOptions) -> Void = { _ in }) -> NetworkReport {
    var options = NetworkOptions()
    options.slots = 2
    change(&options)
    var simulation = NetworkSimulation(options)
    return simulation.run()
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `in a healthy network every message is everywhere within two heartbeats`(seed: UInt64) {
    let report = run { $0.seed = seed }
    #expect(report.messages == 104)
    #expect(report.due == 104 * 49)
    #expect(report.missed == 0)
    #expect(report.duplicatesPerArrival <= 3)
    #expect(report.condemned == 0)
  }

  @Test func `the limit of duplicates is what IDONTWANT and held relays are for`() {
    let report = run { $0.parameters.eagerRelays = .max }
    #expect(report.missed == 0)
    #expect(report.duplicatesPerArrival > 5)
  }

  @Test func `votes of a subnet are everywhere in it, and nowhere else`() {
    let report = run {
      $0.subnets = 4
      $0.peersPerNode = 40
    }
    // Blocks and aggregates for all; the votes of 13 or 12 nodes for the others of their subnet.
    let votes = 13 * 12 + 13 * 12 + 12 * 11 + 12 * 11
    #expect(report.due == 2 * (2 * 49 + votes))
    #expect(report.missed == 0)
    #expect(report.latencies.count == report.due)
    #expect(report.condemned == 0)
  }

  @Test func `with packets lost every message is everywhere all the same`() {
    let report = run { $0.lossPerMille = 20 }
    #expect(report.missed == 0)
    #expect(report.condemned == 0)
  }

  /// The longer one outlasts the connections; messages are due in both halves again when the last
  /// node has dialed, 3.5 slots after its end.
  @Test(arguments: [1..<2, 1..<5])
  func
    `a partition keeps messages in their half, and when it ends nobody is blamed and all is well`(
      partition: Range<Int>
    )
  {
    let report = run {
      $0.slots = 11
      $0.blockBytes = 20_000
      $0.aggregateBytes = 20_000
      $0.partition = partition
    }
    #expect(report.missed == 0)
    #expect(report.due < report.messages * 49)
    #expect(report.condemned == 0)
  }

  @Test func `nodes that stop and start leave holes in the mesh that gossip fills`() {
    let report = run {
      $0.slots = 6
      $0.blockBytes = 20_000
      $0.aggregateBytes = 20_000
      $0.churnPerMille = 60
    }
    #expect(report.missed == 0)
    #expect(report.condemned == 0)
  }

  @Test func `a network without the rate for its messages misses some, so that this is seen`() {
    let report = run { $0.uplinkBytesPerMillisecond = 300 }
    #expect(report.missed > 0)
    #expect(report.condemned == 0)
  }

  @Test func `one seed is one run, and another seed another`() {
    let options: (inout NetworkOptions) -> Void = {
      $0.nodes = 20
      $0.lossPerMille = 10
      $0.churnPerMille = 30
    }
    let first = run(options)
    #expect(run(options) == first)
    #expect(
      run {
        options(&$0)
        $0.seed = 2
      } != first)
  }
}
