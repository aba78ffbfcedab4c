import Simulation
import Testing

struct FaultPlanTests {
  private let extent = FaultPlan.Extent(
    nodeCount: 4, faultySlots: 300, genesisOffsetMilliseconds: 1000, slotMilliseconds: 4000)

  @Test(arguments: FaultPreset.allCases)
  func `a seed names a plan`(preset: FaultPreset) {
    #expect(
      FaultPlan(preset, extent: extent, seed: 4) == FaultPlan(preset, extent: extent, seed: 4))
  }

  @Test func `without faults nothing is planned`() {
    #expect(FaultPlan(.none, extent: extent, seed: 4) == FaultPlan(calmFor: 4))
  }

  @Test(arguments: [FaultPreset.partitions, .crashes, .clocks, .provers, .offline, .chaos])
  func `faults strike in order, and all end before the quiet`(preset: FaultPreset) {
    for seed in UInt64(0)..<20 {
      let timeline = FaultPlan(preset, extent: extent, seed: seed).timeline
      #expect(!timeline.isEmpty)
      #expect(timeline.map(\.time) == timeline.map(\.time).sorted())
      #expect(timeline.allSatisfy { $0.time.milliseconds < 1000 + 300 * 4000 })
      #expect(balance(timeline) == 0)
    }
  }

  /// Faults that began minus faults that ended.
  private func balance(_ timeline: [TimedFault]) -> Int {
    timeline.reduce(0) { balance, timed in
      switch timed.fault {
      case .partition, .crash, .clockStep, .proverBreaks, .validatorsOffline: balance + 1
      case .heal, .restart, .clockSynchronized, .proverRecovers, .validatorsOnline: balance - 1
      }
    }
  }
}
