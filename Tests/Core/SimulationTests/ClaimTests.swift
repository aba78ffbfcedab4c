import Chain
import ChainEvents
import Proposing
import Simulation
import Testing

/// What the product claims of its proposals, on runs short enough for every day; the tables of
/// `Docs/Prebuild.md` are the long ones.
struct ClaimTests {
  private func report(
    slots: Int = 120, merge: Int, _ change: (inout SimulationOptions) -> Void = { _ in }
  ) -> SimulationReport {
    var options = SimulationOptions()
    options.slots = slots
    options.prover = ProverPreset(mergeMilliseconds: merge)
    change(&options)
    var cluster = Cluster(options)
    cluster.run()
    #expect(cluster.violation == nil)
    return SimulationReport(cluster.statistics, runs: 1)
  }

  @Test(arguments: [0, 600, 1200, 1500], [ProposalPolicy.Start.auto, .interval4])
  func `without faults every prebuilt block leaves, whatever the merge costs up to 1.5 seconds`(
    merge: Int, start: ProposalPolicy.Start
  ) {
    let report = report(merge: merge) { $0.policy.start = start }
    #expect(report.proposals == 119)
    #expect(report.hits + report.lates == report.proposals)
    #expect(report.stale == [:])
    #expect(report.missedIntervals == [0, 0, 0, 0, 0])
    #expect(report.attestations == ["done": 480])
    if merge <= 600 { #expect(report.finalityLag.worst == 3) }
    if start == .auto {
      #expect(report.finalityLag.worst == 3)
      #expect(report.publishOffset.p50 <= 1)
    }
  }

  @Test(arguments: [0, 900, 1500])
  func `a prover that folds the proposer in wraps nothing, and every prebuilt block leaves`(
    merge: Int
  ) throws {
    var options = SimulationOptions()
    options.slots = 60
    options.keepsAllEvents = true
    options.prover = ProverPreset(mergeMilliseconds: merge, folds: true)
    var cluster = Cluster(options)
    cluster.run()
    #expect(cluster.violation == nil)
    let report = SimulationReport(cluster.statistics, runs: 1)
    #expect(report.hits == 59)
    #expect(report.finalityLag.worst == 3)
    var stages: Set<Stage> = []
    var isTold = false
    for line in cluster.log.eventLines {
      switch try TimedEvent(line: line).event {
      case .duty(.stageStarted(let stage, _)): stages.insert(stage)
      case .duty(.costModel(let model)): isTold = model.foldsProposer == true
      default: break
      }
    }
    #expect(!stages.contains(.wrap) && stages.contains(.merge) && isTold)
  }

  @Test func `a merge of three seconds delays blocks and nothing else`() {
    let report = report(merge: 3000)
    let ended =
      report.hits + report.lates
      + [report.fallbacks, report.forfeits, report.misses].flatMap(\.values).reduce(0, +)
    #expect(report.attestations == ["done": 480])
    #expect(report.missedIntervals == [0, 0, 0, 0, 0])
    #expect(ended == 119)
    #expect(report.publishOffset.p50 > 800)
  }

  // MARK: Late parents

  /// What becomes of the proposals of the node after one whose blocks leave late.
  private func afterLateParents(_ delay: Int, merge: Int) -> SimulationReport {
    report(slots: 48, merge: merge) { $0.lateBlocksMilliseconds = delay }
  }

  /// The delay from which on the parent may arrive after the commit: sign, wrap and merge, a tenth
  /// more, the margin, and the slowest packet.
  private static func lastRescue(merge: Int) -> Int {
    4000 - (merge * 5 / 4) * 11 / 10 - 50 - 30 - 200
  }

  @Test(arguments: [0, 300, 600], Array(stride(from: 2400, through: 4000, by: 200)))
  func `a late parent is built upon while the prover has time, and never costs a second signature`(
    merge: Int, delay: Int
  ) {
    let report = afterLateParents(delay, merge: merge)
    let lost = report.forfeits.values.reduce(0, +)
    #expect(report.misses == [:])
    #expect(
      report.proposals == report.hits + report.lates + report.fallbacks.values.reduce(0, +) + lost)
    #expect(Set(report.forfeits.keys).isSubset(of: ["head_moved"]))
    if delay <= ClaimTests.lastRescue(merge: merge) { #expect(lost == 0) }
  }

  // MARK: Liveness

  @Test(arguments: [ProverPreset.instant, ProverPreset(mergeMilliseconds: 1200)])
  func `after short faults finality resumes within the strict sixteen slots`(prover: ProverPreset) {
    for seed in UInt64(1)...4 {
      var options = SimulationOptions()
      options.slots = 64
      options.seed = seed
      options.prover = prover
      options.faults = FaultMixture(.brief)
      var cluster = Cluster(options)
      cluster.run()
      let statistics = cluster.statistics
      #expect(cluster.violation == nil)
      #expect(statistics.recoveries.total == 1)
      #expect([statistics.longStalls, statistics.slowRecoveries] == [0, 0])
    }
  }
}
