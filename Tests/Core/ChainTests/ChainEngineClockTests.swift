import ChainEvents
import ChainWork
import Consensus
import ForkChoice
import Proposing
import Testing

@testable import Chain

/// Rows of the scenario table about clocks and late ticks.
struct ChainEngineClockTests {
  private func missedIntervals(_ run: EngineRun) -> [String] {
    run.events.compactMap { event in
      guard case .clock(.missedInterval(let slot, let interval, _, _)) = event.event
      else { return nil }
      return "\(slot).\(interval)"
    }
  }

  @Test func `nothing happens before genesis`() throws {
    var run = try EngineRun(startingAt: -10_000)
    run.run(to: -1)
    #expect(!run.names().contains("tick"))
    run.run(to: 0)
    #expect(run.names().contains("tick"))
  }

  @Test func `scenario 31: a clock that jumps forward less than a slot loses only what passed`()
    throws
  {
    var run = try EngineRun()
    run.run(toSlot: 3, plus: 100)
    run.clockOffset = 2000
    run.run(to: 40_000)
    #expect(missedIntervals(run) == ["3.1", "3.2"])
    #expect(
      run.ends(of: .attestation).prefix(5) == ["0:done", "1:done", "2:done", "3:late", "4:done"])
    #expect(run.events.contains { $0.event == .clock(.clockStep(milliseconds: 2000)) })
    #expect(run.outcomes == (1...10).map { "\($0):hit+0" })
  }

  @Test func `scenario 32 and 35: a clock that jumps over slots tells every duty as missed`() throws
  {
    var run = try EngineRun()
    run.run(toSlot: 3, plus: 100)
    run.clockOffset = 12_000
    run.run(to: 34_000)
    // The jump ends in slot 6: it is a start, and two slots more are barred.
    #expect(
      run.outcomes.prefix(10) == [
        "1:hit+0", "2:hit+0", "3:hit+0", "4:missed(clock_stepped)", "5:missed(clock_stepped)",
        "6:missed(clock_stepped)", "7:missed(clock_stepped)", "8:missed(clock_stepped)",
        "9:hit+0", "10:hit+0",
      ])
    let votes = (3...8).map { "\($0):missed" } + ["9:done", "10:done"]
    #expect(Array(run.ends(of: .attestation).dropFirst(3).prefix(8)) == votes)
  }

  @Test func `a clock that jumps a slot signs nothing until the journal has raised its floors`()
    throws
  {
    var run = try EngineRun()
    run.run(toSlot: 3, plus: 100)
    let before = run.signed.count
    run.clockOffset = 4000
    run.signingMilliseconds = 14_000
    run.run(toSlot: 7, plus: 900)
    let asked = Array(run.signed[before...])
    // Asked for at the jump and again in slots 5, 6 and 7; answered in slot 7, after its vote was due.
    #expect(asked.dropLast() == Array(repeating: .floors(through: 6), count: 4)[...])
    guard case .attestations(let data, _, _)? = asked.last else {
      Issue.record("the last request is \(String(describing: asked.last))")
      return
    }
    #expect(data.slot == 8)
  }

  @Test func `a journal that cannot raise its floors is told and asked again`() throws {
    var run = try EngineRun()
    run.run(toSlot: 3, plus: 100)
    run.clockOffset = 8000
    run.floorFailure = "the disk is full"
    run.run(toSlot: 8)
    let asked = run.signed.filter { if case .floors = $0 { true } else { false } }
    #expect(asked.count > 3)
    #expect(run.ends(of: .attestation).last?.hasSuffix("missed") == true)
    run.floorFailure = nil
    run.run(toSlot: 12)
    #expect(run.ends(of: .attestation).last?.hasSuffix("done") == true)
  }

  @Test func `a step of the wall clock teaches the cost model nothing`() throws {
    var run = try EngineRun(validators: 1)
    run.durations = [.merge: 100]
    run.run(toSlot: 2, plus: -60)
    run.clockOffset = 3000
    run.run(toSlot: 4)
    #expect(run.engine.lanes.costs.prediction(.merge, WorkSize(components: 2)) < 150)
  }

  @Test func `scenario 33: a clock that jumps back less than an interval is a guard skip`() throws {
    var run = try EngineRun()
    run.run(toSlot: 3, plus: 100)
    run.clockOffset = -500
    run.run(to: 40_000)
    #expect(run.names().contains("guard_skip"))
    #expect(run.events.contains { $0.event == .clock(.clockStep(milliseconds: -500)) })
    #expect(run.ends(of: .attestation) == (0...9).map { "\($0):done" })
    #expect(run.outcomes == (1...9).map { "\($0):hit+0" })
  }

  @Test func `scenario 34: a clock that jumps back far runs no passed interval again`() throws {
    var run = try EngineRun()
    run.run(toSlot: 5, plus: 100)
    run.clockOffset = -16_000
    run.run(to: 36_000)
    #expect(run.signed.count == 10)
    #expect(run.engine.store.headNode.slot == 5)
    run.run(to: 44_000)
    #expect(run.outcomes == (1...6).map { "\($0):hit+0" } + ["7:hit+0"])
  }

  @Test func `scenario 34: the operator can accept a clock that went back`() throws {
    var run = try EngineRun()
    run.run(toSlot: 9, plus: 100)
    run.clockOffset = -8000
    run.run(to: 37_000, then: .command(.acceptClock))
    #expect(
      run.events.last { if case .node(.operatorAction) = $0.event { true } else { false } }?.event
        == .node(.operatorAction(action: "accept_clock", result: "resumed at slot 7")))
    let votes = run.votes.count
    run.run(to: 42_000)
    #expect(run.votes.count == votes + 1)
  }

  @Test func `scenario 41: a wake-up before its time is a guard skip and does nothing else`() throws
  {
    var run = try EngineRun()
    run.run(toSlot: 2, plus: 100)
    let (count, signed) = (run.events.count, run.signed.count)
    run.step(.wake)
    run.step(.wake)
    #expect(Array(run.names().dropFirst(count)) == ["guard_skip", "guard_skip"])
    #expect(run.signed.count == signed)
  }

  @Test func `an engine that was held up catches up without losing what can still be done`() throws
  {
    var run = try EngineRun()
    run.run(toSlot: 3, plus: 700)
    run.sleep(until: 3 * 4000 + 2300)
    run.run(toSlot: 5)
    #expect(missedIntervals(run) == ["3.1"])
    #expect(
      run.ends(of: .attestation).prefix(5) == ["0:done", "1:done", "2:done", "3:late", "4:done"])
    #expect(
      run.ends(of: .aggregation).contains("3:done") || run.ends(of: .aggregation).contains("3:late")
    )
    #expect(
      Array(run.ends(of: .attestation).prefix(5)) == [
        "0:done", "1:done", "2:done", "3:late", "4:done",
      ])
  }

  @Test func `messages that waited behind work are not taken for the future`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 1, plus: 3100)
    let block = try run.foreignBlock(2)
    run.now(8100, .block(block, MessageOrigin(peer: "a", gossip: 1)))
    run.run(toSlot: 2, plus: 200)
    #expect(run.verdicts == [1: .accepted])
    #expect(run.engine.store.headNode.slot == 2)
  }

  @Test func `a block of a slot that has not come is refused`() throws {
    var run = try EngineRun(ours: [])
    run.run(toSlot: 1, plus: 1000)
    let block = try run.foreignBlock(3)
    run.step(.block(block, MessageOrigin(peer: "a", gossip: 1)))
    run.run(toSlot: 5)
    #expect(run.verdicts == [1: .ignored])
    #expect(run.engine.store.headNode.slot == 0)
  }
}

extension EngineRun {
  /// Hands an input in at a time without having woken the engine since the last call.
  mutating func now(_ time: Int64, _ input: ChainEngine.Input) {
    jump(to: time)
    step(input)
  }
}
