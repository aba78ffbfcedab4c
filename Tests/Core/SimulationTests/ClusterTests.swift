import BlockBuilding
import ChainEvents
import Simulation
import Testing

struct ClusterTests {
  private func options(_ change: (inout SimulationOptions) -> Void) -> SimulationOptions {
    var options = SimulationOptions()
    change(&options)
    return options
  }

  @Test func `a calm network publishes every prebuilt block and finalizes three slots behind`() {
    var cluster = Cluster(options { $0.slots = 64 })
    cluster.run()
    let report = SimulationReport(cluster.statistics, runs: 1)
    #expect(cluster.violation == nil)
    #expect(report.proposals == 63)
    #expect(report.hits == 63)
    #expect(report.attestations == ["done": 256])
    #expect(report.missedIntervals == [0, 0, 0, 0, 0])
    #expect(report.publishOffset.p99 <= 10)
    #expect(report.finalityLag.p99 == 3)
  }

  @Test(arguments: FaultPreset.allCases)
  func `no fault breaks an invariant, and finality resumes`(faults: FaultPreset) {
    for seed in UInt64(1)...2 {
      var cluster = Cluster(
        options {
          $0.slots = 72
          $0.faults = FaultMixture(faults)
          $0.seed = seed
        })
      cluster.run()
      #expect(cluster.violation == nil)
      let recovery = cluster.statistics.recoveries.maximum ?? 0
      #expect(recovery <= faults.usualRecoverySlots)
    }
  }

  @Test(arguments: [FaultPreset.none, .chaos])
  func `a seed names a run, byte for byte`(faults: FaultPreset) {
    let digests = [1, 1, 2].map { seed in
      var cluster = Cluster(
        options {
          $0.slots = 40
          $0.faults = FaultMixture(faults)
          $0.seed = UInt64(seed)
        })
      cluster.run()
      return cluster.log.digest
    }
    #expect(digests[0] == digests[1])
    #expect(digests[0] != digests[2])
  }

  /// Seeds after whose faults old votes, which justify nothing, compete with those that do.
  private static let crowded: [(faults: FaultPreset, seed: UInt64)] = [
    (.partitions, 106), (.partitions, 161), (.chaos, 105), (.chaos, 135),
  ]

  @Test(arguments: crowded)
  func `finality resumes with votes in the order of finality, and in one case with no other`(
    faults: FaultPreset, seed: UInt64
  ) {
    let broken = SelectionOrder.allCases.filter { order in
      var cluster = Cluster(
        options {
          $0.slots = 128
          $0.faults = FaultMixture(faults)
          $0.seed = seed
          $0.voteOrder = order
        })
      cluster.run()
      return cluster.violation != nil
    }
    #expect(broken == (faults == .chaos && seed == 135 ? [.targetSlot] : []))
  }

  @Test func `a commit that a crash cut off ends with its process`() {
    // A dead node finished its commit: the disk was asked for a record that the crash had taken.
    var cluster = Cluster(
      options {
        $0.slots = 80
        $0.faults = FaultMixture(.chaos)
        $0.seed = 5011
      })
    cluster.run()
    #expect(cluster.violation == nil)
  }

  @Test func `a slot that a clock brings twice may have an aggregation each time`() {
    var cluster = Cluster(
      options {
        $0.slots = 80
        $0.faults = FaultMixture(.clocks)
        $0.prover = ProverPreset(mergeMilliseconds: 3000)
        $0.seed = 5047
      })
    cluster.run()
    #expect(cluster.violation == nil)
  }

  @Test func `a clock that ran ahead keeps its key silent, which delays finality`() {
    var cluster = Cluster(
      options {
        $0.slots = 80
        $0.faults = FaultMixture(.chaos)
        $0.prover = ProverPreset(mergeMilliseconds: 1200)
        $0.seed = 93007
      })
    cluster.run()
    #expect(cluster.violation == nil)
    #expect(cluster.recoverySlots == 17)
    #expect(cluster.statistics.longStalls == 1)
  }
}
