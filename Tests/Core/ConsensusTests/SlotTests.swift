import Consensus
import Testing

struct SlotTests {
  @Test func `the latest justifiable slot is the first one found by walking back`() {
    for distance in 0...2000 as ClosedRange<UInt64> {
      let slot = Slot(7 + distance)
      let found = (7...slot.rawValue).last { Slot($0).isJustifiable(after: 7) }
      #expect(slot.latestJustifiable(after: 7).rawValue == found, "\(distance)")
    }
    #expect(Slot(.max).latestJustifiable(after: 0).isJustifiable(after: 0))
  }

  @Test func `justifiable distances are up to five, the squares and the pronic numbers`() {
    let squares = (0...40).map { UInt64($0 * $0) }
    let pronic = (0...40).map { UInt64($0 * ($0 + 1)) }
    let justifiable = Set(0...5).union(squares).union(pronic)
    for distance in 0...UInt64(1600) {
      let slot = Slot(UInt64(7) + distance)
      #expect(slot.isJustifiable(after: 7) == justifiable.contains(distance), "\(distance)")
    }
  }

  @Test func `justifiability is exact up to the greatest distances`() {
    let root = UInt64(UInt32.max)
    for (distance, isJustifiable) in [
      (root * root, true), (root * root - 1, false), (root * root + 1, false),
      (root * (root + 1), true), (root * (root + 1) - 1, false), (.max, false),
      ((root - 1) * (root - 1), true), ((root - 1) * root, true),
    ] {
      #expect(Slot(distance).isJustifiable(after: 0) == isJustifiable, "\(distance)")
    }
    #expect(!Slot(1).isJustifiable(after: 2))
  }

  @Test func `flags are tracked from the slot after the finalized one`() {
    #expect([Slot(3), 4, 5, 6].map { $0.justifiedIndex(after: 4) } == [nil, nil, 0, 1])
  }

  @Test func `arithmetic saturates`() {
    #expect(Slot(UInt64.max) + 1 == Slot(UInt64.max))
    #expect(Slot(1).saturatingSubtract(2) == 0)
    #expect(Interval(of: Slot(UInt64.max)) == Interval(UInt64.max))
  }

  @Test func `an interval knows its slot and its name`() {
    #expect(Interval(.safeTargetUpdate, of: 2) == 13)
    #expect(Interval(13).slot == 2)
    #expect(Interval(13).name == .safeTargetUpdate)
  }
}
