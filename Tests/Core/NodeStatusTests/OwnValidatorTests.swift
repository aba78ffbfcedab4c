import ChainEvents
import NodeStatus
import Testing

struct ValidatorModelTests {
  @Test func `a long key is worth planning for at 30 days and urgent at 7`() {
    let key = key(end: 10_000_000)
    let day: UInt64 = 21_600
    #expect(key.outlook(after: 10_000_000 - 31 * day) == .long)
    #expect(key.outlook(after: 10_000_000 - 29 * day) == .ending)
    #expect(key.outlook(after: 10_000_000 - 6 * day) == .urgent)
    #expect(key.outlook(after: 20_000_000) == .urgent)
  }

  @Test func `a key made for a day does not alarm before its last tenth`() {
    let key = key(end: 22_528)
    #expect(key.outlook(after: 0) == .long)
    #expect(key.outlook(after: 20_000) == .long)
    #expect(key.outlook(after: 20_500) == .ending)
    #expect(key.outlook(after: 22_000) == .urgent)
    #expect(key.leavesLeft(after: 22_527) == 0)
  }

  private func key(end: UInt64) -> KeyWindow {
    KeyWindow(
      validator: 0, role: .proposal, firstPreparedSlot: 0, endPreparedSlot: 2_048, endSlot: end)
  }
}
