import Simulation
import Testing

struct FaultPlanTests {
  private let extent = FaultPlan.Extent(
    nodeCount: 4, faultySlots: 300, genesisOffsetMilliseconds: 1000, slotMilliseconds: 4000)

  @Test(arguments: FaultPreset.allCases)
  func `a seed names a plan`(preset: FaultPreset) {
    #expect(
      FaultPlan(FaultMixture(preset), extent: extent, seed: 4)
        == FaultPlan(FaultMixture(preset), extent: extent, seed: 4))
  }

  @Test func `without faults nothing is planned`() {
    #expect(FaultPlan(FaultMixture(.none), extent: extent, seed: 4) == FaultPlan(calmFor: 4))
  }

  @Test(arguments: [
    FaultPreset.partitions, .oneway, .crashes, .clocks, .provers, .offline, .brief, .chaos,
  ])
  func `faults strike in order, and all end before the quiet`(preset: FaultPreset) {
    for seed in UInt64(0)..<20 {
      let timeline = FaultPlan(FaultMixture(preset), extent: extent, seed: seed).timeline
      #expect(!timeline.isEmpty)
      #expect(timeline.map(\.time) == timeline.map(\.time).sorted())
      #expect(timeline.allSatisfy { $0.time.milliseconds < 1000 + 300 * 4000 })
      #expect(balance(timeline) == 0)
    }
  }

  @Test func `a mixture holds the faults of all its presets, whatever their order`() throws {
    let mixtures = try ["lossy,crashes,adversary", "adversary,crashes,lossy"].map {
      try #require(FaultMixture(named: $0))
    }
    let plans = mixtures.map { FaultPlan($0, extent: extent, seed: 4) }
    #expect(plans[0] == plans[1])
    #expect(plans[0].packets.lossPerMille == 30)
    #expect(plans[0].adversaries == [3])
    #expect(
      plans[0].timeline == FaultPlan(FaultMixture(.crashes), extent: extent, seed: 4).timeline)
  }

  @Test(arguments: ["", "lossy,", "everything", "lossy, crashes"])
  func `names that mean no mixture`(name: String) {
    #expect(FaultMixture(named: name) == nil)
  }

  @Test func `the intensity scales how often faults strike`() {
    let counts = [0, 50, 100, 300].map { intensity in
      FaultPlan(FaultMixture(.crashes, intensity: intensity), extent: extent, seed: 4)
        .timeline.count
    }
    #expect(counts == counts.sorted())
    #expect(counts[0] == 0 && counts[1] < counts[3])
  }

  @Test func `fewer than a third of the nodes are adversaries, but at least one`() {
    let counts = [1, 3, 4, 7, 10].map { nodeCount in
      FaultPlan(
        FaultMixture(.adversary),
        extent: FaultPlan.Extent(
          nodeCount: nodeCount, faultySlots: 9, genesisOffsetMilliseconds: 0, slotMilliseconds: 4000
        ), seed: 1
      ).adversaries.count
    }
    #expect(counts == [1, 1, 1, 2, 3])
  }

  /// Faults that began minus faults that ended.
  private func balance(_ timeline: [TimedFault]) -> Int {
    timeline.reduce(0) { balance, timed in
      switch timed.fault {
      case .partition, .crash, .clockStep, .proverBreaks, .proverHangs, .validatorsOffline,
        .linkCut:
        balance + 1
      case .heal, .restart, .clockSynchronized, .proverRecovers, .validatorsOnline, .linkRestored:
        balance - 1
      }
    }
  }
}
