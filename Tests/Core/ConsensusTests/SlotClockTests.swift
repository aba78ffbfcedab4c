import Consensus
import Testing

struct SlotClockTests {
  private let clock = SlotClock(genesisTime: 1000)

  @Test func `before genesis everything is zero`() {
    #expect(clock.slot(at: 999_999) == 0)
    #expect(clock.interval(at: 0) == 0)
    #expect(clock.nextIntervalStart(after: 0) == 1_000_000)
  }

  @Test func `slots last four seconds and intervals 800 milliseconds`() {
    #expect(clock.slot(at: 1_003_999) == 0)
    #expect(clock.slot(at: 1_004_000) == 1)
    #expect(clock.interval(at: 1_004_800) == Interval(.attestationProduction, of: 1))
    #expect(clock.start(of: .endOfSlot, in: 2) == 1_011_200)
    #expect(clock.nextIntervalStart(after: 1_011_200) == 1_012_000)
  }

  @Test func `times beyond every clock saturate`() {
    #expect(SlotClock(genesisTime: .max).genesis == UnixMilliseconds(.max))
    #expect(clock.start(in: Slot(UInt64.max)) == UnixMilliseconds(.max))
    #expect(UnixMilliseconds(1).milliseconds(since: 2) == 0)
  }
}
