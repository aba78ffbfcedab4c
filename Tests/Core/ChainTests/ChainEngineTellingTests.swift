import ChainEvents
import ChainWork
import Consensus
import Testing

@testable import Chain

/// Events that decide nothing and that a screen cannot do without.
struct ChainEngineTellingTests {
  private func syncs(_ run: EngineRun) -> [String] {
    run.events.compactMap { event in
      guard case .network(.sync(let state, let head, let target)) = event.event else { return nil }
      return "\(event.time): \(state.rawValue) \(head) of \(target)"
    }
  }

  @Test func `the place against the peers is told when it changes`() throws {
    var run = try EngineRun(validators: 8, ours: [])
    run.run(toSlot: 2, plus: 100, then: .peer("a", head: 2))
    run.run(toSlot: 6, plus: 100, then: .peer("a", head: 6))
    run.run(toSlot: 7, plus: 100, then: .peer("a", head: 7))
    run.run(toSlot: 20)
    run.step(.peer("a", head: nil))
    #expect(
      syncs(run) == [
        "-1000: idle 0 of 0", "8100: synced 0 of 2",
        // The head lags by five slots; while it does, each slot tells how far.
        "20000: syncing 0 of 2", "28000: syncing 0 of 6", "32000: syncing 0 of 7",
        // Nobody has had a block for more than eight slots.
        "64000: stalled 0 of 7",
      ])
  }

  @Test func `a missed interval says what the engine was busy with`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 1, plus: 100)
    run.step(.block(try run.foreignBlock(1), MessageOrigin(peer: "a")))
    run.run(toSlot: 1, plus: 150)
    // The import came at 101 ms and took until 1,700 ms; the alarm of interval 1 was late.
    run.callMilliseconds = 1599
    run.sleep(until: 5700)
    run.callMilliseconds = 3
    // Here the process did not run at all.
    run.sleep(until: 8900)
    let busy = run.events.compactMap { event -> String? in
      guard case .clock(.missedInterval(let slot, let interval, let late, let busy)) = event.event
      else { return nil }
      return "\(slot).\(interval) \(late) ms: \(busy ?? "not called")"
    }
    #expect(
      busy == [
        "1.1 900 ms: the import of a block, 1599 ms", "1.3 2500 ms: not called",
        "1.4 1700 ms: not called", "2.0 900 ms: not called",
      ])
  }

  @Test func `our block's import lasts as long as the call, its publication until it is taken`()
    throws
  {
    var run = try EngineRun(ours: [2])
    run.publishingMilliseconds = 12
    run.callMilliseconds = 7
    run.run(toSlot: 3)
    #expect(run.ends(of: .import) == ["2: 7 ms at 8012"])
    #expect(run.ends(of: .publish) == ["2: 12 ms at 8012"])
  }

  @Test func `votes on chain for a target are told while it is not justified`() throws {
    func told(_ run: EngineRun) -> [String] {
      run.events.compactMap { event in
        guard case .forkChoice(.justification(let target, let voters, let count)) = event.event
        else { return nil }
        return "\(target.slot): \(voters) of \(count)"
      }
    }
    var all = try EngineRun()
    all.run(toSlot: 6)
    #expect(told(all) == [])

    // Half of the validators vote: a target moves only when the head is three blocks past it.
    var half = try EngineRun(validators: 8, ours: [0, 1, 2, 3])
    half.foreignBlockDelay = 50
    half.run(toSlot: 7, plus: 500)
    #expect(told(half) == (1...3).map { "\($0): [0, 1, 2, 3] of 8" })
  }
}
