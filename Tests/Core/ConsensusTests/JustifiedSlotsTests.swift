import Consensus
import SSZ
import Testing

struct JustifiedSlotsTests {
  @Test func `slots up to the finalized one count as justified and untracked ones are refused`()
    throws
  {
    let slots = try JustifiedSlots(Bits([false, true]))
    for slot in [Slot(0), 4, 5] { #expect(try slots.isJustified(slot, finalized: 5)) }
    #expect(try !slots.isJustified(6, finalized: 5))
    #expect(try slots.isJustified(7, finalized: 5))
    #expect(throws: Rejection.justifiedSlotOutOfRange(slot: 8, finalized: 5, trackedCount: 2)) {
      try slots.isJustified(8, finalized: 5)
    }
    let farthest = Slot(UInt64.max)
    #expect(throws: Rejection.self) { try slots.isJustified(farthest, finalized: 0) }
  }

  @Test func `the window grows with clear flags and moves on with finalization`() throws {
    var slots = JustifiedSlots()
    try slots.extend(to: 9, finalized: 5)
    slots.justify(8, finalized: 5)
    try slots.extend(to: 7, finalized: 5)
    #expect(slots.bits == Bits([false, false, true, false]))
    slots.removeFirst(2)
    #expect(slots.bits == Bits([true, false]))
    slots.removeFirst(7)
    #expect(slots == JustifiedSlots())
  }

  @Test func `a window beyond the history limit is refused`() {
    var slots = JustifiedSlots()
    #expect(throws: Rejection.historyLimitExceeded(slot: 300_000)) {
      try slots.extend(to: 300_000, finalized: 0)
    }
  }
}
