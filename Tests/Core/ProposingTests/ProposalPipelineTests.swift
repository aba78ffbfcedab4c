import ChainEvents
import ChainWork
import Consensus
import Hashing
import Testing

@testable import Proposing

struct ProposalPipelineTests {
  private func line(_ run: PipelineRun) -> String {
    run.drawing.joined(separator: " ")
  }

  private func merge(_ milliseconds: UInt64) -> [CostSample] {
    [
      CostSample(stage: .merge, size: WorkSize(components: 2), milliseconds: milliseconds),
      CostSample(stage: .select, size: WorkSize(), milliseconds: 10),
      CostSample(stage: .seal, size: WorkSize(), milliseconds: 10),
      CostSample(stage: .sign, size: WorkSize(), milliseconds: 10),
      CostSample(stage: .wrap, size: WorkSize(), milliseconds: 10),
    ]
  }

  @Test func `scenario 1: a short build starts at interval 4 and is published at the boundary`() {
    var run = PipelineRun(costs: merge(300))
    run.durations[.merge] = 300
    run.run(to: 4000)
    #expect(
      line(run)
        == "-800:select/8 -790:seal -370:sign -360:wrap -350:merge 0:publish 0:hit+0")
  }

  @Test func `scenario 2: a build that ends inside interval 0 is a late hit`() {
    var run = PipelineRun(ProposalPolicy(start: .interval4), costs: merge(1200))
    run.durations[.merge] = 1200
    run.run(to: 4000)
    #expect(line(run).hasSuffix("-760:merge 440:publish 440:hit+440"))
  }

  @Test func `without a prebuild the block is built in its slot and late by all of it`() {
    var run = PipelineRun(ProposalPolicy(start: .off), costs: merge(300))
    run.durations[.merge] = 300
    run.run(to: 4000)
    #expect(
      line(run)
        == "0:select/8 10:seal 20:sign 30:wrap 40:merge 340:publish 340:fallback(prebuild_off)+340")
  }

  @Test func `scenario 3 and 4: a long merge is published as early as the prover allows`() {
    for (cost, offset) in [(2600, 1840), (3400, 2640)] as [(Int64, Int64)] {
      var run = PipelineRun(ProposalPolicy(start: .interval4), costs: merge(UInt64(cost)))
      run.durations[.merge] = cost
      run.run(to: 4000)
      #expect(line(run).hasSuffix("\(offset):publish \(offset):late+\(offset)"))
    }
  }

  @Test
  func `scenario 5: a build that unexpectedly outlasts its slot is a miss, the leaf is spent`() {
    var run = PipelineRun(ProposalPolicy(start: .interval4), costs: merge(1000))
    run.durations[.merge] = 6000
    run.run(to: 9000)
    #expect(line(run).hasSuffix("4000:missed(overrun)"))
    #expect(run.drawing.count { $0.hasSuffix("sign") } == 1)
  }

  @Test func `scenario 5: a build that cannot be complete in its slot is given up unsigned`() {
    var run = PipelineRun(ProposalPolicy(start: .interval4), costs: merge(6000))
    run.durations[.merge] = 6000
    run.attestations = { $0 }
    run.run(to: 9000)
    #expect(line(run) == "-800:select/0 -790:seal -780:doubt -780:missed(overrun)")
  }

  @Test func `scenario 5: fewer attestations and an empty body are tried before giving up`() {
    // A merge takes 1 s and 500 ms a component; the machine hangs while votes are selected.
    let costs = (1...9).map {
      CostSample(
        stage: .merge, size: WorkSize(components: $0), milliseconds: 1000 + 500 * UInt64($0))
    }
    func drawing(hanging milliseconds: Int64) -> String {
      var run = PipelineRun(costs: costs)
      run.durations[.select] = milliseconds
      run.attestations = { $0 }
      run.run(to: -3900) { $0.isGateOpen = false }
      run.run(to: 100) { $0.isGateOpen = true }
      run.durations[.select] = 10
      run.run(to: 4000)
      return line(run)
    }
    #expect(
      drawing(hanging: 1600).hasPrefix("100:select/2 1700:seal 1710:select/1 1720:seal 1730:sign"))
    #expect(
      drawing(hanging: 2000).hasPrefix("100:select/2 2100:seal 2110:select/0 2120:seal 2130:sign"))
    #expect(
      drawing(hanging: 2500)
        == "100:select/2 2600:seal 2610:select/0 2620:seal 2630:doubt 2630:missed(overrun)")
  }

  @Test func `a block that is late anyway waits for the block of the slot before`() {
    // 3.06 s of proving: it cannot reach peers before they attest.
    func run(parentAt arrival: Int64) -> PipelineRun {
      var run = PipelineRun(costs: merge(3000))
      run.durations[.merge] = 3000
      run.surroundings.isParentHere = false
      run.surroundings.usualArrivalMilliseconds = 3400
      run.run(to: arrival) {
        $0.isParentHere = true
        $0.view.head = root(2)
      }
      run.run(to: 4000)
      return run
    }
    let early = run(parentAt: -700)
    #expect(line(early).contains("-700:select/8 -690:seal -680:sign"))
    #expect(line(early).hasSuffix("2340:late+2340"))
    // Overdue: 50 ms later than blocks have been lately.
    let late = run(parentAt: -500)
    #expect(line(late).contains("-790:seal -550:sign"))
    #expect(late.pipeline.outcome == .forfeited(.headMoved))
  }

  @Test func `a block that can be in time waits for nobody`() {
    var run = PipelineRun(costs: merge(300))
    run.durations[.merge] = 300
    run.surroundings.isParentHere = false
    run.surroundings.usualArrivalMilliseconds = 3900
    run.run(to: 4000)
    #expect(line(run).contains("-370:sign"))
  }

  @Test func `waiting for a parent ends while the block can still be complete in its slot`() {
    var run = PipelineRun(costs: merge(3960))
    run.durations[.merge] = 3960
    run.surroundings.isParentHere = false
    run.surroundings.usualArrivalMilliseconds = 3999
    run.run(to: 4000)
    // 4,000 - 3,980 - 50 ms of margin.
    #expect(line(run).contains("-30:sign"))
  }

  @Test func `scenario 6: a late parent before the commit refreshes the candidate`() {
    var run = PipelineRun(costs: merge(300))
    run.durations[.merge] = 300
    run.run(to: -500) { $0.view.head = root(2) }
    run.run(to: 4000)
    #expect(
      line(run)
        == "-800:select/8 -790:seal -500:select/8 -490:seal -370:sign -360:wrap -350:merge "
        + "0:publish 0:hit+0")
    #expect(
      run.events.contains(
        .refreshed(slot: 10, .headMoved, oldParent: root(1), newParent: root(2))))
  }

  @Test func `scenario 6: a late parent after the commit forfeits the slot, never a second root`() {
    var run = PipelineRun(costs: merge(300))
    run.durations[.merge] = 300
    run.run(to: -200) { $0.view.head = root(2) }
    run.run(to: 4000)
    #expect(
      line(run)
        == "-800:select/8 -790:seal -370:sign -360:wrap -350:merge 0:forfeited(head_moved)")
    #expect(
      run.events.contains(
        .staleDiscard(
          slot: 10, .headMoved, root: root(101), oldParent: root(1), newParent: root(2))))
  }

  @Test func `scenario 8: on-stale publish sends the stale block and says so`() {
    var run = PipelineRun(ProposalPolicy(stale: .publish), costs: merge(300))
    run.durations[.merge] = 300
    run.run(to: -200) { $0.view.head = root(2) }
    run.run(to: 4000)
    #expect(line(run).hasSuffix("0:publish 0:hit+0"))
    #expect(run.warnings.count == 1)
  }

  @Test func `scenario 8: a head that moves away and back before the boundary is a hit`() {
    var run = PipelineRun(costs: merge(300))
    run.durations[.merge] = 300
    run.run(to: -200) { $0.view.head = root(2) }
    run.run(to: -100) { $0.view.head = root(1) }
    run.run(to: 4000)
    #expect(line(run).hasSuffix("0:publish 0:hit+0"))
  }

  @Test func `scenario 9: votes after the commit change nothing`() {
    var run = PipelineRun(costs: merge(300))
    run.durations[.merge] = 300
    run.run(to: -200) { $0.view.votesRevision += 1 }
    run.run(to: 4000)
    #expect(line(run).hasSuffix("-350:merge 0:publish 0:hit+0"))
  }

  @Test func `scenario 9: votes before the commit refresh the candidate if time allows`() {
    var run = PipelineRun(costs: merge(300))
    run.durations[.merge] = 300
    run.run(to: -600) { $0.view.votesRevision += 1 }
    run.run(to: -380) { $0.view.votesRevision += 1 }
    run.run(to: 4000)
    #expect(run.drawing.count { $0.contains("select") } == 2)
    #expect(line(run).hasSuffix("0:publish 0:hit+0"))
  }

  @Test func `votes cause a bounded number of refreshes`() {
    var run = PipelineRun(costs: merge(10))
    for time in stride(from: -700, to: -100, by: 30) as StrideTo<Int64> {
      run.run(to: time) { $0.view.votesRevision += 1 }
    }
    run.run(to: 4000)
    let selections = run.drawing.count { $0.contains("select") }
    #expect(selections == 1 + ProposalPipeline.maximumVoteRefreshes)
  }

  @Test func `scenario 10: a justified checkpoint before the commit refreshes, after it warns`() {
    var early = PipelineRun(costs: merge(300))
    early.run(to: -600) { $0.view.justifiedSlot = 8 }
    early.run(to: 4000)
    #expect(early.drawing.count { $0.contains("select") } == 2)
    #expect(early.warnings.isEmpty)

    var late = PipelineRun(costs: merge(300))
    late.run(to: -200) { $0.view.justifiedSlot = 8 }
    late.run(to: 4000)
    #expect(line(late).hasSuffix("0:publish 0:hit+0"))
    #expect(late.warnings.count == 1)
  }

  @Test func `scenario 11: a justified minority fork neither stops nor repeats a build`() {
    var run = PipelineRun(costs: merge(300))
    run.run(to: -3900) { $0.view.justifiedSlot = 9 }
    run.builtJustifiedSlot = 6
    run.run(to: 4000)
    #expect(run.drawing.count { $0.contains("select") } == 1)
    #expect(line(run).hasSuffix("0:publish 0:hit+0"))
    #expect(run.warnings.count == 1)
  }

  @Test func `scenario 12: a parent that conflicts with the finalized block is discarded`() {
    for stale in ProposalPolicy.Stale.allCases {
      var run = PipelineRun(ProposalPolicy(stale: stale), costs: merge(300))
      run.durations[.merge] = 300
      run.run(to: -200) {
        $0.view.head = root(2)
        $0.conflictsWithFinalized = true
      }
      run.run(to: 4000)
      #expect(line(run).hasSuffix("0:forfeited(finalized_conflict)"))
    }
  }

  @Test func `scenario 13: a failing build goes from full to fewer to an empty body`() {
    var run = PipelineRun(costs: merge(300))
    run.failures = [.seal: 2]
    run.run(to: 4000)
    #expect(
      run.drawing.filter { $0.contains("select") }
        == ["-800:select/8", "-780:select/4", "-760:select/0"])
    #expect(line(run).hasSuffix("0:publish 0:hit+0"))
  }

  @Test func `scenario 13: a prebuild that fails at every level is built again inside the slot`() {
    var run = PipelineRun(costs: merge(300))
    run.failures = [.select: 4]
    run.run(to: 4000)
    #expect(
      run.drawing.filter { $0.contains("select") } == [
        "-800:select/8", "-790:select/4", "-780:select/0", "0:select/8", "10:select/4",
      ])
    #expect(line(run).hasSuffix("60:publish 60:fallback(build_failed)+60"))
  }

  @Test func `scenario 13: when nothing works the miss names the stage`() {
    var run = PipelineRun(costs: merge(300))
    run.failures = [.seal: 100]
    run.run(to: 4000)
    #expect(line(run).hasSuffix("60:missed(prover_failed:seal)"))
  }

  @Test func `scenario 16, 17 and 28: a refused signature is a miss with its reason`() {
    for reason in [MissReason.keyMissing, .keyExhausted, .alreadySigned, .journalUnavailable] {
      var run = PipelineRun(costs: merge(300))
      run.refusal = reason
      run.run(to: 4000)
      #expect(line(run).hasSuffix("-370:sign -360:missed(\(reason.rawValue))"))
    }
  }

  @Test func `scenario 20: a failing proof after the signature is counted by stage`() {
    for stage in [Stage.wrap, .merge] {
      var run = PipelineRun(costs: merge(300))
      run.failures = [stage: 1]
      run.run(to: 4000)
      #expect(run.pipeline.outcome == .missed(.proverFailed(stage)))
      #expect(run.drawing.count { $0.hasSuffix("sign") } == 1)
    }
  }

  @Test func `scenario 21: a block that our own store refuses is not published`() {
    var run = PipelineRun(costs: merge(300))
    run.isImportAccepted = false
    run.run(to: 4000)
    #expect(line(run).hasSuffix("-350:merge 0:missed(import_failed)"))
  }

  @Test func `scenario 23: a closed gate is a miss that says so`() {
    var run = PipelineRun(costs: merge(300))
    run.run(to: -3900) { $0.isGateOpen = false }
    run.run(to: 4000)
    #expect(line(run) == "800:missed(syncing)")
  }

  @Test func `scenario 24: a gate that closes after the commit discards the block`() {
    var run = PipelineRun(costs: merge(300))
    run.run(to: -100) { $0.isGateOpen = false }
    run.run(to: 4000)
    #expect(line(run).hasSuffix("0:forfeited(gate_closed)"))
  }

  @Test func `scenario 25: a gate that opens late still allows a build inside interval 0`() {
    var run = PipelineRun(costs: merge(300))
    run.run(to: -3900) { $0.isGateOpen = false }
    run.run(to: 500) { $0.isGateOpen = true }
    run.run(to: 4000)
    #expect(line(run).hasSuffix("550:publish 550:fallback(gate_opened_late)+550"))
  }

  @Test func `scenario 40: a tick that never came is a build inside the slot, not a silent loss`() {
    var run = PipelineRun(costs: merge(300))
    run = run.sleeping(until: 650)
    run.run(to: 4000)
    #expect(line(run).hasPrefix("650:select/"))
    #expect(line(run).hasSuffix("700:publish 700:fallback(interval_missed)+700"))
  }

  @Test func `scenario 46: a stash never outlives its slot`() {
    var run = PipelineRun(costs: merge(300))
    run.run(to: -10)
    run = run.sleeping(until: 4000)
    run.run(to: 4001)
    #expect(line(run).hasSuffix("4000:forfeited(expired)"))
  }

  @Test func `scenario 47: a block of ours that we did not make ends the proposal`() {
    var run = PipelineRun(costs: merge(300))
    run.run(to: -100, then: .foreignBlock(root(77)))
    #expect(line(run).hasSuffix("-100:missed(duplicate_key_seen)"))
  }

  @Test func `scenario 48: at shutdown a signed block is published first if its slot is near`() {
    var near = PipelineRun(costs: merge(300))
    near.run(to: -100, then: .shutDown(by: UnixMilliseconds(UInt64(PipelineRun.slotStart) + 1900)))
    near.run(to: 4000)
    #expect(line(near).hasSuffix("0:publish 0:hit+0"))

    var unsigned = PipelineRun(costs: merge(300))
    unsigned.run(
      to: -600, then: .shutDown(by: UnixMilliseconds(UInt64(PipelineRun.slotStart) + 1400)))
    #expect(line(unsigned).hasSuffix("-600:missed(shutdown)"))

    var far = PipelineRun(ProposalPolicy(start: .auto, commit: .early), costs: merge(2000))
    far.durations[.merge] = 2000
    far.run(to: -1500, then: .shutDown(by: UnixMilliseconds(UInt64(PipelineRun.slotStart) - 100)))
    #expect(line(far).hasSuffix("-1500:missed(shutdown)"))
  }

  @Test func `a forced fallback drops the candidate and builds inside the slot`() {
    var run = PipelineRun(costs: merge(300))
    run.run(to: -600, then: .force)
    run.run(to: 4000)
    #expect(
      line(run)
        == "-800:select/8 -790:seal 0:select/8 10:seal 20:sign 30:wrap 40:merge 50:publish "
        + "50:fallback(forced)+50")
  }

  @Test func `a forced fallback can be disarmed until it fires`() {
    var run = PipelineRun(costs: merge(300))
    run.run(to: -600, then: .force)
    run.run(to: -500, then: .disarm)
    run.run(to: 4000)
    #expect(line(run).hasSuffix("0:publish 0:hit+0"))

    var fired = PipelineRun(costs: merge(300))
    fired.run(to: -600, then: .force)
    fired.run(to: 5, then: .disarm)
    #expect(
      fired.events.last == .forceFallback(slot: 10, .refused, reason: "it has fired"))
  }

  @Test func `a forced fallback after the commit is refused with the root that holds the leaf`() {
    var run = PipelineRun(costs: merge(300))
    run.run(to: -100, then: .force)
    run.run(to: 4000)
    #expect(
      run.events.contains(
        .forceFallback(
          slot: 10, .refused, reason: "the leaf is spent on \(root(101).short)")))
    #expect(line(run).hasSuffix("0:publish 0:hit+0"))
  }
}
