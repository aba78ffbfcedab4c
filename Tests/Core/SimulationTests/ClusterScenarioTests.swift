import ChainEvents
import Simulation
import Testing

/// Rows of the scenario table that need several nodes; `ChainTests` has those of one engine.
struct ClusterScenarioTests {
  /// Runs four nodes for some slots under a plan made by hand.
  private func run(
    slots: Int, prover: ProverPreset = .instant, _ change: (inout FaultPlan) -> Void
  ) -> (cluster: Cluster, events: [TimedEvent]) {
    var options = SimulationOptions()
    options.slots = slots
    options.prover = prover
    options.keepsAllEvents = true
    var plan = FaultPlan(calmFor: options.nodeCount)
    change(&plan)
    var cluster = Cluster(options, plan: plan)
    cluster.run()
    return (cluster, cluster.log.recentLines.compactMap { try? TimedEvent(line: $0) })
  }

  /// The start of a slot and some milliseconds.
  private func time(slot: Int, _ milliseconds: Int) -> VirtualTime {
    VirtualTime(milliseconds: 4000 + slot * 4000 + milliseconds)
  }

  private func outcome(of slot: UInt64, _ events: [TimedEvent]) -> ProposalOutcome? {
    events.lazy.compactMap { event in
      if case .proposal(.outcome(let result)) = event.event, result.slot == slot {
        result.outcome
      } else {
        nil
      }
    }.first
  }

  /// Node 3 proposes slots 3, 7, 11 and so on; node 0 proposes right after it.
  private func afterLateParents(_ milliseconds: Int, _ prover: ProverPreset) -> RunStatistics {
    let (cluster, _) = run(slots: 64, prover: prover) { plan in
      plan.adversaries = [3]
      plan.blockDelayMilliseconds = milliseconds
    }
    #expect(cluster.violation == nil)
    return cluster.statistics
  }

  @Test(arguments: [2400, 2900, 3400, 3700])
  func `scenario 6: a late parent before the commit costs nothing`(delay: Int) {
    let statistics = afterLateParents(delay, .instant)
    #expect(statistics.proposals == statistics.hits)
    #expect(statistics.forfeits == [:])
  }

  @Test func `scenario 6: a late parent after the commit is a forfeit or an orphan, never a twin`()
  {
    let statistics = afterLateParents(3850, ProverPreset(mergeMilliseconds: 600))
    #expect(statistics.misses == [:])
    #expect(statistics.hits + (statistics.forfeits[.headMoved] ?? 0) == statistics.proposals)
  }

  @Test func `scenario 8: two blocks of one slot split the network for a moment only`() {
    let (cluster, events) = run(slots: 64) { $0.adversaries = [3] }
    #expect(cluster.violation == nil)
    #expect(events.contains { if case .forkChoice(.reorg) = $0.event { true } else { false } })
    #expect(cluster.statistics.finalityLags.quantile(perMille: 500) ?? 99 <= 6)
  }

  @Test func `scenario 26: a network that stood still goes on by itself`() {
    let (cluster, _) = run(slots: 64) { plan in
      plan.timeline = [
        TimedFault(time: time(slot: 10, 0), fault: .partition(sides: [0, 1, 2, 3])),
        TimedFault(time: time(slot: 22, 0), fault: .heal),
      ]
    }
    #expect(cluster.violation == nil)
  }

  @Test(arguments: [false, true])
  func `scenario 27: a node killed before it signed misses nothing it can still do`(cut: Bool) {
    let (cluster, events) = run(slots: 24) { plan in
      plan.timeline = [
        TimedFault(time: time(slot: 8, 3300), fault: .crash(node: 1, cutsPower: cut)),
        TimedFault(time: time(slot: 8, 3400), fault: .restart(node: 1)),
      ]
    }
    #expect(cluster.violation == nil)
    let published: Bool
    switch outcome(of: 9, events) {
    case .hit, .late, .fallback: published = true
    case .forfeited, .missed, nil: published = false
    }
    #expect(published)
  }

  @Test(arguments: [false, true])
  func `scenario 28: killed between signature and publication, no second root is signed`(
    cut: Bool
  ) {
    let (cluster, events) = run(slots: 24) { plan in
      plan.timeline = [
        TimedFault(time: time(slot: 8, 3980), fault: .crash(node: 1, cutsPower: cut)),
        TimedFault(time: time(slot: 9, 100), fault: .restart(node: 1)),
      ]
    }
    #expect(cluster.violation == nil)
    #expect(
      events.contains { event in
        if case .proposal(.committed(let slot, _)) = event.event { slot == 9 } else { false }
      })
    if case .hit = outcome(of: 9, events) { Issue.record("the dead node published slot 9") }
  }

  @Test(arguments: [false, true])
  func `scenario 29: killed after publication, the block is learned again from peers`(cut: Bool) {
    let (cluster, events) = run(slots: 24) { plan in
      plan.timeline = [
        TimedFault(time: time(slot: 9, 60), fault: .crash(node: 1, cutsPower: cut)),
        TimedFault(time: time(slot: 9, 700), fault: .restart(node: 1)),
      ]
    }
    #expect(cluster.violation == nil)
    guard case .hit = outcome(of: 9, events) else {
      Issue.record("slot 9 was not published")
      return
    }
    // The next block asks for what was lost; until then the restarted node lags.
    #expect(cluster.statistics.headLags.quantile(perMille: 950) == 0)
  }

  @Test func `scenario 3 and 4: with a merge of three seconds every vote is on time`() {
    let (cluster, _) = run(slots: 64, prover: ProverPreset(mergeMilliseconds: 3000)) { _ in }
    #expect(cluster.violation == nil)
    #expect(cluster.statistics.attestations == [.done: 256])
    #expect(cluster.statistics.missedIntervals == [0, 0, 0, 0, 0])
  }
}
