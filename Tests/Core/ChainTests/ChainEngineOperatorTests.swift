import ChainEvents
import Consensus
import Testing

@testable import Chain

/// What people can do to a node.
struct ChainEngineOperatorTests {
  private func proposerOfTwo() throws -> EngineRun {
    var run = try EngineRun(ours: [2])
    run.followers = [0, 1, 3]
    run.foreignBlockDelay = 100
    return run
  }

  @Test func `a forced fallback armed long before fires at our next proposal, once`() throws {
    var run = try proposerOfTwo()
    run.run(toSlot: 3, then: .command(.forceFallback))
    run.run(toSlot: 11)
    #expect(run.outcomes == ["2:hit+0", "6:fallback(forced)+6", "10:hit+0"])
    let states = run.events.compactMap { event -> ForceState? in
      guard case .proposal(.forceFallback(slot: 6, let state, _)) = event.event else { return nil }
      return state
    }
    #expect(states == [.armed, .fired])
  }

  @Test func `a forced fallback can be taken back`() throws {
    var run = try proposerOfTwo()
    run.run(toSlot: 3, then: .command(.forceFallback))
    run.run(toSlot: 4, then: .command(.disarmFallback))
    run.run(toSlot: 7)
    #expect(run.outcomes == ["2:hit+0", "6:hit+0"])
  }

  @Test func `a forced fallback during the prebuild drops the candidate`() throws {
    var run = try proposerOfTwo()
    run.run(toSlot: 1, plus: 3300, then: .command(.forceFallback))
    run.run(toSlot: 3)
    #expect(run.outcomes == ["2:fallback(forced)+6"])
    #expect(run.signed.count { if case .block = $0 { true } else { false } } == 1)
  }

  @Test func `a forced fallback of a signed block is refused`() throws {
    var run = try proposerOfTwo()
    run.run(toSlot: 1, plus: 3999, then: .command(.forceFallback))
    run.run(toSlot: 3)
    #expect(run.outcomes == ["2:hit+0"])
    #expect(
      run.events.contains {
        $0.event
          == .node(
            .operatorAction(action: "force_fallback", result: "refused: the leaf is spent"))
      })
  }

  @Test func `scenario 48: shutdown publishes a signed block first and ends within two seconds`()
    throws
  {
    var run = try proposerOfTwo()
    run.run(toSlot: 1, plus: 3990, then: .shutDown)
    #expect(!run.isStopped)
    run.run(toSlot: 2, plus: 1000)
    #expect(run.isStopped)
    #expect(run.outcomes == ["2:hit+0"])
    #expect(run.blocks.map(\.time) == [8000])
  }

  @Test func `scenario 48: shutdown abandons what is not signed at once`() throws {
    var run = try proposerOfTwo()
    run.run(toSlot: 1, plus: 3250, then: .shutDown)
    #expect(run.isStopped)
    #expect(run.outcomes == ["2:missed(shutdown)"])
    #expect(run.ends(of: .attestation).last == "2:missed")
    #expect(run.engine.nextDeadline == nil)
  }

  @Test func `scenario 48: a signed block whose proof takes too long is given up after 1.7 s`()
    throws
  {
    var run = try EngineRun(ours: [2])
    run.durations = [.merge: 60_000]
    run.run(toSlot: 1, plus: 3990, then: .shutDown)
    run.run(toSlot: 4)
    #expect(run.isStopped)
    #expect(run.outcomes == ["2:missed(shutdown)"])
    #expect(run.events.last?.time == 9690)
  }
}
