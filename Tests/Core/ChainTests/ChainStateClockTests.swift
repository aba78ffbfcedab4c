import ChainEvents
import Consensus
import ForkChoice
import Testing

@testable import Chain

/// Rows of the scenario table about clocks and late ticks.
struct ChainStateClockTests {
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
    run.run(to: 30_000)
    #expect(
      run.outcomes.prefix(6) == [
        "1:hit+0", "2:hit+0", "3:hit+0", "4:missed(clock_stepped)", "5:missed(clock_stepped)",
        "6:fallback(interval_missed)+806",
      ])
    #expect(run.ends(of: .attestation).contains("5:missed"))
    #expect(run.engine.store.time == Interval(.blockPublication, of: 10) + 2)
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
  mutating func now(_ time: Int64, _ input: ChainState.Input) {
    jump(to: time)
    step(input)
  }
}
