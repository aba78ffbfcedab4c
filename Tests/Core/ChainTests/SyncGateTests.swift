import ChainWork
import Consensus
import Testing

@testable import Chain

struct SyncGateTests {
  @Test func `the gate closes above a lag of four slots and opens again at two`() {
    var gate = SyncGate()
    var states: [SyncGate.State] = []
    for (wall, head) in [(14, 10), (15, 10), (15, 11), (15, 12), (15, 13)] as [(Slot, Slot)] {
      gate.update(wallSlot: wall, headSlot: head, newestBlockSlot: wall)
      states.append(gate.state)
    }
    #expect(states == [.synced, .behind, .behind, .behind, .synced])
  }

  @Test func `the gate stays open when nobody is ahead, however old the head is`() {
    var gate = SyncGate()
    gate.peer("peer 1", hasHead: Slot(10))
    var states: [SyncGate.State] = []
    for wall: Slot in [14, 15, 16, 18, 19] {
      gate.update(wallSlot: wall, headSlot: 10, newestBlockSlot: 10)
      states.append(gate.state)
    }
    #expect(
      states == [.synced, .networkStalled, .networkStalled, .networkStalled, .networkStalled])
  }

  @Test func `the gate opens when others are a little ahead but have had no block for long`() {
    var gate = SyncGate()
    gate.peer("peer 1", hasHead: Slot(12))
    var states: [SyncGate.State] = []
    for wall: Slot in [16, 20, 21] {
      gate.update(wallSlot: wall, headSlot: 10, newestBlockSlot: 10)
      states.append(gate.state)
    }
    #expect(states == [.behind, .behind, .networkStalled])
  }

  @Test func `a head that the clock does not allow yet is not believed`() {
    var gate = SyncGate()
    gate.peer("peer 1", hasHead: Slot(.max))
    gate.update(wallSlot: 16, headSlot: 10, newestBlockSlot: 10)
    #expect(gate.state == .networkStalled)
  }

  @Test func `a lone laggard stays closed however far it lags, because its peers are ahead`() {
    var gate = SyncGate()
    for peer in 0..<3 { gate.peer("peer \(peer)", hasHead: Slot(199)) }
    gate.update(wallSlot: Slot(200), headSlot: Slot(10), newestBlockSlot: Slot(10))
    #expect(gate.state == .behind)
  }

  @Test func `a lying minority of peers can neither close nor hold the gate`() {
    var gate = SyncGate()
    gate.peer("peer 1", hasHead: Slot(10))
    gate.peer("peer 2", hasHead: Slot(10))
    gate.peer("peer 3", hasHead: Slot(.max))
    gate.update(wallSlot: Slot(30), headSlot: Slot(10), newestBlockSlot: Slot(10))
    #expect(gate.state == .networkStalled)
  }

  @Test func `a head ahead of the clock is no lag`() {
    var gate = SyncGate()
    gate.update(wallSlot: Slot(3), headSlot: Slot(100), newestBlockSlot: Slot(100))
    #expect(gate.state == .synced)
  }

  @Test func `a peer that left no longer counts`() {
    var gate = SyncGate()
    gate.peer("peer 1", hasHead: Slot(199))
    gate.peer("peer 1", hasHead: nil)
    gate.update(wallSlot: Slot(200), headSlot: Slot(10), newestBlockSlot: Slot(10))
    #expect(gate.state == .networkStalled)
  }
}
