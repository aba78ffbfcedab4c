import Chain
import Consensus
import LeanNode
import Testing

struct NodeClockTests {
  @Test func `a clock at speed four gains three seconds in one`() async throws {
    let anchor = NodeClock().reading().wall
    let (normal, fast) = (NodeClock(), NodeClock(speed: 4, anchor: anchor))
    try await Task.sleep(for: .milliseconds(200))
    let elapsed = normal.reading().wall.milliseconds(since: anchor)
    let fastElapsed = fast.reading().wall.milliseconds(since: anchor)
    // The two readings are some microseconds apart, and each is rounded down.
    #expect(fastElapsed >= 4 * elapsed && fastElapsed <= 4 * elapsed + 400)
  }

  @Test func `a clock slowed down by three shows a third of the time, and wakes when it shows it`()
    async throws
  {
    let anchor = NodeClock().reading().wall
    let (normal, slow) = (NodeClock(), NodeClock(slowness: 3, anchor: anchor))
    try await slow.sleep(until: anchor + 50)
    let elapsed = normal.reading().wall.milliseconds(since: anchor)
    #expect(slow.reading().wall.milliseconds(since: anchor) >= 50 && elapsed >= 150)
    let shown = slow.reading().wall.milliseconds(since: anchor)
    #expect(shown <= normal.reading().wall.milliseconds(since: anchor) / 3 + 1)
  }

  @Test func `a step moves the wall clock and not the monotonic one`() {
    let clock = NodeClock()
    let before = clock.reading()
    clock.step(byMilliseconds: -60_000)
    let after = clock.reading()
    #expect(after.wall < before.wall)
    #expect(after.monotonicMilliseconds >= before.monotonicMilliseconds)
  }

  @Test func `sleeping never returns before the time`() async throws {
    let clock = NodeClock(speed: 2, anchor: NodeClock().reading().wall)
    for milliseconds in [0, 1, 7, 60] as [UInt64] {
      let time = clock.reading().wall + milliseconds
      try await clock.sleep(until: time)
      #expect(clock.reading().wall >= time)
    }
  }

  @Test func `a cancelled sleep throws`() async {
    let clock = NodeClock()
    let sleeper = Task { try await clock.sleep(until: clock.reading().wall + 3_600_000) }
    sleeper.cancel()
    await #expect(throws: CancellationError.self) { try await sleeper.value }
  }
}
